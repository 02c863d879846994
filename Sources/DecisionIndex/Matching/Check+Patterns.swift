import Vocabulary

extension Check {
    /// Whether the whole of `text` matches; a pattern with a variable that does not resolve matches nothing (E24).
    @inline(__always)
    mutating func matches(_ pattern: PatternRecord, _ text: ByteView, in image: ImageView) -> Bool {
        switch PatternRecord.Kind(rawValue: pattern.kind) {
        case .everything: true
        case .exact: text.equals(image.bytes(pattern.string))
        case .prefix: text.begins(with: image.bytes(pattern.string))
        case .glob: Glob.matches(image.bytes(pattern.string), text)
        case .symbols: matchesSymbols(pattern, text, in: image)
        case nil: false
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

    /// Whether the text of a template without wildcards equals a text; one with a variable that does not resolve
    /// equals nothing.
    mutating func equals(
        _ pattern: PatternRecord,
        _ text: ByteView,
        ignoringCase: Bool,
        in image: ImageView
    ) -> Bool {
        if pattern.kind == PatternRecord.Kind.exact.rawValue {
            let wanted = image.bytes(pattern.string)
            return ignoringCase ? text.equalsIgnoringASCIICase(wanted) : text.equals(wanted)
        }
        let symbols = ListRef(offset: pattern.offset, count: pattern.count)
        var offset = 0
        for index in symbols.indices {
            let symbol = image[PatternSymbol.self, symbols, index]
            if symbol.isVariable {
                guard let value = variable(symbol.variableIndex, pattern, image),
                    Self.equals(text, from: offset, value, ignoringCase)
                else { return false }
                offset += value.count
            } else {
                guard offset < text.count, Self.equals(text[offset], symbol.byte, ignoringCase) else {
                    return false
                }
                offset += 1
            }
        }
        return offset == text.count
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
