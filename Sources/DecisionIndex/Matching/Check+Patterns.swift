import Vocabulary

extension Check {
    /// Whether the whole of `text` matches; nil when a variable does not resolve (E24).
    mutating func matches(_ pattern: PatternRecord, _ text: ByteView, in image: ImageView) -> Bool? {
        switch PatternRecord.Kind(rawValue: pattern.kind) {
        case .everything: return true
        case .exact: return text.equals(image.bytes(pattern.string))
        case .prefix: return text.begins(with: image.bytes(pattern.string))
        case .glob: return Glob.matches(image.bytes(pattern.string), text)
        case .symbols: return matchesSymbols(pattern, text, in: image)
        case nil: return false
        }
    }

    /// Runs the automaton over a pattern with `?`, restricted wildcards, escapes or variables.
    private mutating func matchesSymbols(_ pattern: PatternRecord, _ text: ByteView, in image: ImageView)
        -> Bool?
    {
        let symbols = ListRef(offset: pattern.offset, count: pattern.count)
        var states = 0
        for index in symbols.indices {
            let symbol = image.load(PatternSymbol.self, symbols, index)
            if symbol.isVariable {
                guard let value = variable(symbol.variableIndex, pattern, image) else { return nil }
                states += value.count
            } else if symbol != .anyRun, symbol != .anyRunInPart {
                states += 1
            }
        }
        // Every symbol but a run takes a byte at least.
        if states > text.count { return false }
        return AutomatonWords.with(scratch, states: states) { words in
            var automaton = Automaton(words: words, states: states)
            for index in symbols.indices {
                let symbol = image.load(PatternSymbol.self, symbols, index)
                if symbol.isVariable {
                    if let value = variable(symbol.variableIndex, pattern, image) {
                        automaton.append(literal: value)
                    }
                } else {
                    automaton.append(symbol)
                }
            }
            return automaton.accepts(text)
        }
    }

    /// The value of a variable: of a single-valued key, or the default of an absent one (E20, E21).
    mutating func variable(_ index: Int, _ pattern: PatternRecord, _ image: ImageView) -> ByteView? {
        let offset = pattern.variables + UInt32(index * MemoryLayout<VariableRecord>.stride)
        let record = image.load(VariableRecord.self, at: offset)
        switch fact(record.key, in: image) {
        case .single(let value): return value
        case .multi: return nil
        case .absent: return record.hasDefault == 1 ? image.bytes(record.defaultValue) : nil
        }
    }

    /// The text of a template without wildcards, compared with a text; nil when a variable does not resolve.
    mutating func equals(
        _ pattern: PatternRecord,
        _ text: ByteView,
        ignoringCase: Bool,
        in image: ImageView
    ) -> Bool? {
        if pattern.kind == PatternRecord.Kind.exact.rawValue {
            let wanted = image.bytes(pattern.string)
            return ignoringCase ? text.equalsIgnoringASCIICase(wanted) : text.equals(wanted)
        }
        let symbols = ListRef(offset: pattern.offset, count: pattern.count)
        var offset = 0
        var isEqual = true
        for index in symbols.indices {
            let symbol = image.load(PatternSymbol.self, symbols, index)
            if symbol.isVariable {
                guard let value = variable(symbol.variableIndex, pattern, image) else { return nil }
                isEqual = isEqual && Self.equals(text, from: offset, value, ignoringCase)
                offset += value.count
            } else {
                let byte = UInt8(truncatingIfNeeded: symbol.rawValue)
                isEqual = isEqual && offset < text.count && Self.equals(text[offset], byte, ignoringCase)
                offset += 1
            }
        }
        return isEqual && offset == text.count
    }

    private static func equals(_ text: ByteView, from offset: Int, _ value: ByteView, _ ignoringCase: Bool)
        -> Bool
    {
        guard offset + value.count <= text.count else { return false }
        let part = text[offset..<(offset + value.count)]
        return ignoringCase ? part.equalsIgnoringASCIICase(value) : part.equals(value)
    }

    private static func equals(_ left: UInt8, _ right: UInt8, _ ignoringCase: Bool) -> Bool {
        left == right || ignoringCase && left.asciiLowercased == right.asciiLowercased
    }
}

/// Patterns whose only wildcard is an unrestricted `*`.
enum Glob {
    /// Linear in text and pattern: each literal stretch is taken where it first stands.
    static func matches(_ pattern: ByteView, _ text: ByteView) -> Bool {
        guard var star = pattern.firstOffset(of: UInt8(ascii: "*")) else { return text.equals(pattern) }
        guard text.begins(with: pattern[0..<star]) else { return false }
        var rest = text.dropFirst(star)
        while let next = pattern.firstOffset(of: UInt8(ascii: "*"), from: star + 1) {
            let stretch = pattern[(star + 1)..<next]
            if !stretch.isEmpty {
                guard let found = rest.firstRange(of: stretch) else { return false }
                rest = rest.dropFirst(found + stretch.count)
            }
            star = next
        }
        let last = pattern.dropFirst(star + 1)
        return rest.count >= last.count && rest.dropFirst(rest.count - last.count).equals(last)
    }
}
