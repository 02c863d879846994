public import Vocabulary

/// Which resources a residual speaks of.
public enum ResourceScope: Sendable, Hashable {
    /// Resources that the snapshot does not register, so that only their owner says which guardrails bear on them.
    ///
    /// With an account, the answers are those of requests that state it as the owner. With nil, they are those
    /// of requests that state none, about resources of the caller's account: the ARN names that account, or none.
    case unregistered(owner: AccountID?)
    /// A resource that the snapshot registers, and what lies below it, under its policy, owner and tags.
    case registered(UTF8Text)

    /// Names among which all resources of the scope are.
    var names: [TextPattern] {
        switch self {
        case .unregistered: [.prefix("")]
        case .registered(let root):
            [.exact(root)] + ["/", ":"].map { .prefix(UTF8Text(root.bytes + Array($0.utf8))) }
        }
    }
}

/// Why no residual can be made.
public enum ResidualError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The snapshot registers no such resource.
    case notRegistered(UTF8Text)
    /// The snapshot does not know the caller, or knows it otherwise; every request of it is an error (A4).
    case unknownPrincipal
    /// `aws:SourceVpce` chooses a policy, so that it must be known (F11).
    case unknownEndpoint

    /// One line for people.
    public var description: String {
        switch self {
        case .notRegistered(let resource): "`\(resource)` is not a registered resource"
        case .unknownPrincipal: "the principal is unknown, or its session contradicts what is known"
        case .unknownEndpoint: "`aws:SourceVpce` chooses the endpoint policy and cannot be left open"
        }
    }
}

/// Keys whose values a residual leaves open.
struct UnknownKeys {
    private var names: Set<UTF8Text> = []
    private var prefixes: [UTF8Text] = []

    /// Takes names in any case; a `*` at the end stands for every ending.
    init(_ keys: some Sequence<UTF8Text>) {
        for key in keys {
            let key = key.asciiLowercased
            if key.bytes.last == UInt8(ascii: "*") {
                prefixes.append(key[0..<(key.count - 1)])
            } else {
                names.insert(key)
            }
        }
    }

    func contains(_ key: UTF8Text) -> Bool { names.contains(key) || prefixes.contains { key.hasPrefix($0) } }
}
