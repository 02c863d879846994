import Foundation
import PolicyLanguage
import SnapshotDelivery

/// What a signed record says, for people and for programs.
struct ClaimText {
    private let claim: BundleClaim

    init(_ claim: BundleClaim) { self.claim = claim }

    private var subject: String {
        switch claim.subject {
        case .bundle: "pointer to a bundle"
        case .snapshot: "snapshot"
        case .policies: "policies"
        }
    }

    /// One line.
    var line: String {
        let channel = claim.channel == .none ? "" : " for \(claim.channel)"
        return "revision \(claim.revision)\(channel): \(subject), \(claim.byteCount) bytes, "
            + "from \(Self.text(claim.created)) to \(Self.text(claim.expires))"
    }

    func json(more members: [(String, JSONWriter.Value?)] = []) -> JSONWriter.Value {
        .object(
            [
                ("revision", .string(claim.revision.description)), ("kind", .string(subject)),
                ("channel", .string(claim.channel.description)), ("bytes", .integer(Int64(claim.byteCount))),
                ("digest", .string(claim.digest.description)), ("created", .string(Self.text(claim.created))),
                ("expires", .string(Self.text(claim.expires))),
            ] + members
        )
    }

    /// A time as ISO 8601 in UTC.
    static func text(_ seconds: Int64) -> String {
        Date(timeIntervalSince1970: Double(seconds)).formatted(.iso8601)
    }
}
