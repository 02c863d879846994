import DecisionIndex
import Portcullis
import SnapshotDelivery

/// Faults in signed bundles: each must be refused, and the bundle in force must stay in force.
struct BundleFault {
    private enum Change { case stripped, noAlgorithm, olderRevision, expired }

    private let change: Change

    /// Nil for words that it does not know.
    init?(_ words: String) {
        switch words {
        case "strip the signature block": change = .stripped
        case "algorithm field = none": change = .noAlgorithm
        case "offer version N-1 with a good signature": change = .olderRevision
        case "expiry in the past": change = .expired
        default: return nil
        }
    }

    /// Offers the fault to an engine that has a good bundle of an image.
    ///
    /// - Returns: what is wrong with how it was treated; nil when it was refused with this code.
    func judge(_ image: VerifiedImage, code: String) throws -> String? {
        guard let key = SigningKey.generate(), let keys = TrustedKeys([key.publicKey]) else {
            return "no key can be made"
        }
        let trust = ContentTrust.signed(AcceptanceRules(keys: keys))
        let follower = try SnapshotFollower(following: SilentSource(), FollowerSettings(trust: trust))
        let now = follower.now
        func bundle(_ revision: UInt64, expires: Int64) throws(DeliveryError) -> [UInt8] {
            try BundleContent.snapshot(image.bytes).bundle(
                revision: StoreRevision(revision),
                created: now - 86_400,
                expires: expires,
                signedBy: key
            )
        }
        try follower.offer(bundle: bundle(2, expires: now + 3_600))
        let inForce = follower.engine.revision
        let faulty =
            switch change {
            case .stripped, .noAlgorithm: try changed(bundle(3, expires: now + 3_600))
            case .olderRevision: [try bundle(1, expires: now + 3_600)]
            case .expired: [try bundle(3, expires: now - 43_200)]
            }
        for bytes in faulty {
            do throws(DeliveryError) {
                try follower.offer(bundle: bytes)
                return "expected reject (\(code)), got accept"
            } catch {
                if error.code.rawValue != code { return "expected code \(code), got \(error)" }
            }
        }
        guard follower.engine.revision == inForce, follower.storeRevision == StoreRevision(2) else {
            return "the bundle in force is another one after a rejected one"
        }
        return nil
    }

    /// The places are those of `Documentation/bundle-format.md`.
    private func changed(_ bundle: [UInt8]) -> [[UInt8]] {
        let (record, content) = (bundle.prefix(224), bundle.dropFirst(224))
        if change == .noAlgorithm {
            var none = bundle
            none[8] = 0
            return [none]
        }
        let zeros = [UInt8](repeating: 0, count: 64)
        let signed = record.prefix(160)
        return [Array(content), Array(signed + content), Array(signed + zeros + content)]
    }
}

/// A source that has nothing to say.
private final class SilentSource: SnapshotSource {
    let name = "nothing"

    func next() async -> SourceEvent? { nil }
}
