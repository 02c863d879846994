import CXXHash
import Glibc
import Vocabulary

/// Bytes of a snapshot image, of a request, or of a reader's scratch memory, which all outlive a check.
///
/// A view is two words and counts no references: a check passes many of them around. It never leaves the
/// check it was made for.
@safe struct ByteView {
    private let start: UnsafePointer<UInt8>
    let count: Int

    /// - INVARIANT: `count` bytes at `start` stay readable and unchanged as long as the view is used.
    @inline(__always) init(start: UnsafePointer<UInt8>, count: Int) {
        unsafe self.start = start
        self.count = count
    }

    var isEmpty: Bool { count == 0 }

    /// No bytes: what stands for a name that is not there, since no name is empty.
    static var none: ByteView {
        @inline(__always) get {
            // INVARIANT: an empty view reads no byte, so that its address need only not be null.
            unsafe ByteView(start: UnsafePointer(bitPattern: 16).unsafelyUnwrapped, count: 0)
        }
    }

    @inline(__always) subscript(offset: Int) -> UInt8 {
        assert(offset >= 0 && offset < count)
        // INVARIANT: callers stay below `count`, which the assertion checks in debug builds.
        return unsafe start[offset]
    }

    /// The bytes at these offsets.
    @inline(__always) subscript(offsets: Range<Int>) -> ByteView {
        assert(offsets.lowerBound >= 0 && offsets.upperBound <= count)
        // INVARIANT: a part of a readable range is readable.
        return unsafe ByteView(start: start + offsets.lowerBound, count: offsets.count)
    }

    @inline(__always) func dropFirst(_ offset: Int) -> ByteView { self[offset..<count] }

    /// Eight bytes from an offset on as a word, least byte first; zeros where there are fewer.
    @inline(__always) func word(at offset: Int) -> UInt64 {
        let left = count &- offset
        // INVARIANT: eight bytes are read only where so many are left, or stand before the end.
        if left >= 8 { return unsafe portcullis_word(start + offset) }
        if left > 0, count >= 8 {
            return unsafe portcullis_word(start + (count &- 8))
                >> UInt64(truncatingIfNeeded: (8 &- left) &* 8)
        }
        var word: UInt64 = 0
        var index = 0
        while index < left {
            word |= UInt64(self[offset + index]) << UInt64(index * 8)
            index += 1
        }
        return word
    }

    /// Byte equality.
    @inline(__always) func equals(_ other: ByteView) -> Bool {
        // INVARIANT: both ranges are readable for `count` bytes.
        unsafe count == other.count && portcullis_equal(start, other.start, count)
    }

    /// Whether this begins with all of `prefix`.
    @inline(__always) func begins(with prefix: ByteView) -> Bool {
        // INVARIANT: both ranges are readable for the length of the prefix.
        unsafe count >= prefix.count && portcullis_equal(start, prefix.start, prefix.count)
    }

    /// Whether this ends with all of `suffix`.
    @inline(__always) func ends(with suffix: ByteView) -> Bool {
        count >= suffix.count && dropFirst(count &- suffix.count).equals(suffix)
    }

    /// Whether this is the same memory, not only the same bytes.
    @inline(__always) func isSame(as other: ByteView) -> Bool {
        unsafe start == other.start && count == other.count
    }

    /// The first offset at which `needle` stands.
    ///
    /// Linear: after a few beginnings that lead nowhere, glibc's search takes over, which has linear time but a
    /// costly start.
    func firstRange(of needle: ByteView) -> Int? {
        if needle.isEmpty { return 0 }
        var start = 0
        for _ in 0..<16 {
            guard needle.count <= count &- start, let next = firstOffset(of: needle[0], from: start),
                needle.count <= count &- next
            else { return nil }
            if self[next..<(next &+ needle.count)].equals(needle) { return next }
            start = next &+ 1
        }
        return dropFirst(start).distantRange(of: needle).map { start + $0 }
    }

    private func distantRange(of needle: ByteView) -> Int? {
        // INVARIANT: memmem reads only within the two ranges and answers a place in the first, or nil.
        guard let found = unsafe portcullis_find(start, count, needle.start, needle.count) else { return nil }
        return unsafe found - UnsafeRawPointer(start)
    }

    @inline(__always) func firstOffset(of byte: UInt8, from offset: Int = 0) -> Int? {
        guard offset < count else { return nil }
        // INVARIANT: only bytes of the range are read.
        let found = unsafe offset &+ portcullis_offset(start + offset, count &- offset, byte)
        return found < count ? found : nil
    }

    /// XXH3 with a seed.
    @inline(__always) func hash(seed: UInt64) -> UInt64 {
        // INVARIANT: the hash reads exactly `count` bytes.
        unsafe portcullis_xxh3(start, count, seed)
    }

    /// Equality that ignores the case of ASCII letters.
    func equalsIgnoringASCIICase(_ other: ByteView) -> Bool {
        guard count == other.count else { return false }
        for offset in 0..<count where self[offset].asciiLowercased != other[offset].asciiLowercased {
            return false
        }
        return true
    }

    /// Copies the bytes.
    ///
    /// - INVARIANT: there is room for them at `place`, which is other memory.
    @inline(__always) func copy(to place: UnsafeMutableRawPointer) {
        unsafe place.copyMemory(from: UnsafeRawPointer(start), byteCount: count)
    }

    /// Whether some byte is a control character.
    var containsControlCharacter: Bool {
        guard count >= 8 else {
            for offset in 0..<count where self[offset].isASCIIControl { return true }
            return false
        }
        var found = Self.controlCharacters(word(at: count &- 8))
        var offset = 0
        while offset < count &- 8 {
            found |= Self.controlCharacters(word(at: offset))
            offset &+= 8
        }
        return found != 0
    }

    /// Not zero when a byte of the word is below 0x20, or 0x7F: subtracting borrows into the top bit of such a
    /// byte, and of no other byte below the first.
    @inline(__always) private static func controlCharacters(_ word: UInt64) -> UInt64 {
        let ones: UInt64 = 0x0101_0101_0101_0101
        let delete = word ^ (ones &* 0x7F)
        return ((word &- ones &* 0x20) & ~word | (delete &- ones) & ~delete) & (ones &* 0x80)
    }

    /// Gives the bytes to code that takes a span.
    @inline(__always) func withSpan<Result>(_ body: (Span<UInt8>) -> Result) -> Result {
        // INVARIANT: the span does not outlive the closure, and the view outlives it.
        body(unsafe Span(_unsafeStart: start, count: count))
    }

    /// A copy, for explanations and messages.
    var text: UTF8Text {
        // INVARIANT: the buffer is copied before the call ends.
        UTF8Text(unsafe Array(UnsafeBufferPointer(start: start, count: count)))
    }
}

extension ByteView {
    /// Lends a span's bytes to code that looks at them in place.
    @inline(__always)
    static func lend<Result, Failure: Error>(
        _ span: Span<UInt8>,
        _ body: (ByteView) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        // INVARIANT: the view does not outlive the closure, and the span's bytes do.
        try unsafe span.withUnsafeBufferPointer { buffer throws(Failure) in
            guard let start = buffer.baseAddress else { return try body(.none) }
            return try body(unsafe ByteView(start: start, count: buffer.count))
        }
    }
}
