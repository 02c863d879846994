import Vocabulary

/// The bytes of an image while it is built, or those that are to stand behind an image.
///
/// Equal strings and lists are stored once.
struct ImageBuffer {
    private(set) var bytes: [UInt8] = []
    /// Where in the image the bytes begin.
    private var start = 0
    private var strings = StringTable()
    private let seed: UInt64

    /// - Parameter seed: secret, so that nobody can choose names whose hashes are equal.
    init(seed: UInt64) {
        self.seed = seed
        bytes = Array(repeating: 0, count: Int(ImageHeader.byteCount))
    }

    /// Where the next byte goes.
    var end: Int { start + bytes.count }

    /// Hands the bytes over and goes on behind them, with no memory of what is stored.
    mutating func takeBytes() -> [UInt8] {
        defer {
            start = end
            bytes = []
            strings = StringTable()
        }
        return bytes
    }

    private mutating func align() { pad(toMultipleOf: 8) }

    /// Fills up with zeros.
    mutating func pad(toMultipleOf size: Int) {
        while !end.isMultiple(of: size) { bytes.append(0) }
    }

    /// Appends a record and answers where it stands.
    mutating func append<Record: BitwiseCopyable>(_ record: Record) -> UInt32 {
        align()
        let offset = UInt32(truncatingIfNeeded: end)
        // INVARIANT: the bytes of a record are copied before the closure ends.
        unsafe withUnsafeBytes(of: record) { unsafe bytes.append(contentsOf: $0) }
        let missing = MemoryLayout<Record>.stride - MemoryLayout<Record>.size
        if missing > 0 { bytes.append(contentsOf: repeatElement(0, count: missing)) }
        return offset
    }

    /// Appends records one after the other.
    mutating func append<Record: BitwiseCopyable>(list records: [Record]) -> ListRef {
        guard let first = records.first else { return ListRef() }
        let offset = append(first)
        for record in records.dropFirst() {
            // INVARIANT: the bytes of a record are copied before the closure ends.
            unsafe withUnsafeBytes(of: record) { unsafe bytes.append(contentsOf: $0) }
            let missing = MemoryLayout<Record>.stride - MemoryLayout<Record>.size
            bytes.append(contentsOf: repeatElement(0, count: missing))
        }
        return ListRef(offset: offset, count: UInt32(records.count))
    }

    /// Overwrites a record that has not been handed over.
    mutating func store<Record: BitwiseCopyable>(_ record: Record, at offset: Int) {
        // INVARIANT: the record's bytes are read within the closure only.
        let source = unsafe withUnsafeBytes(of: record) { unsafe Array($0) }
        bytes.replaceSubrange((offset - start)..<(offset - start + source.count), with: source)
    }

    /// Stores a text, or finds it stored.
    mutating func string(_ text: UTF8Text) -> StringRef {
        if text.isEmpty { return StringRef() }
        let hash = SeededHash.hash(text, seed: seed)
        if let known = strings.place(of: text, hash, in: bytes, from: start) { return known }
        let reference = StringRef(offset: UInt32(truncatingIfNeeded: end), count: UInt32(text.count))
        bytes.append(contentsOf: text.bytes)
        strings.insert(reference, hash)
        return reference
    }
}
