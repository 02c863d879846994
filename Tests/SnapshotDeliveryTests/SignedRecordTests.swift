import Portcullis
import Testing

@testable import SnapshotDelivery

@Suite("Signed records")
struct SignedRecordTests {
    private let publisher: Publisher
    private let keys: TrustedKeys
    private let record: [UInt8]
    private let content = Array("the content".utf8)

    init() throws {
        publisher = try Publisher()
        keys = try publisher.rules().keys
        record = try publisher.pointer(to: content, 7)
    }

    @Test("A record says what was signed, in 224 bytes")
    func roundTrip() throws {
        #expect(record.count == 224)
        let read = try SignedRecord(verifying: record[...], by: keys)
        #expect(read.claim.revision == StoreRevision(7))
        #expect(read.claim.subject == .bundle)
        #expect(read.claim.byteCount == content.count)
        #expect(read.claim.digest == SHA256Digest(of: content))
        #expect(read.claim.expires - read.claim.created == 3_600)
        #expect(read.keyID == publisher.key.publicKey.id)
    }

    @Test("No single bit of a record can change")
    func bitFlips() {
        for bit in 0..<(record.count * 8) {
            var changed = record
            changed[bit / 8] ^= 1 << (bit % 8)
            #expect(throws: DeliveryError.self, "bit \(bit)") {
                try SignedRecord(verifying: changed[...], by: keys)
            }
        }
    }

    @Test("No record is shorter or longer")
    func lengths() {
        for count in 0..<record.count {
            #expect(throws: DeliveryError.self) { try SignedRecord(verifying: record[..<count], by: keys) }
        }
        #expect(throws: DeliveryError.self) { try SignedRecord(verifying: (record + [0])[...], by: keys) }
    }

    @Test("A record may lie in the middle of other bytes")
    func slices() throws {
        let bytes = [9, 9, 9] + record + [9]
        #expect(throws: Never.self) { try SignedRecord(verifying: bytes[3..<227], by: keys) }
    }

    @Test("Without a signature, with another algorithm or with none, a record is refused as unsigned")
    func stripped() throws {
        var unsigned = record
        unsigned.replaceSubrange(160..<224, with: [UInt8](repeating: 0, count: 64))
        var algorithms: [[UInt8]] = []
        for number: UInt8 in [0, 2, 255] {
            var other = record
            other[8] = number
            algorithms.append(other)
        }
        for bytes in [unsigned, Array(record.prefix(160)), content, []] + algorithms {
            let error = #expect(throws: DeliveryError.self) {
                try SignedRecord(verifying: bytes[...], by: keys)
            }
            #expect(error?.code == .signature)
        }
    }

    @Test("Signed by a key that is not trusted, a record is refused; trusting both keys is how keys change")
    func rotation() throws {
        let successor = try Publisher()
        let new = try successor.pointer(to: content, 8)
        let error = #expect(throws: DeliveryError.self) { try SignedRecord(verifying: new[...], by: keys) }
        #expect(error?.code == .signature && error?.message.contains("not trusted") == true)
        let both = try #require(TrustedKeys([publisher.key.publicKey, successor.key.publicKey]))
        #expect(throws: Never.self) { try SignedRecord(verifying: new[...], by: both) }
        #expect(throws: Never.self) { try SignedRecord(verifying: record[...], by: both) }
        let one = try #require(TrustedKeys([successor.key.publicKey]))
        #expect(throws: DeliveryError.self) { try SignedRecord(verifying: record[...], by: one) }
    }

    @Test("Signed again by another key under the id of a trusted one, a record is refused")
    func resigned() throws {
        let thief = try Publisher()
        let forged = try thief.pointer(to: content, 7)
        let bytes = Array(forged[..<128]) + record[128..<160] + forged[160...]
        #expect(throws: DeliveryError.self) { try SignedRecord(verifying: bytes[...], by: keys) }
    }

    @Test("A signature over the same bytes without the domain is none here")
    func domain() throws {
        let plain = try #require(publisher.key.sign(Array(record[..<160])))
        let bytes = Array(record[..<160]) + plain
        #expect(throws: DeliveryError.self) { try SignedRecord(verifying: bytes[...], by: keys) }
    }

    @Test(
        "What makes no sense is not signed, and not believed when it is",
        arguments: [(0, 1), (1, 0), (1, -5)]
    )
    func unsound(_ revision: UInt64, _ lifetime: Int64) throws {
        let claim = BundleClaim(
            .bundle,
            content,
            revision: StoreRevision(revision),
            created: 1_000,
            expires: 1_000 + lifetime
        )
        #expect(throws: DeliveryError.self) { try claim.signed(by: publisher.key) }
    }

    @Test("No keys can be trusted by accident")
    func noKeys() { #expect(TrustedKeys([]) == nil) }

    @Test("Channels are short and plain", arguments: ["", "production", "eu-west-1/prod", "a_b.c"])
    func channels(_ name: String) { #expect(Channel(name)?.description == name) }

    @Test(
        "Other names are none",
        arguments: ["ü", "a b", "a\u{0}", String(repeating: "a", count: 48), "a:b"]
    )
    func badChannels(_ name: String) { #expect(Channel(name) == nil) }
}
