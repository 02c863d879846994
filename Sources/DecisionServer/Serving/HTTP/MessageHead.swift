/// The head of a request: a copy of its bytes, and where its parts lie in them.
struct MessageHead {
    /// A header line.
    struct Header {
        let name: Range<Int>
        /// The value without the space around it.
        let value: Range<Int>
    }

    /// How the end of the body is known.
    enum Framing: Equatable {
        case none
        case length(Int)
        case chunked
    }

    var bytes: [UInt8] = []
    var method = 0..<0
    /// Path and query.
    var target = 0..<0
    /// What of the target stands before its first question mark.
    var path = 0..<0
    var headers: [Header] = []
    /// Where the value of `Host` lies; empty without one.
    var host = 0..<0
    var framing = Framing.none
    /// Whether it is a request of HTTP/1.0.
    var isOld = false
    /// Whether the client wants to go on with the same connection.
    var keepsAlive = true
    var expectsContinue = false

    func text(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }

    /// Whether some bytes are these, whatever the case of ASCII letters; `lowercase` has none of upper case.
    func equals(_ range: Range<Int>, _ lowercase: StaticString) -> Bool {
        guard range.count == lowercase.utf8CodeUnitCount else { return false }
        // INVARIANT: a literal's pointer is good for its count, which is that of the range.
        let other = unsafe UnsafeBufferPointer(start: lowercase.utf8Start, count: lowercase.utf8CodeUnitCount)
        for (offset, index) in range.enumerated() {
            var byte = bytes[index]
            if (65...90).contains(byte) { byte |= 32 }
            if unsafe byte != other[offset] { return false }
        }
        return true
    }

    /// Whether some bytes begin with these.
    func begins(_ range: Range<Int>, _ lowercase: StaticString) -> Bool {
        range.count >= lowercase.utf8CodeUnitCount
            && equals(range.lowerBound..<range.lowerBound + lowercase.utf8CodeUnitCount, lowercase)
    }

    /// Where the value of a header lies.
    ///
    /// - Throws: ``AmbiguousHeader`` where it stands more than once.
    func value(_ lowercase: StaticString) throws(AmbiguousHeader) -> Range<Int>? {
        var found: Range<Int>?
        for header in headers where equals(header.name, lowercase) {
            guard found == nil else { throw AmbiguousHeader() }
            found = header.value
        }
        return found
    }
}

/// A header that may stand once stands more than once.
struct AmbiguousHeader: Error {}
