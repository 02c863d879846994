/// A claim whose signature has been verified; there is no other way to get one.
///
///        0        8         12        16         24        32        40      48
///        ┌────────┬─────────┬─────────┬──────────┬─────────┬─────────┬───────┬─────────┐
///        │ magic  │ algo-   │ subject │ revision │ created │ expires │ size  │ SHA-256 │
///        │        │ rithm 1 │         │          │         │         │       │         │
///        └────────┴─────────┴─────────┴──────────┴─────────┴─────────┴───────┴─────────┘
///       80          81                128      160         224
///        ┌───────────┬─────────────────┬────────┬───────────┐
///        │ length of │ channel, zeros  │ key id │ signature │
///        └───────────┴─────────────────┴────────┴───────────┘
///
/// Numbers are little-endian. The signature is Ed25519 over ``domain`` and bytes 0–159: everything but itself. Each
/// claim has exactly one such form, so that no byte of a record can change without the signature failing.
public struct SignedRecord: Sendable, Hashable {
    /// Bytes of a record.
    public static let byteCount = 224
    static let magic = Array("PCULSIG1".utf8)
    static let signedByteCount = 160
    private static let algorithm: UInt32 = 1
    /// Goes before what is signed, so that a signature made for anything else is none here, and the reverse.
    static let domain = Array("portcullis signed record 1\u{0}".utf8)

    /// What the signer says.
    public let claim: BundleClaim
    /// By which key.
    public let keyID: SHA256Digest

    /// Verifies a record: its form, then its signature, then what it says.
    ///
    /// - Parameter bytes: exactly the bytes of the record.
    /// - Throws: ``DeliveryError`` with the code `snapshot.signature`.
    public init(verifying bytes: ArraySlice<UInt8>, by keys: TrustedKeys) throws(DeliveryError) {
        guard bytes.count == Self.byteCount, bytes.starts(with: Self.magic) else {
            throw DeliveryError(
                .signature,
                "no signed record; its \(Self.byteCount) bytes begin with PCULSIG1"
            )
        }
        let reader = RecordReader(bytes)
        guard reader.number(at: 8) as UInt32 == Self.algorithm else {
            throw DeliveryError(.signature, "a record is signed with algorithm 1, Ed25519, or not at all")
        }
        guard let id = SHA256Digest(bytes: reader[128..<160]), let key = keys[id] else {
            throw DeliveryError(.signature, "key \(reader[128..<160].hexadecimal) is not trusted")
        }
        let message = Self.domain + reader[0..<Self.signedByteCount]
        guard Cryptography.verify(Array(reader[160..<224]), of: message, by: key.bytes) else {
            throw DeliveryError(.signature, "the signature does not fit the record")
        }
        guard let claim = BundleClaim(reader) else {
            throw DeliveryError(.signature, "the record is signed, and says what this version does not know")
        }
        self.claim = claim
        keyID = id
    }
}

extension BundleClaim {
    fileprivate init?(_ reader: RecordReader) {
        let channelCount = Int(reader[80..<81].first ?? .max)
        guard channelCount <= Channel.byteCountMax,
            let subject = Subject(rawValue: reader.number(at: 12)),
            let byteCount = Int(exactly: reader.number(at: 40) as UInt64),
            let digest = SHA256Digest(bytes: reader[48..<80]),
            let channel = Channel(String(decoding: reader[81..<(81 + channelCount)], as: UTF8.self)),
            reader[(81 + channelCount)..<128].allSatisfy({ $0 == 0 })
        else { return nil }
        self.subject = subject
        self.byteCount = byteCount
        self.digest = digest
        self.channel = channel
        revision = StoreRevision(reader.number(at: 16))
        created = Int64(bitPattern: reader.number(at: 24))
        expires = Int64(bitPattern: reader.number(at: 32))
        guard isSound else { return nil }
    }

    /// Whether it may be signed at all.
    ///
    /// Times are kept to what dates can name, so that sums of them do not overflow.
    private var isSound: Bool {
        let times: ClosedRange<Int64> = 0...253_402_300_799
        return revision.rawValue > 0 && created < expires && times.contains(created)
            && times.contains(expires)
    }

    /// The record: what is signed, and the signature.
    ///
    /// - Throws: ``DeliveryError`` for a revision of 0, times that are none, or if OpenSSL fails.
    public func signed(by key: SigningKey) throws(DeliveryError) -> [UInt8] {
        guard isSound else {
            throw DeliveryError(
                .signature,
                "a claim needs a revision from 1 and an expiry after its creation"
            )
        }
        var bytes = SignedRecord.magic
        bytes.append(number: UInt32(1))
        bytes.append(number: subject.rawValue)
        bytes.append(number: revision.rawValue)
        bytes.append(number: UInt64(bitPattern: created))
        bytes.append(number: UInt64(bitPattern: expires))
        bytes.append(number: UInt64(byteCount))
        bytes += digest.bytes
        let name = Array(channel.description.utf8)
        bytes.append(UInt8(name.count))
        bytes += name + [UInt8](repeating: 0, count: Channel.byteCountMax - name.count)
        bytes += key.publicKey.id.bytes
        guard let signature = key.sign(SignedRecord.domain + bytes) else {
            throw DeliveryError(.signature, "the key cannot sign")
        }
        return bytes + signature
    }
}

/// Reads little-endian numbers at places from the beginning of some bytes, all of which are there.
struct RecordReader {
    private let bytes: ArraySlice<UInt8>

    init(_ bytes: ArraySlice<UInt8>) { self.bytes = bytes }

    subscript(range: Range<Int>) -> ArraySlice<UInt8> {
        bytes[(bytes.startIndex + range.lowerBound)..<(bytes.startIndex + range.upperBound)]
    }

    func number<Number: FixedWidthInteger & UnsignedInteger>(at offset: Int) -> Number {
        let size = Number.bitWidth / 8
        return self[offset..<(offset + size)].reversed().reduce(0) { $0 << 8 | Number($1) }
    }
}

extension [UInt8] {
    /// Appends the bytes of a number, the least first.
    mutating func append<Number: FixedWidthInteger>(number: Number) {
        for shift in stride(from: 0, to: Number.bitWidth, by: 8) {
            append(UInt8(truncatingIfNeeded: number >> shift))
        }
    }
}
