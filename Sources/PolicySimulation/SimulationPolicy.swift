public import IdentityDirectory
public import PolicyLanguage
import Vocabulary

/// A policy that takes part in a simulation, with the name and kind by which results call it.
public struct SimulationPolicy: Sendable {
    /// Where a policy comes from, in AWS's words.
    public enum Source: String, Sendable, Hashable, CaseIterable {
        /// Inline in a user.
        case user
        /// Inline in a group.
        case group
        /// Inline in a role.
        case role
        /// A managed policy of AWS.
        case awsManaged = "aws-managed"
        /// A managed policy of the customer.
        case userManaged = "user-managed"
        /// The policy of the resource.
        case resource
        /// An input of the simulation that is attached to nothing.
        case none
    }

    /// The name in results.
    public let id: String
    /// Where it comes from.
    public let source: Source
    /// The policy.
    public let policy: EffectivePolicy
    /// Where each of its statements stands, in order.
    let spans: [StatementSpan]

    /// Names a policy.
    public init(id: String, source: Source, _ policy: EffectivePolicy) {
        self.id = id
        self.source = source
        self.policy = policy
        spans = StatementSpan.spans(in: policy.document)
    }

    /// Names a policy that was passed as text.
    public init(id: String, source: Source, reading policy: ValidatedPolicy) {
        self.init(id: id, source: source, EffectivePolicy(name: UTF8Text(id), policy))
    }

    /// Names a policy of a directory as AWS does: a managed one by its name, an inline one by kind, carrier and name.
    init(ofDirectory policy: EffectivePolicy) {
        guard let carrier = policy.carrier, let arn = ARN(carrier) else {
            let source: Source = ARN(policy.name)?.account == "aws" ? .awsManaged : .userManaged
            self.init(id: policy.name.lastPathComponent.description, source: source, policy)
            return
        }
        let kind = arn.resource[0..<(arn.resource.firstOffset(of: UInt8(ascii: "/")) ?? 0)].description
        let id = "\(kind)_\(carrier.lastPathComponent)_\(policy.name)"
        self.init(id: id, source: Source(rawValue: kind) ?? .none, policy)
    }

    /// Whether it is inline in a user, group or role.
    var isInline: Bool { source == .user || source == .group || source == .role }
}

/// Where a statement stands in the text of its policy.
public struct StatementSpan: Sendable, Hashable {
    /// A line and a column, both counted from 1; columns count characters.
    public struct Position: Sendable, Hashable {
        /// The line.
        public let line: Int
        /// The column.
        public let column: Int
    }

    /// Its opening brace.
    public let start: Position
    /// The place after its closing brace.
    public let end: Position

    /// The spans of all statements.
    ///
    /// A policy that is part of a larger document is counted from its own first brace. O(n).
    static func spans(in document: PolicyDocument) -> [StatementSpan] {
        let bytes = document.source.bytes
        let isWhole = bytes[..<document.offset].allSatisfy {
            $0 == 0x20 || $0 == 0x09 || $0 == 0x0A || $0 == 0x0D
        }
        var cursor = TextCursor(bytes, at: isWhole ? 0 : document.offset)
        return document.statements.map { statement in
            cursor.move(to: statement.offset)
            let start = cursor.position
            cursor.moveBehindObject()
            return StatementSpan(start: start, end: cursor.position)
        }
    }
}

/// Walks forward through a valid JSON text and counts lines and characters.
private struct TextCursor {
    private let bytes: [UInt8]
    private var offset: Int
    private var line = 1
    private var column = 1

    init(_ bytes: [UInt8], at offset: Int) {
        self.bytes = bytes
        self.offset = offset
    }

    var position: StatementSpan.Position { .init(line: line, column: column) }

    mutating func move(to target: Int) {
        while offset < target, offset < bytes.count { step() }
    }

    mutating func moveBehindObject() {
        var depth = 0
        var isQuoted = false
        while offset < bytes.count {
            switch bytes[offset] {
            case UInt8(ascii: "\""): isQuoted.toggle()
            case UInt8(ascii: "\\") where isQuoted: step()
            case UInt8(ascii: "{") where !isQuoted: depth += 1
            case UInt8(ascii: "}") where !isQuoted:
                depth -= 1
                if depth == 0 { return step() }
            default: break
            }
            step()
        }
    }

    private mutating func step() {
        guard offset < bytes.count else { return }
        if bytes[offset] == UInt8(ascii: "\n") {
            line += 1
            column = 1
        } else if bytes[offset] & 0xC0 != 0x80 {
            column += 1
        }
        offset += 1
    }
}
