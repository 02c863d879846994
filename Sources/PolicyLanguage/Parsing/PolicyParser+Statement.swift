import Vocabulary

extension PolicyParser {
    private struct StatementElements {
        var sid, effect, principal, notPrincipal, action, notAction, resource, notResource,
            condition: JSONValue?

        var offsets: ElementOffsets {
            ElementOffsets(
                sid: sid?.node.offset ?? 0,
                effect: effect?.node.offset ?? 0,
                principal: (principal ?? notPrincipal)?.node.offset ?? 0,
                action: (action ?? notAction)?.node.offset ?? 0,
                resource: (resource ?? notResource)?.node.offset ?? 0
            )
        }
    }

    /// One statement; where an element cannot be read, an error is noted and something harmless stands in its
    /// place, so that the rest is still checked against the rules of its type.
    mutating func statement(_ value: JSONValue, index: Int, path: String) -> Statement {
        var elements = StatementElements()
        for (key, member) in value.members { take(key, member, into: &elements) }
        let effect = effect(elements.effect, of: value)
        let principal = principal(elements.principal, not: elements.notPrincipal, effect)
        let action = action(elements.action, not: elements.notAction, effect, of: value)
        let resource = resource(elements.resource, not: elements.notResource, effect)
        let conditions = elements.condition.map { self.conditions($0, effect: effect ?? .deny) } ?? []
        let sid = elements.sid.flatMap { text($0, of: "Sid") }
        return Statement(
            index: index,
            sid: sid,
            effect: effect ?? .deny,
            principal: principal,
            action: action ?? .action([]),
            resource: resource,
            conditions: conditions,
            offset: value.offset,
            path: path,
            elementOffsets: elements.offsets
        )
    }

    private mutating func take(_ key: JSONValue, _ value: JSONValue, into elements: inout StatementElements) {
        switch key.text.description {
        case "Sid": elements.sid = value
        case "Effect": elements.effect = value
        case "Principal": elements.principal = value
        case "NotPrincipal": elements.notPrincipal = value
        case "Action": elements.action = value
        case "NotAction": elements.notAction = value
        case "Resource": elements.resource = value
        case "NotResource": elements.notResource = value
        case "Condition": elements.condition = value
        default: sink.report(.schemaUnknown, "a statement has no element `\(key.text)`", at: key)
        }
    }

    private mutating func effect(_ value: JSONValue?, of statement: JSONValue) -> Effect? {
        guard let value else {
            sink.report(.schemaMissing, "a statement needs `Effect`", at: statement)
            return nil
        }
        guard let text = text(value, of: "Effect") else { return nil }
        if text.equals("Allow") { return .allow }
        if text.equals("Deny") { return .deny }
        sink.report(.schemaEffect, "`Effect` must be `Allow` or `Deny`, not `\(text)`", at: value)
        return nil
    }

    /// Notes when both elements of a pair are there (B5); both are read, so that no fault hides another.
    private mutating func noteBoth(_ first: JSONValue?, _ second: JSONValue?, _ names: String) {
        if first != nil, let second {
            sink.report(.schemaExclusive, "a statement has only one of \(names)", at: second)
        }
    }

    /// Notes an element without entries (B10).
    ///
    /// No exceptions at all are most likely a list that something failed to fill: refused, since the statement
    /// would concern everything, or nothing. Where permissive reading goes on, a Deny concerns everything.
    mutating func reportEmpty(_ element: String, isNot: Bool, at value: JSONValue) {
        if isNot {
            sink.report(.schemaEmpty, "an empty `\(element)` excepts nothing", at: value, .permissive)
        } else {
            let message = "an empty `\(element)` makes the statement apply to nothing"
            sink.report(.neverApplies, message, at: value, .always)
        }
    }

    // MARK: Action

    private mutating func action(
        _ action: JSONValue?,
        not notAction: JSONValue?,
        _ effect: Effect?,
        of statement: JSONValue
    ) -> ActionElement? {
        noteBoth(action, notAction, "`Action` and `NotAction`")
        if action == nil, notAction == nil {
            sink.report(.schemaMissing, "a statement needs `Action` or `NotAction`", at: statement)
        }
        let positive = action.map { actionPatterns($0, of: "Action", isNot: false) }
        let negative = notAction.map { actionPatterns($0, of: "NotAction", isNot: true) }
        if let positive { return .action(positive) }
        if effect == .deny, notAction?.isEmptyArray == true { return .action([ActionPattern("*")]) }
        return negative.map { .notAction($0) }
    }

    private mutating func actionPatterns(
        _ value: JSONValue,
        of name: String,
        isNot: Bool
    ) -> [ActionPattern] {
        let values = strings(value, of: name)
        if value.isEmptyArray { reportEmpty(name, isNot: isNot, at: value) }
        remarkOnRedundantActions(values)
        return values.map { actionPattern($0) }
    }

    private mutating func actionPattern(_ value: JSONValue) -> ActionPattern {
        let pattern = ActionPattern(value.text)
        let text = pattern.text
        if text.equals("*") { return pattern }
        switch ActionForm(text) {
        case .wellFormed(let hasServiceWildcard):
            if hasServiceWildcard {
                sink.report(.serviceWildcard, "the service of `\(text)` is a wildcard", at: value, .always)
            }
        case .withoutName:
            sink.report(.actionForm, "`\(text)` names no action", at: value, .lenient)
        case .malformed:
            sink.report(.actionForm, "`\(text)` is not of the form `service:Name`", at: value, .permissive)
        }
        if text.count > Limits.patternBytesMax
            || text.bytes.count(where: \.isWildcard) > Limits.patternWildcardsMax
        {
            sink.report(.wildcardLimit, "the pattern is too long or has too many wildcards", at: value)
        }
        return pattern
    }

    // MARK: Resource

    private mutating func resource(
        _ resource: JSONValue?,
        not notResource: JSONValue?,
        _ effect: Effect?
    ) -> ResourceElement? {
        noteBoth(resource, notResource, "`Resource` and `NotResource`")
        let positive = resource.map { resourcePatterns($0, of: "Resource", isNot: false) }
        let negative = notResource.map { resourcePatterns($0, of: "NotResource", isNot: true) }
        if let positive { return .resource(positive) }
        if effect == .deny, notResource?.isEmptyArray == true { return .resource([.everything]) }
        return negative.map { .notResource($0) }
    }

    private mutating func resourcePatterns(
        _ value: JSONValue,
        of name: String,
        isNot: Bool
    ) -> [ResourcePattern] {
        let values = strings(value, of: name)
        if value.isEmptyArray { reportEmpty(name, isNot: isNot, at: value) }
        remarkOnRedundantResources(values)
        return values.compactMap { resourcePattern($0) }
    }

    /// Whether lenient reading fills a short ARN up, which depends on the type of the policy (D5).
    private func mayFillUp(_ text: UTF8Text) -> Bool {
        switch type {
        case .identity, .boundary, .session, .trust, nil: true
        case .resource, .endpoint: text.bytes.contains(where: \.isWildcard)
        case .serviceControl: text.bytes.last == UInt8(ascii: "*")
        case .resourceControl: false
        }
    }

    private mutating func resourcePattern(_ value: JSONValue) -> ResourcePattern? {
        let written = value.text
        var text = written
        switch ResourceForm(written) {
        case .everything, .arn: break
        case .shortARN(let padded):
            sink.report(
                .resourceForm,
                "`\(written)` has fewer than the six parts of an ARN",
                at: value,
                mayFillUp(written) ? .lenient : .permissive
            )
            text = padded
        case .other:
            sink.report(.resourceForm, "`\(written)` is neither `*` nor an ARN", at: value, .lenient)
        case .malformed:
            sink.report(.resourceForm, "`\(written)` is not a resource", at: value, .permissive)
        }
        let isARN = text.begins(with: "arn:")
        guard let reaching = template(text, isARN ? .arnParts : .anywhere, at: value) else { return nil }
        let segmented =
            isARN && reaching.pieces != nil
            ? try? PatternTemplate(text, .strictARNParts, expandsVariables: expandsVariables) : nil
        if isARN, expandsVariables, text.hasVariableInARNHead {
            let message =
                "a variable in the first five parts of an ARN is not expanded, so `\(written)` matches nothing"
            sink.report(.inertVariable, message, at: value, .always)
        }
        return ResourcePattern(
            written: text == written ? nil : written,
            reaching: reaching,
            segmented: segmented
        )
    }
}

extension ResourcePattern {
    /// `*`.
    fileprivate static let everything = ResourcePattern(
        written: nil,
        reaching: PatternTemplate(text: "*", syntax: .anywhere, pieces: nil),
        segmented: nil
    )
}

extension JSONValue {
    /// Whether the value is an array without elements.
    var isEmptyArray: Bool {
        var elements = elements
        return kind == .array && elements.next() == nil
    }
}

extension UTF8Text {
    /// Whether a variable stands in the first five parts of an ARN pattern (E20).
    fileprivate var hasVariableInARNHead: Bool {
        containsVariable && arnPatternParts.dropLast().contains(where: \.containsVariable)
    }
}
