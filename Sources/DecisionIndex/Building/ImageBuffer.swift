import Vocabulary

/// The bytes of an image while it is built.
///
/// Equal strings and lists are stored once.
struct ImageBuffer {
    private(set) var bytes: [UInt8] = []
    private var stringOffsets: [UTF8Text: StringRef] = [:]

    init() { bytes = Array(repeating: 0, count: Int(ImageHeader.byteCount)) }

    private mutating func align() { pad(toMultipleOf: 8) }

    /// Fills up with zeros.
    mutating func pad(toMultipleOf size: Int) {
        while !bytes.count.isMultiple(of: size) { bytes.append(0) }
    }

    /// Appends a record and answers where it stands.
    mutating func append<Record: BitwiseCopyable>(_ record: Record) -> UInt32 {
        align()
        let offset = UInt32(bytes.count)
        // INVARIANT: the bytes of a record are copied before the closure ends.
        unsafe withUnsafeBytes(of: record) { unsafe bytes.append(contentsOf: $0) }
        let stride = MemoryLayout<Record>.stride
        while bytes.count - Int(offset) < stride { bytes.append(0) }
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

    /// Overwrites a record.
    mutating func store<Record: BitwiseCopyable>(_ record: Record, at offset: Int) {
        // INVARIANT: the record's bytes are read within the closure only.
        let source = unsafe withUnsafeBytes(of: record) { unsafe Array($0) }
        bytes.replaceSubrange(offset..<(offset + source.count), with: source)
    }

    /// Stores a text, or finds it stored.
    mutating func string(_ text: UTF8Text) -> StringRef {
        if text.isEmpty { return StringRef() }
        if let known = stringOffsets[text] { return known }
        let reference = StringRef(offset: UInt32(bytes.count), count: UInt32(text.count))
        bytes.append(contentsOf: text.bytes)
        stringOffsets[text] = reference
        return reference
    }
}
