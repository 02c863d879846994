package import Vocabulary

/// A user, group or role by account, kind and name.
package struct IdentityName: Hashable, Sendable {
    /// The account.
    package let account: AccountID
    let kind: IdentityKind
    /// The name without path.
    package let name: UTF8Text

    init(account: AccountID, kind: IdentityKind, name: UTF8Text) {
        self.account = account
        self.kind = kind
        self.name = name
    }

    /// Reads the ARN of a user, group or role; nil for any other.
    init?(_ arn: ARN) {
        guard arn.service.equals("iam"), arn.region.isEmpty, let account = AccountID(arn.account),
            let slash = arn.resource.firstOffset(of: UInt8(ascii: "/")),
            let kind = IdentityKind.allCases.first(where: {
                arn.resource[0..<slash] == UTF8Text($0.rawValue)
            })
        else { return nil }
        self.init(account: account, kind: kind, name: arn.resource.lastPathComponent)
    }

    /// Whether it can ask and be asked about; a group cannot.
    package var isPrincipal: Bool { kind != .group }

    /// Whether it is a user.
    package var isUser: Bool { kind == .user }
}

extension Directory {
    /// The user, group or role of a name.
    package subscript(_ name: IdentityName) -> Identity? {
        switch name.kind {
        case .user: accounts[name.account]?.users[name.name]
        case .group: accounts[name.account]?.groups[name.name]
        case .role: accounts[name.account]?.roles[name.name]
        }
    }

    /// Puts an identity where it belongs, or takes it away, without copying its neighbours.
    mutating func set(_ name: IdentityName, to identity: Identity?) {
        switch name.kind {
        case .user: accounts[name.account, default: Account(id: name.account)].users[name.name] = identity
        case .group: accounts[name.account, default: Account(id: name.account)].groups[name.name] = identity
        case .role: accounts[name.account, default: Account(id: name.account)].roles[name.name] = identity
        }
    }
}
