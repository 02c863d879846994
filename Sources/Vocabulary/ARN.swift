/// An Amazon resource name: `arn:partition:service:region:account:resource`.
///
/// The first five colons separate the parts; the sixth part keeps all later colons (D4).
public struct ARN: Sendable, Hashable, CustomStringConvertible {
    /// The whole name.
    public let text: UTF8Text
    private let colons: (UInt32, UInt32, UInt32, UInt32, UInt32)

    /// Splits a name that has at least five colons and begins with `arn:`; nil for any other text.
    ///
    /// O(n).
    public init?(_ text: UTF8Text) {
        guard text.begins(with: "arn:"), text.count <= Int(UInt32.max),
            let second = text.firstOffset(of: UInt8(ascii: ":"), from: 4),
            let third = text.firstOffset(of: UInt8(ascii: ":"), from: second + 1),
            let fourth = text.firstOffset(of: UInt8(ascii: ":"), from: third + 1),
            let fifth = text.firstOffset(of: UInt8(ascii: ":"), from: fourth + 1)
        else { return nil }
        self.text = text
        colons = (3, UInt32(second), UInt32(third), UInt32(fourth), UInt32(fifth))
    }

    /// The partition, such as `aws`, `aws-cn` or `aws-us-gov`.
    public var partition: UTF8Text { part(colons.0, colons.1) }
    /// The service prefix, such as `s3`.
    public var service: UTF8Text { part(colons.1, colons.2) }
    /// The region; empty for global resources.
    public var region: UTF8Text { part(colons.2, colons.3) }
    /// The account; empty for resources such as buckets.
    public var account: UTF8Text { part(colons.3, colons.4) }
    /// Everything after the fifth colon.
    public var resource: UTF8Text { text.dropFirst(Int(colons.4) + 1) }

    /// The six parts in order.
    public var parts: [UTF8Text] { ["arn", partition, service, region, account, resource] }

    /// Whether the partition is one of AWS: `aws`, or `aws-` and more.
    package var isInAWSPartition: Bool { partition.equals("aws") || partition.begins(with: "aws-") }

    /// Whether the resource is a KMS key, or stands for all keys of an account, whose policy must allow the
    /// caller (F8).
    package var isKMSKey: Bool {
        service.equals("kms") && (resource.begins(with: "key/") || resource.equals("key"))
    }

    private func part(_ colon: UInt32, _ next: UInt32) -> UTF8Text { text[(Int(colon) + 1)..<Int(next)] }

    /// Equality of the whole name, byte by byte.
    public static func == (lhs: ARN, rhs: ARN) -> Bool { lhs.text == rhs.text }

    /// Hashes the whole name.
    public func hash(into hasher: inout Hasher) { hasher.combine(text) }

    /// The whole name.
    public var description: String { text.description }
}
