/// Finds the end of a request's head while its bytes arrive, looking at each once.
///
/// Lines end in CR LF. A line feed without its carriage return is a fault: what reads it as the end of a line and what
/// does not would see two different requests.
struct HeadScanner {
    enum Progress: Equatable {
        case incomplete
        case malformed
        /// The head ends before this index.
        case complete(Int)
    }

    private var position = 0
    private var lineStart = 0
    /// Bytes of the request line; nil until it has ended.
    private(set) var firstLineCount: Int?
    private var start = 0

    /// Begins with the next request.
    mutating func restart(at start: Int) {
        self.start = start
        position = start
        lineStart = start
        firstLineCount = nil
    }

    /// Follows bytes that have moved.
    mutating func move(by offset: Int) {
        position += offset
        lineStart += offset
        start += offset
    }

    mutating func scan(_ bytes: [UInt8]) -> Progress {
        while position < bytes.count {
            let byte = bytes[position]
            if byte == 10 {
                guard position > lineStart, bytes[position - 1] == 13 else { return .malformed }
                if position - lineStart == 1 {
                    return firstLineCount == nil ? .malformed : .complete(position + 1)
                }
                firstLineCount = firstLineCount ?? position + 1 - start
                lineStart = position + 1
            } else if position > lineStart, bytes[position - 1] == 13 {
                return .malformed
            } else if byte == 0 {
                return .malformed
            }
            position += 1
        }
        return .incomplete
    }
}
