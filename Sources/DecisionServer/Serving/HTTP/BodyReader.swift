/// Puts a request's body together while its bytes arrive.
struct BodyReader {
    enum Progress: Equatable {
        case incomplete
        case complete
        case malformed
        case tooLarge
    }

    private enum Expectation {
        /// So many bytes of the body.
        case bytes(Int)
        /// A line with the size of a chunk.
        case size
        /// So many bytes of a chunk.
        case chunk(Int)
        /// The end of a chunk's line.
        case chunkEnd
        /// The empty line after the last chunk.
        case end
    }

    private var expectation: Expectation
    private let byteCountMax: Int

    init(_ framing: MessageHead.Framing, byteCountMax: Int) {
        self.byteCountMax = byteCountMax
        expectation =
            switch framing {
            case .none: .bytes(0)
            case .length(let count): .bytes(count)
            case .chunked: .size
            }
    }

    /// Takes what belongs to the body.
    ///
    /// - Parameter position: where the body goes on; moved behind what was taken.
    mutating func read(_ input: [UInt8], from position: inout Int, into body: inout [UInt8]) -> Progress {
        while true {
            switch expectation {
            case .bytes(let count):
                guard count <= byteCountMax else { return .tooLarge }
                let rest = take(count, input, &position, &body)
                expectation = .bytes(rest)
                return rest == 0 ? .complete : .incomplete
            case .size:
                switch size(input, &position) {
                case .none: return .incomplete
                case .some(.none): return .malformed
                case .some(.some(0)): expectation = .end
                case .some(.some(let count)):
                    guard count <= byteCountMax - body.count else { return .tooLarge }
                    expectation = .chunk(count)
                }
            case .chunk(let count):
                let rest = take(count, input, &position, &body)
                guard rest == 0 else {
                    expectation = .chunk(rest)
                    return .incomplete
                }
                expectation = .chunkEnd
            case .chunkEnd, .end:
                guard input.count - position >= 2 else {
                    return position < input.count && input[position] != 13 ? .malformed : .incomplete
                }
                // Fields after the last chunk have no use here, and are refused as what else might stand there.
                guard input[position] == 13, input[position + 1] == 10 else { return .malformed }
                position += 2
                if case .end = expectation { return .complete }
                expectation = .size
            }
        }
    }

    /// - Returns: how many bytes are missing.
    private func take(_ count: Int, _ input: [UInt8], _ position: inout Int, _ body: inout [UInt8]) -> Int {
        let taken = min(count, input.count - position)
        body.append(contentsOf: input[position..<position + taken])
        position += taken
        return count - taken
    }

    /// The size of a chunk, in hexadecimal digits and nothing else; nil until its line is whole, nil within for a fault.
    private func size(_ input: [UInt8], _ position: inout Int) -> Int?? {
        var size = 0
        var index = position
        while index < input.count, let digit = ByteClass.hexadecimal(input[index]) {
            guard index - position < 8 else { return .some(nil) }
            size = size << 4 | digit
            index += 1
        }
        guard index < input.count else { return .none }
        guard index > position, input[index] == 13 else { return .some(nil) }
        guard index + 1 < input.count else { return .none }
        guard input[index + 1] == 10 else { return .some(nil) }
        position = index + 2
        return size
    }
}
