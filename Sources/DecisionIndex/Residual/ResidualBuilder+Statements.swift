import Vocabulary

extension ResidualBuilder {
    /// The names that a statement's resource element matches.
    mutating func names(_ statement: UInt32, in layer: PolicyLayer, _ image: ImageView) -> ResourceExpression
    {
        let isDeny = image[StatementRecord.self, at: statement].isDeny == 1
        let list = image[StatementRecord.self, at: statement].resources
        switch StatementRecord.ElementKind(rawValue: image[StatementRecord.self, at: statement].resourceKind)
        {
        case .positive:
            let patterns = list.indices.compactMap { pattern(image[PatternRecord.self, list, $0], image) }
            return .any(of: patterns.map { .name($0) })
        case .negated: return outside(list, isDeny, image)
        case .absent, nil: return layer == .resource || isDeny ? .always : .never
        }
    }

    /// E24: an unresolved variable makes an Allow not apply, and is no exemption from a Deny.
    private mutating func outside(_ list: ListRef, _ isDeny: Bool, _ image: ImageView) -> ResourceExpression {
        if list.isEmpty { return .never }
        var terms: [ResourceExpression] = []
        for index in list.indices {
            guard let pattern = pattern(image[PatternRecord.self, list, index], image) else {
                if isDeny { continue }
                return .never
            }
            terms.append(.not(.name(pattern)))
            if !isDeny { terms += pattern.variables.map { .resolves($0) } }
        }
        return .all(of: terms)
    }

    // MARK: Patterns

    /// A pattern with the values of its variables, as far as they are known; nil when one that is known does not
    /// resolve (E24).
    mutating func pattern(_ record: PatternRecord, _ image: ImageView) -> TextPattern? {
        switch PatternRecord.Kind(rawValue: record.kind) {
        case .everything: return .prefix("")
        case .exact: return .exact(image.bytes(record.string).text)
        case .prefix: return .prefix(image.bytes(record.string).text)
        case .glob:
            return TextPattern(
                image.bytes(record.string).text.bytes.map { $0 == UInt8(ascii: "*") ? .anyRun : .byte($0) }
            )
        case .symbols: return symbols(record, image)
        case nil: return nil
        }
    }

    private mutating func symbols(_ record: PatternRecord, _ image: ImageView) -> TextPattern? {
        let list = ListRef(offset: record.offset, count: record.count)
        var steps: [TextPattern.Symbol] = []
        for index in list.indices {
            let symbol = image.load(PatternSymbol.self, list, index)
            switch symbol {
            case .anyRun: steps.append(.anyRun)
            case .anyScalar: steps.append(.anyScalar)
            case .anyRunInPart: steps.append(.anyRunInPart)
            case .anyScalarInPart: steps.append(.anyScalarInPart)
            case _ where symbol.isVariable:
                guard let value = variable(symbol.variableIndex, record, image) else { return nil }
                steps += value
            default: steps.append(.byte(UInt8(truncatingIfNeeded: symbol.rawValue)))
            }
        }
        return TextPattern(steps)
    }

    private mutating func variable(_ index: Int, _ pattern: PatternRecord, _ image: ImageView)
        -> [TextPattern.Symbol]?
    {
        let offset = pattern.variables + UInt32(index * MemoryLayout<VariableRecord>.stride)
        let record = image.load(VariableRecord.self, at: offset)
        if isUnknown(record.key, image) {
            let defaultValue = record.hasDefault == 1 ? image.bytes(record.defaultValue).text : nil
            return [.variable(UnknownVariable(key: keyName(record.key, image), defaultValue: defaultValue))]
        }
        return check.variable(index, pattern, image).map { value in value.text.bytes.map { .byte($0) } }
    }

    // MARK: Keys

    /// The whole name of a key, in lower case.
    func keyName(_ key: UInt32, _ image: ImageView) -> UTF8Text {
        let record = image.load(KeyRecord.self, image.header.keys, Int(key))
        let name = image.bytes(record.name).text
        return switch FactKind(rawValue: record.fact) {
        case .principalTag: UTF8Text(Array("aws:principaltag/".utf8) + name.bytes)
        case .resourceTag: UTF8Text(Array("aws:resourcetag/".utf8) + name.bytes)
        default: name
        }
    }

    /// Whether the value of a key is left open: tags of the resource, unless the request or the directory tells
    /// them, and what the caller declared.
    mutating func isUnknown(_ key: UInt32, _ image: ImageView) -> Bool {
        let record = image.load(KeyRecord.self, image.header.keys, Int(key))
        let isDeclared = unknownKeys.contains(keyName(key, image))
        guard let kind = FactKind(rawValue: record.fact) else { return isDeclared }
        let isComplete = check.request.head.isContextComplete
        if kind == .resourceTag {
            readsResourceTags = true
            let name = image.bytes(record.name)
            if !isComplete, check.isTagged(name) { return false }
            return isDeclared || check.request.entry(resourceTag: name) == nil
        }
        // The engine's own keys are known whatever the caller declares (E27).
        return isDeclared && (isComplete || kind == .context)
    }
}

extension Check {
    /// Whether the directory knows a tag of the target.
    func isTagged(_ name: ByteView) -> Bool {
        target.tags.indices.contains { index in
            image.bytes(image.load(TagRecord.self, target.tags, index).key).equals(name)
        }
    }
}
