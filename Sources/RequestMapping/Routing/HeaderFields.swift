import Portcullis

/// Where the headers that matter stand in a request.
struct HeaderFields {
    /// Where the value of a watched name stands, and in which request it did.
    private struct Place {
        var value = HTTPRequestBuffer.Slice.empty
        var request: UInt64 = 0
    }

    private var places: [Place] = []
    /// Counts requests, so that the places of the last one need not be cleared.
    private var request: UInt64 = 0

    /// The value of a header; nil where the request does not have it.
    subscript(id: WatchedHeaders.ID) -> HTTPRequestBuffer.Slice? {
        let place = places[id.index]
        return place.request == request ? place.value : nil
    }

    /// Takes a request's headers; false where two readers could take them differently.
    mutating func read(
        _ bytes: Span<UInt8>,
        _ headers: [HTTPRequestBuffer.Header],
        _ watched: WatchedHeaders
    ) -> Bool {
        request += 1
        if places.count != watched.names.count {
            places = Array(repeating: Place(), count: watched.names.count)
        }
        for header in headers {
            let value = bytes.extracting(header.value.range)
            let findings = ByteScan.findings(in: value)
            guard !findings.contains(.control) else { return false }
            switch watched.find(bytes.extracting(header.name.range)) {
            case .bad: return false
            case .other: continue
            case .watched(.connection):
                guard Self.isHarmless(connection: value, watched) else { return false }
            case .watched(let id):
                guard !watched.isRefused(id), self[id] == nil, !findings.contains(.tab),
                    !findings.contains(.wide) || WideText.isPrintable(value)
                else { return false }
                places[id.index] = Place(value: header.value, request: request)
            }
        }
        return isFramed(bytes)
    }

    /// Whether no proxy on the way would take away a header that matters.
    private static func isHarmless(connection value: Span<UInt8>, _ watched: WatchedHeaders) -> Bool {
        var list = ListReader()
        while let range = list.next(in: value) {
            var isName = true
            if watched.find(value.extracting(range), isName: &isName) != nil || !isName { return false }
        }
        return true
    }

    /// Whether it is plain where the message ends.
    private func isFramed(_ bytes: Span<UInt8>) -> Bool {
        if let encoding = self[.transferEncoding] {
            let text = bytes.extracting(encoding.range)
            guard self[.contentLength] == nil, text.equalsIgnoringCase("chunked") else { return false }
        }
        if let length = self[.contentLength] {
            let text = bytes.extracting(length.range)
            guard 1...19 ~= text.count else { return false }
            for index in text.indices where !text[index].isASCIIDigit { return false }
        }
        return true
    }

    /// Whether the host that the client asks is one, whatever way it is said.
    func isHostPlain(_ bytes: Span<UInt8>, authority: HTTPRequestBuffer.Slice) -> Bool {
        let authority = bytes.extracting(authority.range)
        guard ByteScan.isMade(authority, of: .host) else { return false }
        guard let host = self[.host] else { return true }
        let text = bytes.extracting(host.range)
        if ByteScan.areEqual(authority, text) { return true }
        return ByteScan.isMade(text, of: .host) && (authority.isEmpty || authority.equalsIgnoringCase(text))
    }
}

/// The members of a list with commas, without the space around them; empty ones are left out.
struct ListReader {
    private var start = 0

    mutating func next(in text: Span<UInt8>) -> Range<Int>? {
        while start < text.count {
            var end = start
            while end < text.count, text[end] != UInt8(ascii: ",") { end += 1 }
            let range = text.trimmed(start..<end)
            start = end + 1
            if !range.isEmpty { return range }
        }
        return nil
    }
}

extension Span<UInt8> {
    /// A range without the spaces and tabs at its ends.
    func trimmed(_ range: Range<Int>) -> Range<Int> {
        var (low, high) = (range.lowerBound, range.upperBound)
        while low < high, self[low] == 0x20 || self[low] == 0x09 { low += 1 }
        while low < high, self[high - 1] == 0x20 || self[high - 1] == 0x09 { high -= 1 }
        return low..<high
    }

    /// Whether two texts differ only in the case of ASCII letters.
    func equalsIgnoringCase(_ other: Span<UInt8>) -> Bool {
        guard count == other.count else { return false }
        for index in indices where self[index].asciiLowercased != other[index].asciiLowercased {
            return false
        }
        return true
    }

    func equalsIgnoringCase(_ literal: StaticString) -> Bool {
        guard count == literal.utf8CodeUnitCount else { return false }
        return begins(withIgnoringCase: literal)
    }

    /// Whether the text begins with a literal in lower case, whatever the case of its own letters.
    func begins(withIgnoringCase literal: StaticString) -> Bool {
        guard count >= literal.utf8CodeUnitCount else { return false }
        // INVARIANT: the buffer is valid for the length of the closure, which only reads it inside its bounds.
        return literal.withUTF8Buffer { literal in
            for index in literal.indices where unsafe literal[index] != self[index].asciiLowercased {
                return false
            }
            return true
        }
    }
}
