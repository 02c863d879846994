internal import CEnvoyABI
internal import RequestMapping

/// Bytes that somebody lends: Envoy until the hook returns, a caller for the time of a call, or the program for ever.
///
/// - INVARIANT: the bytes outlive every use of the value, which is kept by nobody.
@safe struct LentText {
    let raw: envoy_text

    init(_ raw: envoy_text) { unsafe self.raw = raw }

    /// No bytes.
    static var none: LentText { unsafe LentText(envoy_text(bytes: nil, count: 0)) }

    /// Bytes that live for ever.
    init(_ text: StaticString) {
        // INVARIANT: a static text lives as long as the process; those of this module are no single scalars.
        unsafe raw = envoy_text(
            bytes: UnsafeRawPointer(text.utf8Start).assumingMemoryBound(to: CChar.self),
            count: text.utf8CodeUnitCount
        )
    }

    init(_ bytes: UnsafeBufferPointer<UInt8>) {
        // INVARIANT: as of the type.
        unsafe raw = envoy_text(
            bytes: UnsafeRawPointer(bytes.baseAddress)?.assumingMemoryBound(to: CChar.self),
            count: bytes.count
        )
    }

    /// Whether there are no bytes.
    var isEmpty: Bool { unsafe raw.bytes == nil || raw.count == 0 }

    /// Whether there are more bytes than a request may have together; they are not looked at.
    var isTooLarge: Bool { unsafe raw.count > HTTPRequestBuffer.byteCountMax }

    /// Lends the bytes; none where the address is NULL.
    @inline(__always) func withSpan<Result>(_ body: (borrowing Span<UInt8>) -> Result) -> Result {
        // INVARIANT: as of the type; the count is that of the bytes.
        let start = unsafe UnsafeRawPointer(raw.bytes)?.assumingMemoryBound(to: UInt8.self)
        let count = unsafe start == nil ? 0 : Int(clamping: raw.count)
        let bytes = unsafe UnsafeBufferPointer(start: start, count: count)
        return body(unsafe bytes.span)
    }

    /// The bytes as a text, for what is not on the way of requests.
    var string: String {
        withSpan { span in
            var bytes: [UInt8] = []
            for index in span.indices { bytes.append(span[index]) }
            return String(decoding: bytes, as: UTF8.self)
        }
    }
}

/// A header as Envoy lends it.
///
/// - INVARIANT: as of ``LentText``.
@safe struct LentHeader {
    private let raw: envoy_field

    init(_ raw: envoy_field) { unsafe self.raw = raw }

    /// Whether it has more bytes than a request may have together.
    var isTooLarge: Bool { name.isTooLarge || value.isTooLarge }

    /// Whether it has a name, and bytes wherever it says so.
    var isSound: Bool {
        unsafe raw.name != nil && raw.name_count > 0 && (raw.value != nil || raw.value_count == 0)
    }

    var name: LentText { unsafe LentText(envoy_text(bytes: raw.name, count: raw.name_count)) }
    var value: LentText { unsafe LentText(envoy_text(bytes: raw.value, count: raw.value_count)) }
}
