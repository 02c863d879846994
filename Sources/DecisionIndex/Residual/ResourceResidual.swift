public import Vocabulary

/// What is left of a question once everything is known but the resource: for which resources the answer is
/// allow.
///
/// It speaks of the resources of its ``scope`` but for its exceptions; of those ``allows(_:context:)`` gives
/// exactly the engine's answer for the snapshot that it was made from. See `Documentation/listing.md`.
public struct ResourceResidual: Sendable, Hashable {
    /// Which resources it speaks of.
    public let scope: ResourceScope
    /// What is forbidden whatever else allows it: an explicit deny, or an error (F1, E19).
    public let denied: ResourceExpression
    /// What the layers that must allow agree on (F2–F11).
    public let allowed: ResourceExpression
    /// Allowed and not denied.
    public let filter: ResourceExpression
    /// Registered resources in the scope: each of them, and what lies below it after `/` or `:`, follows rules of
    /// its own.
    ///
    /// Ask for a residual of each, or decide them one by one.
    public let exceptions: Set<UTF8Text>
    /// Names, mostly of users and roles, that are to be decided one by one.
    public let exceptedNames: [TextPattern]
    /// The snapshot that it was made from.
    public internal(set) var revision: UInt64 = 0
    /// The account that a resource's ARN must name, if it names any.
    let account: UTF8Text

    init(
        _ scope: ResourceScope,
        denied: ResourceExpression,
        allowed: ResourceExpression,
        exceptions: Set<UTF8Text>,
        exceptedNames: [TextPattern],
        account: UTF8Text
    ) {
        self.scope = scope
        // Names that are exceptions one and all are left out, so that who forgets the exceptions allows nothing.
        let isOutside = { (pattern: TextPattern) in pattern.isConfined(to: exceptions) }
        self.denied = denied.replacing(isOutside).within(scope.names)
        self.allowed = allowed.replacing(isOutside).within(scope.names)
        filter = .all(of: [self.allowed, .not(self.denied)])
        self.exceptions = exceptions
        self.exceptedNames = exceptedNames
        self.account = account
    }

    /// The names that are allowed, where they are a plain union of names and prefixes; nil where conditions or
    /// other patterns remain.
    ///
    /// Exceptions still have to be asked about.
    public var plainNames: [PlainName]? {
        ResourceExpression.all(of: [filter, .any(of: scope.names.map { .name($0) })]).plainNames
    }

    /// Whether the caller may do the action on a resource; nil where the residual does not speak of it.
    ///
    /// False as well for a resource or values that no request may hold (A4).
    ///
    /// - Parameter context: the values of the keys that were not known; those that it lacks are absent.
    public func allows(_ resource: UTF8Text, context: RequestContext = RequestContext()) -> Bool? {
        guard covers(resource) else { return nil }
        do throws(RequestError) {
            try AuthorizationRequest.validate(resource: resource)
            if case .unregistered(let owner) = scope {
                try AuthorizationRequest.check(owner: owner, of: resource)
            }
            try AuthorizationRequest.validate(context: context)
        } catch {
            return false
        }
        return filter.holds(for: resource, context: context)
    }

    /// Whether the residual speaks of a resource.
    public func covers(_ resource: UTF8Text) -> Bool {
        switch scope {
        case .unregistered(owner: .some): break
        case .unregistered(owner: nil):
            if let named = ARN(resource).map(\.account), AccountID.isWellFormed(named), named != account {
                return false
            }
        case .registered(let root): guard resource.isAtOrBelow(root) else { return false }
        }
        return !exceptions.contains(resource) && !resource.isBelowOne(of: exceptions)
            && !exceptedNames.contains { $0.matches(resource, RequestContext()) }
    }
}

extension ResourceResidual: CustomStringConvertible {
    /// The residual as an indented list.
    public var description: String {
        var lines = ["allowed:", filter.description.indented]
        if !exceptions.isEmpty {
            lines += ["registered, with all below them, to be asked apart:"]
            lines += exceptions.sorted().map { "  \($0)" }
        }
        if !exceptedNames.isEmpty {
            lines += ["to be decided one by one:"] + exceptedNames.map { "  \($0)" }
        }
        return lines.joined(separator: "\n")
    }
}

extension String {
    fileprivate var indented: String {
        split(separator: "\n").map { "  " + $0 }.joined(separator: "\n")
    }
}

extension UTF8Text {
    /// Whether a resource is this one, or continues its name after `/` or `:`.
    func isAtOrBelow(_ root: UTF8Text) -> Bool {
        hasPrefix(root) && (count == root.count || self[root.count].separatesResources)
    }

    /// Whether this continues the name of one of the resources after `/` or `:`.
    fileprivate func isBelowOne(of resources: Set<UTF8Text>) -> Bool {
        !resources.isEmpty
            && (0..<count).contains { self[$0].separatesResources && resources.contains(self[0..<$0]) }
    }
}

extension TextPattern {
    /// Whether everything that matches is one of the resources or lies below one.
    fileprivate func isConfined(to resources: Set<UTF8Text>) -> Bool {
        literalPrefix.isBelowOne(of: resources) || exactText.map { resources.contains($0) } ?? false
    }
}

extension UInt8 {
    fileprivate var separatesResources: Bool { self == UInt8(ascii: "/") || self == UInt8(ascii: ":") }
}
