import Foundation
import Testing

@testable import DecisionIndex

/// Random damage with a right checksum, as somebody who can write the file could do it.
@Suite("Damaged images")
struct SnapshotMutationTests {
    /// Reproducible random numbers.
    private struct Source: RandomNumberGenerator {
        var state: UInt64

        /// SplitMix64.
        mutating func next() -> UInt64 {
            state &+= 0x9E37_79B9_7F4A_7C15
            var word = state
            word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
            word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
            return word ^ (word >> 31)
        }
    }

    private static var roundCount: Int {
        #if DEBUG
        isThorough ? 20_000 : 1_500
        #else
        isThorough ? 1_000_000 : 20_000
        #endif
    }

    /// A number that may mislead: small, large, next to the old one, or one that stands elsewhere in the image.
    private func number(_ old: UInt32, _ bytes: [UInt8], _ source: inout Source) -> UInt32 {
        switch source.next() % 8 {
        case 0: return UInt32(source.next() % 16)
        case 1: return UInt32.max - UInt32(source.next() % 16)
        case 2: return old &+ UInt32(source.next() % 16)
        case 3: return old &- UInt32(source.next() % 16)
        case 4: return UInt32(source.next() % UInt64(bytes.count)) & ~7
        case 5: return old ^ 1 << UInt32(source.next() % 32)
        case 6: return UInt32(truncatingIfNeeded: source.next())
        default:
            let place = Int(source.next() % UInt64(bytes.count / 4)) * 4
            return (0..<4).reduce(0) { $0 | UInt32(bytes[place + $1]) << UInt32($1 * 8) }
        }
    }

    @Test("No damage crashes a check: it is refused, or decides like any other image")
    func mutations() throws {
        let seed =
            ProcessInfo.processInfo.environment["PORTCULLIS_SEED"].flatMap { UInt64($0) }
            ?? .random(in: 0 ... .max)
        var source = Source(state: seed)
        let image = try SnapshotWorld.image(seed: seed)
        let requests = try SnapshotWorld.requests()
        let decisions = SnapshotWorld.decide(requests, image)
        var surgery = SnapshotSurgery(image)
        let good = surgery.bytes
        var (acceptedCount, sameCount) = (0, 0)
        for _ in 0..<Self.roundCount {
            for _ in 0...(source.next() % 3) {
                let place = SnapshotSurgery.Place(
                    offset: Int(source.next() % UInt64(good.count / 4)) * 4,
                    byteCount: 4
                )
                surgery[place] = UInt64(number(UInt32(surgery[place]), good, &source))
            }
            surgery.fixChecksum()
            if let damaged = try? VerifiedImage(verifying: surgery.bytes) {
                acceptedCount += 1
                // Every fifth is asked everything, the others a part.
                let step = acceptedCount % 5 == 0 ? 1 : 5
                let asked = stride(from: acceptedCount % step, to: requests.count, by: step).map {
                    requests[$0]
                }
                let wanted = stride(from: acceptedCount % step, to: requests.count, by: step).map {
                    decisions[$0]
                }
                if SnapshotWorld.decide(asked, damaged) == wanted { sameCount += 1 }
            }
            surgery.bytes = good
        }
        // What is accepted has changed texts, numbers and options, which nothing but the checksum guards.
        print(
            "seed \(seed): \(acceptedCount) of \(Self.roundCount) accepted, \(sameCount) of them decide the same"
        )
        #expect(acceptedCount < Self.roundCount * 2 / 3)
    }
}
