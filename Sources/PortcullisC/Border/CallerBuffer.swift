import Glibc

/// Memory of the caller's for an answer of any length.
///
/// - INVARIANT: the caller of the C function gave `capacity` bytes at `start`, as the header demands, and keeps them for
///   as long as the call; nothing here outlives it.
@safe struct CallerBuffer {
    private let start: UnsafeMutablePointer<CChar>?
    private let capacity: Int
    private let length: UnsafeMutablePointer<Int>?

    init(_ start: UnsafeMutablePointer<CChar>?, _ capacity: Int, _ length: UnsafeMutablePointer<Int>?) {
        unsafe self.start = unsafe start
        self.capacity = unsafe start == nil ? 0 : max(0, capacity)
        unsafe self.length = unsafe length
    }

    /// Writes an answer with a zero byte behind it; where it does not fit, an empty one.
    ///
    /// Answers hold no zero byte of their own: texts of policies and requests have none.
    func write(_ answer: String) throws(Failure) {
        var answer = answer
        let isWritten = answer.withUTF8 { bytes in
            unsafe length?.pointee = bytes.count
            guard let start = unsafe start, capacity > 0 else { return false }
            let fits = bytes.count < capacity
            if fits, let source = bytes.baseAddress { unsafe memcpy(start, source, bytes.count) }
            unsafe start[fits ? bytes.count : 0] = 0
            return fits
        }
        if !isWritten {
            throw Failure(.bufferTooSmall, "the answer needs \(answer.utf8.count) bytes and a zero byte")
        }
    }
}
