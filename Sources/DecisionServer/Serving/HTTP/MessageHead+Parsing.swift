/// Why a request's head is refused.
enum HeadFault: Error, Equatable {
    /// It is no request of HTTP/1, or could be read in more than one way.
    case malformed
    case targetTooLong
    case tooManyHeaders
    /// A transfer coding other than `chunked`.
    case unknownCoding
    case unknownExpectation
    case unknownVersion

    var status: Int {
        switch self {
        case .malformed: 400
        case .targetTooLong: 414
        case .unknownExpectation: 417
        case .tooManyHeaders: 431
        case .unknownCoding: 501
        case .unknownVersion: 505
        }
    }
}

/// Reads heads by the grammar of RFC 9112, without what it allows a lenient recipient: no folded lines, no space before a
/// colon, no bare line ends, one `Content-Length` or one `Transfer-Encoding`, one `Host`, targets in origin form.
extension MessageHead {
    /// Reads a head that ``HeadScanner`` has found whole: every line ends in CR LF, and the last is empty.
    mutating func parse(_ input: ArraySlice<UInt8>, _ limits: ServingLimits) throws(HeadFault) {
        bytes.removeAll(keepingCapacity: true)
        bytes.append(contentsOf: input)
        headers.removeAll(keepingCapacity: true)
        host = 0..<0
        framing = .none
        expectsContinue = false
        var position = try parseRequestLine(limits)
        keepsAlive = !isOld
        var facts = HeaderFacts()
        while bytes[position] != 13 {
            guard headers.count < limits.headerCountMax else { throw .tooManyHeaders }
            position = try parseHeader(at: position)
            try note(headers[headers.count - 1], &facts)
        }
        try conclude(facts)
    }

    // MARK: The request line

    private mutating func parseRequestLine(_ limits: ServingLimits) throws(HeadFault) -> Int {
        var position = 0
        while bytes[position] != 32 {
            guard ByteClass.isToken(bytes[position]), position < 32 else { throw .malformed }
            position += 1
        }
        guard position > 0 else { throw .malformed }
        method = 0..<position
        let start = position + 1
        position = start
        var query: Int?
        while bytes[position] != 32 {
            let byte = bytes[position]
            // A fragment is not sent, and what reads a backslash as a slash sees another path.
            guard byte > 32, byte < 127, byte != 35, byte != 92 else { throw .malformed }
            if byte == 63, query == nil { query = position }
            position += 1
        }
        guard position > start, bytes[start] == 47 else { throw .malformed }
        target = start..<position
        path = start..<(query ?? position)
        guard target.count <= limits.targetBytesMax else { throw .targetTooLong }
        return try parseVersion(at: position + 1)
    }

    private mutating func parseVersion(at start: Int) throws(HeadFault) -> Int {
        let end = start + 8
        guard end < bytes.count, bytes[end] == 13, equals(start..<start + 5, "http/"), bytes[start] == 72,
            bytes[start + 1] == 84, bytes[start + 2] == 84, bytes[start + 3] == 80,
            bytes[start + 6] == 46, ByteClass.isDigit(bytes[start + 5]), ByteClass.isDigit(bytes[start + 7])
        else { throw .malformed }
        guard bytes[start + 5] == 49, bytes[start + 7] <= 49 else { throw .unknownVersion }
        isOld = bytes[start + 7] == 48
        return end + 2
    }

    // MARK: Headers

    /// - Returns: where the next line begins.
    private mutating func parseHeader(at start: Int) throws(HeadFault) -> Int {
        var position = start
        while bytes[position] != 58 {
            guard ByteClass.isToken(bytes[position]) else { throw .malformed }
            position += 1
        }
        guard position > start else { throw .malformed }
        let name = start..<position
        position += 1
        while ByteClass.isSpace(bytes[position]) { position += 1 }
        let valueStart = position
        var valueEnd = position
        while bytes[position] != 13 {
            guard ByteClass.isFieldByte(bytes[position]) else { throw .malformed }
            position += 1
            if !ByteClass.isSpace(bytes[position - 1]) { valueEnd = position }
        }
        headers.append(Header(name: name, value: valueStart..<valueEnd))
        return position + 2
    }

    /// What the headers say of the message itself.
    private struct HeaderFacts {
        var hostCount = 0
        var length: Int?
        var isChunked = false
        var closes = false
        var asksToKeep = false
    }

    private mutating func note(_ header: Header, _ facts: inout HeaderFacts) throws(HeadFault) {
        switch header.name.count {
        case 4 where equals(header.name, "host"):
            facts.hostCount += 1
            host = header.value
        case 6 where equals(header.name, "expect"):
            guard equals(header.value, "100-continue"), !expectsContinue else { throw .unknownExpectation }
            expectsContinue = true
        case 10 where equals(header.name, "connection"):
            if lists(header.value, "close") { facts.closes = true }
            if lists(header.value, "keep-alive") { facts.asksToKeep = true }
        case 14 where equals(header.name, "content-length"):
            guard facts.length == nil else { throw .malformed }
            facts.length = try length(header.value)
        case 17 where equals(header.name, "transfer-encoding"):
            guard !facts.isChunked else { throw .malformed }
            guard equals(header.value, "chunked") else { throw .unknownCoding }
            facts.isChunked = true
        default: break
        }
    }

    private mutating func conclude(_ facts: HeaderFacts) throws(HeadFault) {
        guard facts.hostCount <= 1, facts.hostCount == 1 || isOld, isHostPlain else { throw .malformed }
        if facts.isChunked {
            guard facts.length == nil, !isOld else { throw .malformed }
            framing = .chunked
        } else if let length = facts.length, length > 0 {
            framing = .length(length)
        }
        if isOld { expectsContinue = false }
        keepsAlive = !facts.closes && (!isOld || facts.asksToKeep)
    }

    /// A host is a name or an address with perhaps a port; nothing that ends or begins another part of an address.
    private var isHostPlain: Bool {
        bytes[host].allSatisfy { byte in
            ByteClass.isToken(byte) || byte == 58 || byte == 91 || byte == 93
        }
    }

    private func length(_ range: Range<Int>) throws(HeadFault) -> Int {
        guard (1...15).contains(range.count) else { throw .malformed }
        var length = 0
        for byte in bytes[range] {
            guard ByteClass.isDigit(byte) else { throw .malformed }
            length = length * 10 + Int(byte - 48)
        }
        return length
    }

    /// Whether a list separated by commas holds a word.
    private func lists(_ range: Range<Int>, _ word: StaticString) -> Bool {
        var start = range.lowerBound
        while start < range.upperBound {
            var end = start
            while end < range.upperBound, bytes[end] != 44 { end += 1 }
            var (first, last) = (start, end)
            while first < last, ByteClass.isSpace(bytes[first]) { first += 1 }
            while last > first, ByteClass.isSpace(bytes[last - 1]) { last -= 1 }
            if equals(first..<last, word) { return true }
            start = end + 1
        }
        return false
    }
}
