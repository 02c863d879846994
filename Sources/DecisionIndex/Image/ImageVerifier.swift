import Vocabulary

/// Proves that an image may be read: every place, count and number in it, before the first check.
///
/// Afterwards a check reads without looking: nothing in a verified image leads outside of it, makes a probe
/// endless, or makes a list longer than the builder would have written. The index is counted again, too: what
/// the tables leave out would otherwise be a Deny that nobody misses.
///
/// The work is linear in the image, whatever stands in it: lists do not overlap, a list that several records
/// share is read once (``ImageRegions``), and so is a long name (``ImageNames``). Nothing recurses.
///
/// A new field of a record needs a line here; `SnapshotLayoutTests` fails until it has one.
struct ImageVerifier {
    let view: ImageView
    /// The most steps that a check of one policy may take.
    let policyStepsMax: UInt64
    var regions: ImageRegions
    var names: ImageNames
    /// What the actions of each chunk of a policy can match, and where it stands in its policy.
    var chunks: [ChunkFacts] = []

    /// Verifies an image that lies in its final memory, so that what is verified is what will be read; answers
    /// what it found out.
    @discardableResult
    static func verify(_ view: ImageView, policyStepsMax: UInt64) throws(SnapshotFormatError) -> ImageVerifier
    {
        try verifyHead(view)
        var verifier = ImageVerifier(
            view: view,
            policyStepsMax: policyStepsMax,
            regions: ImageRegions(view),
            names: ImageNames(view)
        )
        try verifier.verifyHeaderLists()
        try verifier.verifyKeys()
        try verifier.verifyPolicies()
        try verifier.verifyAccounts()
        try verifier.verifyPrincipals()
        try verifier.verifyResources()
        try verifier.verifyEndpoints()
        try verifier.verifyCheckBound()
        return verifier
    }

    /// What the first bytes say, and whether the rest is what was written.
    static func verifyHead(_ view: ImageView) throws(SnapshotFormatError) {
        try ImageHead.check(prefix: view.bytes(StringRef(offset: 0, count: UInt32(min(view.byteCount, 64)))))
        guard view.byteCount >= Int(ImageHeader.byteCount) else {
            throw SnapshotFormatError(.truncated, at: view.byteCount, "the header is incomplete")
        }
        let header = view.header
        guard header.byteCount <= UInt64(view.byteCount) else {
            throw SnapshotFormatError(
                .truncated,
                at: view.byteCount,
                "the image has \(header.byteCount) bytes"
            )
        }
        guard header.byteCount == UInt64(view.byteCount), header.byteCount < UInt64(UInt32.max),
            header.byteCount % 64 == 0
        else {
            throw SnapshotFormatError(
                .bounds,
                at: ImageHead.byteCountOffset,
                "the size is not that of the file"
            )
        }
        guard ImageChecksum.of(view) == header.checksum else {
            throw SnapshotFormatError(
                .checksum,
                at: ImageHead.checksumRange.lowerBound,
                "the bytes have been changed"
            )
        }
        guard OptionBits.all.isSuperset(of: OptionBits(rawValue: header.options)) else {
            throw SnapshotFormatError(.version, at: ImageHead.optionsOffset, "an unknown option is set")
        }
    }

    /// The lists that the header names directly, and its words.
    private mutating func verifyHeaderLists() throws(SnapshotFormatError) {
        let header = view.header
        for offset in UInt32(MemoryLayout<ImageHeader>.size)..<ImageHeader.byteCount {
            try demand(view.load(UInt8.self, at: offset) == 0, at: offset, "the header is padded with zeros")
        }
        try verifyString(header.organizationID, at: ImageHead.organizationOffset)
        try claim(.strings, header.fixedStrings, of: StringRef.self)
        try demand(
            Int(header.fixedStrings.count) == FixedString.allCases.count,
            at: header.fixedStrings.offset,
            "the fixed words are complete"
        )
        for word in FixedString.allCases {
            let string = view.load(StringRef.self, header.fixedStrings, word.rawValue)
            try verifyString(string, at: header.fixedStrings.offset)
            let isRight = view.bytes(string).text == word.text
            try demand(isRight, at: string.offset, "a fixed word reads `\(word.text)`")
        }
    }

    // MARK: What every part uses

    /// Fails unless a condition holds; the message says what should hold.
    func demand(
        _ holds: Bool,
        at offset: UInt32,
        _ message: @autoclosure () -> String
    ) throws(SnapshotFormatError) {
        guard holds else {
            throw SnapshotFormatError(.structure, at: Int(offset), "broken rule: \(message())")
        }
    }

    /// Takes a list; false when it has been taken and verified before.
    @discardableResult
    mutating func claim<Record: BitwiseCopyable>(
        _ kind: ImageRegions.Kind,
        _ list: ListRef,
        of _: Record.Type
    ) throws(SnapshotFormatError) -> Bool {
        try regions.claim(kind, list, stride: MemoryLayout<Record>.stride)
    }

    /// A string lies behind the header, which holds the secret of the hashes, and before the end.
    func verifyString(_ string: StringRef, at offset: UInt32) throws(SnapshotFormatError) {
        let end = UInt64(string.offset) + UInt64(string.count)
        let isPlaced = string.count == 0 ? string.offset == 0 : string.offset >= ImageHeader.byteCount
        guard isPlaced, end <= UInt64(view.byteCount) else {
            throw SnapshotFormatError(.bounds, at: Int(offset), "a text leads outside the image")
        }
    }
}

/// What can be said of an image by its first bytes alone.
enum ImageHead {
    static let versionOffset = MemoryLayout<ImageHeader>.offset(of: \.formatVersion) ?? 8
    static let optionsOffset = MemoryLayout<ImageHeader>.offset(of: \.options) ?? 12
    static let byteCountOffset = MemoryLayout<ImageHeader>.offset(of: \.byteCount) ?? 16
    static let checksumRange = 24..<32
    static let organizationOffset = UInt32(MemoryLayout<ImageHeader>.offset(of: \.organizationID) ?? 0)

    /// Magic number, byte order and version, which stand in the first sixteen bytes of every version.
    static func check(prefix: ByteView) throws(SnapshotFormatError) {
        guard prefix.count >= 8 else {
            throw SnapshotFormatError(.truncated, at: prefix.count, "the file is too short to be a snapshot")
        }
        let magic = prefix.word(at: 0)
        guard magic == ImageHeader.magic else {
            let halves = magic.byteSwapped << 32 | magic.byteSwapped >> 32
            if magic.byteSwapped == ImageHeader.magic || halves == ImageHeader.magic {
                throw SnapshotFormatError(.byteOrder, "the snapshot was written in the other byte order")
            }
            throw SnapshotFormatError(.magic, "the file is no snapshot")
        }
        guard prefix.count >= 16 else {
            throw SnapshotFormatError(.truncated, at: prefix.count, "the header is incomplete")
        }
        let version = UInt32(truncatingIfNeeded: prefix.word(at: versionOffset))
        guard version == ImageHeader.formatVersion else {
            let message = "format version \(version); this program reads \(ImageHeader.formatVersion)"
            throw SnapshotFormatError(.version, at: versionOffset, message)
        }
    }
}

extension ImageChecksum {
    /// The checksum of an image where it stands.
    static func of(_ view: ImageView) -> UInt64 {
        let (start, end) = (ImageHead.checksumRange.lowerBound, ImageHead.checksumRange.upperBound)
        let head = view.bytes(StringRef(offset: 0, count: UInt32(start))).hash(seed: 1)
        return view.bytes(StringRef(offset: UInt32(end), count: UInt32(view.byteCount - end))).hash(
            seed: head
        )
    }
}
