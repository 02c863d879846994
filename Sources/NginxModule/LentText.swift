import CNginxModule

// INVARIANT: who hands over a text lends `count` bytes at `bytes`, and who hands over a message lends
// `capacity` bytes at `bytes`, for the time of the call.

extension portcullis_nginx_text {
    /// The bytes, as long as the caller lends them.
    var buffer: UnsafeBufferPointer<UInt8> {
        guard let bytes = unsafe bytes else { return unsafe UnsafeBufferPointer(start: nil, count: 0) }
        return unsafe UnsafeBufferPointer(start: bytes, count: count)
    }

    /// A copy; what is no UTF-8 is replaced, so that a file of such a name is not found.
    var string: String { unsafe String(decoding: buffer, as: UTF8.self) }

    /// A copy; nil where there are no bytes.
    var stringIfAny: String? { unsafe count == 0 ? nil : string }

    /// A text that lives for ever.
    init(_ text: StaticString) { unsafe self.init(bytes: text.utf8Start, count: text.utf8CodeUnitCount) }
}

extension portcullis_nginx_message {
    /// Writes as much of a text as there is room for, and a zero byte.
    func write(_ text: String) {
        guard let bytes = unsafe bytes, unsafe capacity > 0 else { return }
        let buffer = unsafe UnsafeMutableBufferPointer(start: bytes, count: capacity)
        var count = 0
        for byte in unsafe text.utf8.prefix(capacity - 1) {
            unsafe buffer[count] = CChar(bitPattern: byte)
            count += 1
        }
        unsafe buffer[count] = 0
    }
}
