/// A short text on the stack; what does not fit is left out.
///
/// - INVARIANT: the first ``count`` bytes of the memory are initialised, and ``count`` is never more than it has.
@safe struct TextBuilder: ~Copyable {
    private let memory: UnsafeMutableBufferPointer<UInt8>
    private var count = 0

    private init(_ memory: UnsafeMutableBufferPointer<UInt8>) { unsafe self.memory = memory }

    /// Lends an empty text with room for so many bytes.
    @inline(__always) static func with<Result>(
        room: Int,
        _ body: (inout TextBuilder) -> Result
    ) -> Result {
        // INVARIANT: bytes need no deinitialisation, and the memory is used only while it is lent.
        unsafe withUnsafeTemporaryAllocation(of: UInt8.self, capacity: room) { memory in
            var text = unsafe TextBuilder(memory)
            return body(&text)
        }
    }

    mutating func append(_ byte: UInt8) {
        guard unsafe count < memory.count else { return }
        // INVARIANT: as of the type.
        unsafe memory.initializeElement(at: count, to: byte)
        count += 1
    }

    mutating func append(_ text: borrowing Span<UInt8>) {
        for index in text.indices { append(text[index]) }
    }

    mutating func append(_ text: StaticString) { LentText(text).withSpan { append($0) } }

    /// Appends a number in decimal digits.
    mutating func append(_ number: UInt64) {
        var divisor: UInt64 = 1
        while number / divisor >= 10 { divisor *= 10 }
        while divisor > 0 {
            append(UInt8(truncatingIfNeeded: number / divisor % 10) + UInt8(ascii: "0"))
            divisor /= 10
        }
    }

    /// Appends a number, and lends it alone.
    mutating func number(_ number: UInt64) -> LentText {
        let start = count
        append(number)
        return unsafe LentText(UnsafeBufferPointer(rebasing: memory[start..<count]))
    }

    /// What was appended; lent for as long as the memory.
    var text: LentText { unsafe LentText(UnsafeBufferPointer(rebasing: memory[..<count])) }
}
