import Vocabulary

/// Patterns with variables, escapes, `?` or wildcards that stay inside a part of an ARN.
///
/// What stands before the first wildcard is compared as it comes. From there on, literal text, variables and
/// unrestricted runs are searched for, stretch by stretch; only `?` and restricted wildcards need the automaton.
extension Check {
    @inline(never)
    mutating func matchesSymbols(_ pattern: PatternRecord, _ text: ByteView, in image: ImageView) -> Bool {
        let symbols = ListRef(offset: pattern.offset, count: pattern.count)
        var (index, offset) = (0, 0)
        while index < Int(symbols.count) {
            let symbol = image[PatternSymbol.self, symbols, index]
            if symbol.isWildcard { break }
            if symbol.isVariable {
                guard let value = variable(symbol.variableIndex, pattern, image),
                    text.dropFirst(offset).begins(with: value)
                else { return false }
                offset += value.count
            } else {
                guard offset < text.count, text[offset] == symbol.byte else { return false }
                offset += 1
            }
            index += 1
        }
        if index == Int(symbols.count) { return offset == text.count }
        let rest = text.dropFirst(offset)
        for other in index..<Int(symbols.count) where image[PatternSymbol.self, symbols, other].needsAutomaton
        {
            return accepts(pattern, from: index, rest, image)
        }
        return findsStretches(of: pattern, from: index, in: rest, image)
    }

    /// Whether a pattern has a variable that does not resolve.
    mutating func isUnresolved(_ pattern: PatternRecord, in image: ImageView) -> Bool {
        guard pattern.kind == PatternRecord.Kind.symbols.rawValue else { return false }
        let symbols = ListRef(offset: pattern.offset, count: pattern.count)
        for index in symbols.indices {
            let symbol = image[PatternSymbol.self, symbols, index]
            if symbol.isVariable, variable(symbol.variableIndex, pattern, image) == nil { return true }
        }
        return false
    }

    /// Takes each stretch between unrestricted runs where it first stands, and the last at the end: as
    /// ``Glob``, over stretches that are put together in the working memory.
    ///
    /// The first symbol is a run.
    private mutating func findsStretches(
        of pattern: PatternRecord,
        from start: Int,
        in text: ByteView,
        _ image: ImageView
    ) -> Bool {
        let symbols = ListRef(offset: pattern.offset, count: pattern.count)
        var stretch = StretchMemory(scratch)
        defer { stretch.clear() }
        var rest = text
        for index in (start + 1)..<max(start + 1, Int(symbols.count)) {
            let symbol = image[PatternSymbol.self, symbols, index]
            if symbol == .anyRun {
                guard let found = rest.firstRange(of: stretch.text) else { return false }
                rest = rest.dropFirst(found + stretch.text.count)
                stretch.clear()
                continue
            }
            if symbol.isVariable {
                guard let value = variable(symbol.variableIndex, pattern, image) else { return false }
                stretch.append(value, upTo: rest.count)
            } else {
                stretch.append(symbol.byte, upTo: rest.count)
            }
            if stretch.isLongerThanText { return false }
            if stretch.isFull {
                isExhausted = true
                return false
            }
        }
        return rest.ends(with: stretch.text)
    }

    /// Runs the automaton over the symbols from a position on.
    private mutating func accepts(
        _ pattern: PatternRecord,
        from start: Int,
        _ text: ByteView,
        _ image: ImageView
    ) -> Bool {
        let symbols = ListRef(offset: pattern.offset, count: pattern.count)
        var states = 0
        for index in start..<Int(symbols.count) {
            let symbol = image[PatternSymbol.self, symbols, index]
            if symbol.isVariable {
                guard let value = variable(symbol.variableIndex, pattern, image) else { return false }
                states += value.count
            } else if symbol != .anyRun, symbol != .anyRunInPart {
                states += 1
            }
        }
        // Every symbol but a run takes a byte at least.
        if states > text.count { return false }
        guard var automaton = Automaton(scratch, states: states) else {
            isExhausted = true
            return false
        }
        write(pattern, from: start, into: &automaton, image)
        let isAccepted = automaton.accepts(text)
        automaton.beginErasing()
        write(pattern, from: start, into: &automaton, image)
        return isAccepted
    }

    private mutating func write(
        _ pattern: PatternRecord,
        from start: Int,
        into automaton: inout Automaton,
        _ image: ImageView
    ) {
        let symbols = ListRef(offset: pattern.offset, count: pattern.count)
        for index in start..<Int(symbols.count) {
            let symbol = image[PatternSymbol.self, symbols, index]
            if !symbol.isVariable {
                automaton.append(symbol)
            } else if let value = variable(symbol.variableIndex, pattern, image) {
                automaton.append(literal: value)
            }
        }
    }
}

extension PatternSymbol {
    var byte: UInt8 { UInt8(truncatingIfNeeded: rawValue) }
    var isWildcard: Bool { rawValue > 0xFF && !isVariable }
    /// Whether it is a wildcard other than an unrestricted run.
    var needsAutomaton: Bool { isWildcard && self != .anyRun }
}
