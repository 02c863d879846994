import Vocabulary

extension TextPattern {
    /// Whether the whole of a text matches; false as well where a variable does not resolve (E24).
    ///
    /// - Complexity: O(pattern × text).
    func matches(_ text: UTF8Text, _ context: RequestContext) -> Bool {
        if let exactText { return text == exactText }
        if let prefixText { return text.hasPrefix(prefixText) }
        guard text.hasPrefix(literalPrefix), let known = resolved(context) else { return false }
        return PatternStates(known).accept(text)
    }

    /// Whether a text is that of a pattern without wildcards.
    func equals(_ text: UTF8Text, ignoringCase: Bool, _ context: RequestContext) -> Bool {
        guard let known = resolved(context) else { return false }
        let wanted = known.map { symbol -> UInt8? in if case .byte(let byte) = symbol { byte } else { nil } }
        guard wanted.count == text.count else { return false }
        return zip(wanted, text.bytes).allSatisfy { wanted, byte in
            wanted == byte || ignoringCase && wanted?.asciiLowercased == byte.asciiLowercased
        }
    }

    /// The steps with the values of all variables; nil where one does not resolve.
    private func resolved(_ context: RequestContext) -> [Symbol]? {
        var steps: [Symbol] = []
        for symbol in symbols {
            guard case .variable(let variable) = symbol else {
                steps.append(symbol)
                continue
            }
            guard let value = variable.value(in: context) else { return nil }
            steps += value.bytes.map { .byte($0) }
        }
        return steps
    }
}

/// A pattern as a nondeterministic automaton: state `i` means that the first `i` steps have matched; runs are
/// loops on a state.
private struct PatternStates {
    private var steps: [TextPattern.Symbol] = []
    private var loops: [TextPattern.Symbol?] = [nil]

    init(_ symbols: [TextPattern.Symbol]) {
        for symbol in symbols {
            if symbol == .anyRun || symbol == .anyRunInPart {
                // Of two runs that stand side by side after a variable without text, the wider one counts.
                if loops[steps.count] != .anyRun { loops[steps.count] = symbol }
            } else {
                steps.append(symbol)
                loops.append(nil)
            }
        }
    }

    func accept(_ text: UTF8Text) -> Bool {
        var live = [Bool](repeating: false, count: steps.count + 1)
        live[0] = true
        for byte in text.bytes {
            var next = [Bool](repeating: false, count: live.count)
            for state in live.indices where live[state] {
                if stays(in: state, byte) { next[state] = true }
                if state < steps.count, Self.takes(steps[state], byte) { next[state + 1] = true }
            }
            live = next
        }
        return live[steps.count]
    }

    private func stays(in state: Int, _ byte: UInt8) -> Bool {
        if loops[state] == .anyRun || loops[state] == .anyRunInPart && byte != UInt8(ascii: ":") {
            return true
        }
        // The rest of a scalar that `?` took.
        guard state > 0, byte.isUTF8Continuation else { return false }
        return steps[state - 1] == .anyScalar || steps[state - 1] == .anyScalarInPart
    }

    private static func takes(_ step: TextPattern.Symbol, _ byte: UInt8) -> Bool {
        switch step {
        case .byte(let wanted): byte == wanted
        case .anyScalar: !byte.isUTF8Continuation
        case .anyScalarInPart: !byte.isUTF8Continuation && byte != UInt8(ascii: ":")
        case .anyRun, .anyRunInPart, .variable: false
        }
    }
}
