import Portcullis

/// A text with captures: `arn:aws:iam::111122223333:role/{role}`.
struct TextTemplate: Sendable {
    enum Piece: Sendable, Equatable {
        case literal(UTF8Text)
        case capture(UTF8Text)
    }

    let pieces: [Piece]

    /// Reads a template; nil for a brace that is not paired, an empty name, or captures that touch.
    init?(_ text: UTF8Text) {
        var pieces: [Piece] = []
        var start = 0
        while start < text.count {
            if text[start] == UInt8(ascii: "{") {
                guard let end = text.firstOffset(of: UInt8(ascii: "}"), from: start), end > start + 1 else {
                    return nil
                }
                let name = text[(start + 1)..<end]
                if name.firstOffset(of: UInt8(ascii: "{")) != nil { return nil }
                if case .capture? = pieces.last { return nil }
                pieces.append(.capture(name))
                start = end + 1
            } else {
                let end = text.firstOffset(of: UInt8(ascii: "{"), from: start) ?? text.count
                let literal = text[start..<end]
                if literal.firstOffset(of: UInt8(ascii: "}")) != nil { return nil }
                pieces.append(.literal(literal))
                start = end
            }
        }
        self.pieces = pieces
    }

    /// The names of the captures in order.
    var captures: [UTF8Text] {
        pieces.compactMap { if case .capture(let name) = $0 { name } else { nil } }
    }

    /// The text before the first capture.
    var literalStart: UTF8Text {
        if case .literal(let text)? = pieces.first { text } else { "" }
    }

    /// The text with values in place of captures; nil where one has none.
    func filled(_ value: (UTF8Text) -> UTF8Text?) -> UTF8Text? {
        var bytes: [UInt8] = []
        for piece in pieces {
            switch piece {
            case .literal(let text): bytes += text.bytes
            case .capture(let name):
                guard let text = value(name) else { return nil }
                bytes += text.bytes
            }
        }
        return UTF8Text(bytes)
    }

    /// Where the captures stand in a text of this form: each up to the first byte like the one that follows it in the
    /// template, of the characters of names; nil for a text of another form.
    ///
    /// O(n) in the text.
    func match(_ text: Span<UInt8>, _ capture: (Int, Range<Int>) -> Void = { _, _ in }) -> Bool {
        var offset = 0
        var captureCount = 0
        for index in pieces.indices {
            switch pieces[index] {
            case .literal(let literal):
                guard literal.count <= text.count - offset,
                    ByteScan.areEqual(
                        text.extracting(offset..<(offset + literal.count)),
                        literal.bytes.span
                    )
                else { return false }
                offset += literal.count
            case .capture:
                let start = offset
                let stop = byteAfter(index)
                while offset < text.count, text[offset] != stop {
                    guard ByteSet.iamName.contains(text[offset]) else { return false }
                    offset += 1
                }
                guard offset > start else { return false }
                capture(captureCount, start..<offset)
                captureCount += 1
            }
        }
        return offset == text.count
    }

    private func byteAfter(_ index: Int) -> UInt8? {
        guard index + 1 < pieces.count, case .literal(let text) = pieces[index + 1], !text.isEmpty else {
            return nil
        }
        return text[0]
    }
}
