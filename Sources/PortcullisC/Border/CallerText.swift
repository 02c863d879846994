import Glibc
import Vocabulary

/// A text of the caller's, looked at during a call and never after.
///
/// - INVARIANT: the caller of the C function keeps the bytes for as long as the call, as the header demands; nothing here
///   outlives it.
@safe struct CallerText {
    private let bytes: UnsafeRawBufferPointer
    private let name: StaticString

    /// - Parameters:
    ///   - length: the number of bytes, or `PORTCULLIS_TERMINATED`.
    ///   - name: how messages call the text.
    /// - Throws: ``Failure`` for NULL.
    init(_ start: UnsafePointer<CChar>?, _ length: Int, _ name: StaticString) throws(Failure) {
        guard let start = unsafe start else { throw .isNull(name) }
        self.name = name
        let count = length == Self.terminated ? unsafe strlen(start) : length
        guard count >= 0 else { throw Failure(.invalidArgument, "`\(name)` has an impossible length") }
        unsafe bytes = UnsafeRawBufferPointer(start: start, count: count)
    }

    /// `PORTCULLIS_TERMINATED`, as the importer shows it.
    static let terminated = -1

    /// Lends the text once it is known to be one.
    ///
    /// - Throws: ``Failure`` for bytes that are not UTF-8, and for a zero byte; what `body` throws.
    @inline(__always)
    func withUTF8<Result>(
        _ body: (borrowing UTF8Span) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        if let start = unsafe bytes.baseAddress, unsafe memchr(start, 0, bytes.count) != nil {
            throw Failure(.zeroInText, "`\(name)` holds a zero byte")
        }
        let span = unsafe Span<UInt8>(_unsafeElements: bytes.assumingMemoryBound(to: UInt8.self))
        let text: UTF8Span
        do { text = try UTF8Span(validating: span) } catch {
            throw Failure(.notUTF8, "`\(name)` is not UTF-8")
        }
        return try body(text)
    }

    /// A copy.
    var text: UTF8Text {
        get throws(Failure) {
            try withUTF8 { (span: borrowing UTF8Span) throws(Failure) in
                UTF8Text(copying: span)
            }
        }
    }

    /// A copy of a text that may be absent.
    static func optional(
        _ start: UnsafePointer<CChar>?,
        _ name: StaticString
    ) throws(Failure) -> String? {
        guard let start = unsafe start else { return nil }
        return try unsafe CallerText(start, terminated, name).text.description
    }
}
