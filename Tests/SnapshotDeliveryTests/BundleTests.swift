import Foundation
import Portcullis
import Testing

@testable import SnapshotDelivery

@Suite("Bundles")
struct BundleTests {
    private let publisher: Publisher
    private let rules: AcceptanceRules

    init() throws {
        publisher = try Publisher()
        rules = try publisher.rules()
    }

    private func contents() throws -> [BundleContent] {
        [.policies(World.alice("Read", "Write")), .snapshot(try World.image(World.alice("Read")).bytes)]
    }

    @Test("A bundle carries policies or a snapshot, and is named by its digest")
    func roundTrip() throws {
        for content in try contents() {
            let (bytes, pointer) = try publisher.publish(content, 3)
            let bundle = try VerifiedBundle(verifying: bytes, by: rules.keys)
            #expect(bundle.content == content)
            #expect(bundle.record.claim.revision == StoreRevision(3))
            let record = try SignedRecord(verifying: pointer[...], by: rules.keys)
            #expect(record.claim.digest == bundle.digest)
            #expect(record.claim.bundleName == "\(SHA256Digest(of: bytes)).bundle")
        }
    }

    @Test("Of 10,000 bundles with a flipped bit, a cut, or a byte more, none is accepted")
    func damage() throws {
        var random = SplitMix(seed: 42)
        let bundles = try contents().map { try publisher.publish($0, 3).bundle }
        var accepted = 0
        for round in 0..<10_000 {
            var bytes = bundles[round % bundles.count]
            switch round % 5 {
            case 0: bytes.removeLast(Int.random(in: 1...bytes.count, using: &random))
            case 1: bytes.append(UInt8.random(in: 0...255, using: &random))
            default:
                let bit = Int.random(in: 0..<(bytes.count * 8), using: &random)
                bytes[bit / 8] ^= 1 << (bit % 8)
            }
            if (try? VerifiedBundle(verifying: bytes, by: rules.keys)) != nil { accepted += 1 }
        }
        #expect(accepted == 0)
    }

    @Test("10,000 damaged pointers and bundles, handed to a follower, leave what is in force")
    func damagedDelivery() async throws {
        let follower = try SnapshotFollower(following: ScriptedSource(), try publisher.settings())
        await follower.handle(try publisher.update(.policies(World.alice("Read")), 1))
        let (bundle, pointer) = try publisher.publish(.policies(World.alice("Steal")), 2)
        var random = SplitMix(seed: 7)
        for round in 0..<10_000 {
            let (isPointer, victim) = (round.isMultiple(of: 2), round.isMultiple(of: 2) ? pointer : bundle)
            var damaged = victim
            if round % 10 < 8 {
                let bit = Int.random(in: 0..<(victim.count * 8), using: &random)
                damaged[bit / 8] ^= 1 << (bit % 8)
            } else {
                damaged.removeLast(Int.random(in: 1...victim.count, using: &random))
            }
            let answer = isPointer ? bundle : damaged
            let content = SnapshotContent.pointer(isPointer ? damaged : pointer) { _ in answer }
            await follower.handle(.update(SnapshotUpdate(content)))
        }
        #expect(follower.status.counters.activations == 1)
        #expect(follower.status.counters.rejections.values.reduce(0, +) == 10_000)
        #expect(follower.status.storeRevision == StoreRevision(1))
        #expect(try follower.allows("Read") && !follower.allows("Steal"))
        // Undamaged, it is accepted.
        await follower.handle(.update(SnapshotUpdate(.pointer(pointer) { _ in bundle })))
        #expect(try follower.allows("Steal"))
    }

    @Test("A pointer is no bundle, and a bundle no pointer")
    func subjects() async throws {
        let (bundle, pointer) = try publisher.publish(.policies(World.alice("Read")), 1)
        #expect(throws: DeliveryError.self) { try VerifiedBundle(verifying: pointer, by: rules.keys) }
        // The record of a bundle with nothing in it has the size of a pointer.
        let record = Array(bundle.prefix(SignedRecord.byteCount))
        let follower = try SnapshotFollower(following: ScriptedSource(), try publisher.settings())
        await follower.handle(.update(SnapshotUpdate(.pointer(record) { _ in bundle })))
        #expect(follower.status.rejections.last?.error.code == .signature)
    }

    @Test(
        "Keys are written as PEM, the private one as PKCS #8 for its owner alone, and never over another file"
    )
    func keyFiles() throws {
        let folder = try TemporaryFolder()
        let (secret, open) = (folder.path + "/a.key", folder.path + "/a.pub")
        try publisher.key.write(privateTo: secret, publicTo: open)
        let pem = try String(contentsOfFile: secret, encoding: .utf8)
        #expect(pem.hasPrefix("-----BEGIN PRIVATE KEY-----\n"))
        let mode = try FileManager.default.attributesOfItem(atPath: secret)[.posixPermissions] as? Int
        #expect(mode == 0o600)
        let read = try #require(SigningKey(pem: Array(pem.utf8)))
        #expect(read.publicKey == publisher.key.publicKey)
        let openPEM = try String(contentsOfFile: open, encoding: .utf8)
        #expect(VerificationKey(pem: Array(openPEM.utf8)) == publisher.key.publicKey)
        #expect(throws: FileFailure.self) { try publisher.key.write(privateTo: secret, publicTo: open + "2") }
        #expect(try String(contentsOfFile: secret, encoding: .utf8) == pem)
    }

    @Test(
        "Other files are no keys",
        arguments: ["", "x", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"]
    )
    func noKeys(_ text: String) {
        #expect(SigningKey(pem: Array(text.utf8)) == nil)
        #expect(VerificationKey(pem: Array(text.utf8)) == nil)
    }
}

@Suite("Policies in one run of bytes")
struct PolicyArchiveTests {
    @Test("What goes in comes out, and the same goes in the same way")
    func roundTrip() throws {
        let files: [String: [UInt8]] = ["b/é.json": [1, 2], "a": [], "a/b": [0]]
        let bytes = try PolicyArchive.bytes(of: files)
        #expect(try PolicyArchive.files(in: bytes) == files)
        #expect(try PolicyArchive.bytes(of: PolicyArchive.files(in: bytes)) == bytes)
        #expect(try PolicyArchive.files(in: PolicyArchive.bytes(of: [:])).isEmpty)
    }

    @Test(
        "A path that leads elsewhere, or that a folder's reader would pass over, is refused",
        arguments: ["", "/a", "a/", "../a", "a/../b", "a//b", ".a", "a/.b", "a\u{0}"]
    )
    func paths(_ path: String) {
        #expect(throws: DeliveryError.self) { try PolicyArchive.bytes(of: [path: []]) }
    }

    @Test("Every cut, and every order but one, is refused")
    func canonical() throws {
        let bytes = try PolicyArchive.bytes(of: ["a": [1], "b": [2]])
        for count in 0..<bytes.count {
            #expect(throws: DeliveryError.self) { try PolicyArchive.files(in: Array(bytes.prefix(count))) }
        }
        let (head, first, second) = (bytes[..<16], bytes[16..<30], bytes[30...])
        #expect(throws: DeliveryError.self) { try PolicyArchive.files(in: Array(head + second + first)) }
        #expect(throws: DeliveryError.self) { try PolicyArchive.files(in: Array(head + first + first)) }
        var many = bytes
        many[8] = 3
        #expect(throws: DeliveryError.self) { try PolicyArchive.files(in: many) }
        var huge = bytes
        huge.replaceSubrange(20..<28, with: [UInt8](repeating: 0xFF, count: 8))
        #expect(throws: DeliveryError.self) { try PolicyArchive.files(in: huge) }
    }
}

/// The same numbers in every run.
struct SplitMix: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        return value ^ (value >> 31)
    }
}
