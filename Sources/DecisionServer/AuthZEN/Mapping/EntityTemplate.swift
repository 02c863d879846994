import Portcullis

/// An ARN with places for an entity's id and properties, such as `arn:aws:iam::111122223333:user/{id}`.
struct EntityTemplate: Sendable, Hashable {
    enum Piece: Sendable, Hashable {
        case text(UTF8Text)
        case id
        case property(UTF8Text)
    }

    let pieces: [Piece]

    /// Reads `{id}` and `{properties.NAME}`; nil for other words in braces and for braces that do not match.
    init?(_ text: UTF8Text) {
        var pieces: [Piece] = []
        var rest = text
        while let open = rest.firstOffset(of: UInt8(ascii: "{")) {
            guard let close = rest.firstOffset(of: UInt8(ascii: "}"), from: open) else { return nil }
            if open > 0 { pieces.append(.text(rest[0..<open])) }
            let word = rest[(open + 1)..<close]
            if word.equals("id") {
                pieces.append(.id)
            } else if word.begins(with: "properties."), word.count > 11 {
                pieces.append(.property(word.dropFirst(11)))
            } else {
                return nil
            }
            rest = rest.dropFirst(close + 1)
        }
        guard rest.firstOffset(of: UInt8(ascii: "}")) == nil else { return nil }
        if !rest.isEmpty { pieces.append(.text(rest)) }
        self.pieces = pieces
    }

    /// The properties that it names.
    var properties: [UTF8Text] {
        pieces.compactMap { if case .property(let name) = $0 { name } else { nil } }
    }

    /// What may be put into a place.
    enum Filling { case name, path }

    /// The text with its places filled; nil where something lacks, or holds what would reach beyond its place.
    ///
    /// A name holds the characters that IAM allows in names. A path may hold anything at the end of the template, and
    /// neither `/` nor `:` before.
    func filled(id: UTF8Text, _ filling: Filling, property: (UTF8Text) -> UTF8Text?) -> UTF8Text? {
        var bytes: [UInt8] = []
        for (index, piece) in pieces.enumerated() {
            let value: UTF8Text
            switch piece {
            case .text(let text):
                bytes += text.bytes
                continue
            case .id: value = id
            case .property(let name):
                guard let found = property(name) else { return nil }
                value = found
            }
            guard Self.fits(value, filling, isLast: index == pieces.count - 1) else { return nil }
            bytes += value.bytes
        }
        return UTF8Text(bytes)
    }

    private static func fits(_ value: UTF8Text, _ filling: Filling, isLast: Bool) -> Bool {
        guard !value.isEmpty else { return false }
        switch filling {
        case .name: return value.count <= 128 && value.bytes.allSatisfy(isNameByte)
        case .path:
            return isLast
                || value.firstOffset(of: UInt8(ascii: "/")) == nil
                    && value.firstOffset(of: UInt8(ascii: ":")) == nil
        }
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        byte.isASCIILetter || byte.isASCIIDigit || "_+=,.@-".utf8.contains(byte)
    }

    /// The id of an ARN that this template makes of it; nil where it makes no such ARN, or needs properties for it.
    func id(of arn: UTF8Text, _ filling: Filling) -> UTF8Text? {
        guard let place = pieces.firstIndex(of: .id), pieces.count(where: { $0 == .id }) == 1,
            properties.isEmpty
        else { return nil }
        let before = text(of: pieces[..<place])
        let behind = text(of: pieces[(place + 1)...])
        guard arn.count > before.count + behind.count, arn.hasPrefix(before),
            arn.dropFirst(arn.count - behind.count) == behind
        else { return nil }
        let id = arn[before.count..<(arn.count - behind.count)]
        return Self.fits(id, filling, isLast: place == pieces.count - 1) ? id : nil
    }

    private func text(of pieces: ArraySlice<Piece>) -> UTF8Text {
        UTF8Text(
            pieces.flatMap { piece -> [UInt8] in
                if case .text(let text) = piece { Array(text.bytes) } else { [] }
            }
        )
    }
}
