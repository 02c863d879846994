import Portcullis

/// A compact JWS (RFC 7515) whose claims are read, and whose signature nobody has verified yet.
struct SignedToken {
    /// More bytes than tokens of a header have.
    static let byteCountMax = 1 << 14
    /// More bytes than names of keys have.
    private static let keyNameBytesMax = 256

    let algorithm: TokenAlgorithm
    let keyName: UTF8Text?
    let claims: JSONValue
    private let message: [UInt8]
    private let signature: [UInt8]

    /// Reads a token; nil for whatever is none, or asks for what is not understood.
    init?(_ text: Span<UInt8>) {
        guard text.count <= Self.byteCountMax, let dots = Self.dots(in: text),
            let header = Self.object(text.extracting(0..<dots.0)),
            let claims = Self.object(text.extracting((dots.0 + 1)..<dots.1)),
            let signature = Base64URL.decode(text.extracting((dots.1 + 1)..<text.count)), !signature.isEmpty,
            let algorithm = header["alg"]?.string.flatMap({ TokenAlgorithm(rawValue: $0.description) }),
            Self.isUnderstood(header)
        else { return nil }
        self.algorithm = algorithm
        keyName = header["kid"]?.string
        self.claims = claims
        self.signature = signature
        var message: [UInt8] = []
        ByteScan.append(text.extracting(0..<dots.1), to: &message)
        self.message = message
    }

    /// Whether a key of a set has signed it.
    func isSigned(by keys: KeySet) -> Bool {
        keys.key(named: keyName, for: algorithm)?.verifies(signature, of: message, by: algorithm) ?? false
    }

    private static func dots(in text: Span<UInt8>) -> (Int, Int)? {
        var dots: (first: Int, second: Int?)?
        for index in text.indices where text[index] == UInt8(ascii: ".") {
            guard let first = dots?.first else {
                dots = (index, nil)
                continue
            }
            guard dots?.second == nil else { return nil }
            dots = (first, index)
        }
        guard let dots, let second = dots.second else { return nil }
        return (dots.first, second)
    }

    private static func object(_ text: Span<UInt8>) -> JSONValue? {
        guard let bytes = Base64URL.decode(text),
            let root = try? JSONDocument(reading: SourceText(bytes), bytesMax: byteCountMax).root,
            root.kind == .object, root.stringsWithNUL.isEmpty
        else { return nil }
        return root
    }

    /// Keys and demands that a token brings along are not to be believed.
    private static func isUnderstood(_ header: JSONValue) -> Bool {
        for name in ["crit", "jku", "jwk", "x5u", "x5c", "b64", "zip", "enc"] as [UTF8Text]
        where header[name] != nil {
            return false
        }
        if let name = header["kid"] {
            guard let text = name.string, text.count <= keyNameBytesMax else { return false }
        }
        guard let type = header["typ"] else { return true }
        guard let text = type.string?.asciiLowercased else { return false }
        return ["jwt", "at+jwt", "application/jwt", "application/at+jwt"].contains(text)
    }
}

extension JSONValue {
    /// The whole seconds of a claim that is a time (RFC 7519, section 2); nil for anything else.
    ///
    /// At most twelve digits before the point, so that sums stay far from the end of integers.
    var claimedSeconds: Int64? {
        guard kind == .number else { return nil }
        let text = text
        var (value, digitCount, index): (Int64, Int, Int) = (0, 0, 0)
        while index < text.count, text[index].isASCIIDigit {
            value = value * 10 + Int64(text[index] & 0x0F)
            digitCount += 1
            index += 1
            if digitCount > 12 { return nil }
        }
        guard digitCount > 0 else { return nil }
        if index < text.count {
            guard text[index] == UInt8(ascii: ".") else { return nil }
            for byte in text.dropFirst(index + 1).bytes where !byte.isASCIIDigit { return nil }
        }
        return value
    }

    /// Whether a claim is one of these texts, or a list that holds one.
    func claims(oneOf texts: [UTF8Text]) -> Bool {
        if let text = string { return texts.contains(text) }
        return elements.contains { element in element.string.map(texts.contains) ?? false }
    }
}
