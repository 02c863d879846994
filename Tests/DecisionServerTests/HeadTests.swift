import Testing

@testable import DecisionServer

@Suite("Heads of requests")
struct HeadTests {
    private func parse(_ text: String, _ limits: ServingLimits = ServingLimits()) throws(HeadFault)
        -> MessageHead
    {
        let bytes = Array(text.utf8)
        var scanner = HeadScanner()
        guard case .complete(let end) = scanner.scan(bytes), end == bytes.count else { throw .malformed }
        var head = MessageHead()
        try head.parse(bytes[...], limits)
        return head
    }

    @Test("Method, path, query and headers lie where they should")
    func parts() throws {
        let head = try parse(
            "PUT /a/b?c=d?e HTTP/1.1\r\nHost:api.example:80\r\nX-A: \t b c \t\r\nX-B:\r\n\r\n"
        )
        #expect(head.text(head.method) == "PUT" && head.text(head.target) == "/a/b?c=d?e")
        #expect(head.text(head.path) == "/a/b" && head.text(head.host) == "api.example:80")
        #expect(head.headers.map { head.text($0.name) } == ["Host", "X-A", "X-B"])
        #expect(head.headers.map { head.text($0.value) } == ["api.example:80", "b c", ""])
        #expect(head.framing == .none && head.keepsAlive && !head.isOld)
    }

    @Test(
        "The end of the body is known in one way",
        arguments: [
            ("Content-Length: 0", MessageHead.Framing.none), ("content-length: 007", .length(7)),
            ("Transfer-Encoding: Chunked", .chunked),
        ]
    )
    func framing(_ header: String, _ framing: MessageHead.Framing) throws {
        #expect(try parse("POST / HTTP/1.1\r\nHost: a\r\n\(header)\r\n\r\n").framing == framing)
    }

    @Test(
        "A connection goes on unless somebody says otherwise",
        arguments: [
            ("1.1", "", true), ("1.1", "Connection: close", false),
            ("1.1", "Connection: Upgrade , CLOSE", false),
            ("1.1", "Connection: closed", true), ("1.0", "", false), ("1.0", "Connection: keep-alive", true),
            ("1.0", "Connection: keep-alive, close", false),
        ]
    )
    func keeping(_ version: String, _ header: String, _ keeps: Bool) throws {
        let line = header.isEmpty ? "" : header + "\r\n"
        #expect(try parse("GET / HTTP/\(version)\r\nHost: a\r\n\(line)\r\n").keepsAlive == keeps)
    }

    @Test(
        "What could be read in two ways is refused",
        arguments: [
            "\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n", "GET / HTTP/1.1\nHost: a\n\n",
            "GET / HTTP/1.1\r\nHost: a\n\r\n",
            "GET / HTTP/1.1\r\nHost: a\r\nX: b\rc\r\n\r\n", "GET / HTTP/1.1\r\nHost: a\r\nX: b\r\n c\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: a\r\nX : b\r\n\r\n", "GET / HTTP/1.1\r\nHost: a\r\n: b\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: a\r\nX\r\n\r\n", "GET / HTTP/1.1\r\nHost: a\r\nX: \u{0}\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: a\r\nX: \u{7F}\r\n\r\n", "GET / HTTP/1.1\r\nHost: a\r\nX: \u{1}\r\n\r\n",
            "GET / HTTP/1.1\r\n\r\n", "GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: a/b\r\n\r\n", "GET / HTTP/1.1\r\nHost: a@b\r\n\r\n",
            "GET http://a/ HTTP/1.1\r\nHost: a\r\n\r\n", "CONNECT a:443 HTTP/1.1\r\nHost: a\r\n\r\n",
            "OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n", "GET /a#b HTTP/1.1\r\nHost: a\r\n\r\n",
            "GET /a\\b HTTP/1.1\r\nHost: a\r\n\r\n", "GET /\u{E9} HTTP/1.1\r\nHost: a\r\n\r\n",
            "GET  / HTTP/1.1\r\nHost: a\r\n\r\n", "GET /  HTTP/1.1\r\nHost: a\r\n\r\n",
            "GET\t/ HTTP/1.1\r\nHost: a\r\n\r\n", " GET / HTTP/1.1\r\nHost: a\r\n\r\n",
            "GET / HTTP/1.1 \r\nHost: a\r\n\r\n", "GET / http/1.1\r\nHost: a\r\n\r\n",
            "GET /\r\nHost: a\r\n\r\n",
            "GET / HTTP/1\r\nHost: a\r\n\r\n", "G(T / HTTP/1.1\r\nHost: a\r\n\r\n", "\r\n\r\n",
            "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\n",
            "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1, 1\r\n\r\n",
            "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: +1\r\n\r\n",
            "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n",
            "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0x1\r\n\r\n",
            "POST / HTTP/1.1\r\nHost: a\r\nContent-Length:\r\n\r\n",
            "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999999999999999\r\n\r\n",
            "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
            "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n",
            "POST / HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n",
        ]
    )
    func ambiguous(_ text: String) {
        #expect(throws: HeadFault.malformed) { try parse(text) }
    }

    @Test(
        "What is clear and not offered has a status of its own",
        arguments: [
            ("GET / HTTP/2.0\r\nHost: a\r\n\r\n", HeadFault.unknownVersion, 505),
            ("GET / HTTP/1.2\r\nHost: a\r\n\r\n", .unknownVersion, 505),
            ("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n", .unknownCoding, 501),
            ("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: xchunked\r\n\r\n", .unknownCoding, 501),
            ("POST / HTTP/1.1\r\nHost: a\r\nExpect: tea\r\n\r\n", .unknownExpectation, 417),
            ("GET /123456789 HTTP/1.1\r\nHost: a\r\n\r\n", .targetTooLong, 414),
            ("GET / HTTP/1.1\r\nHost: a\r\nA:\r\nB:\r\nC:\r\n\r\n", .tooManyHeaders, 431),
        ]
    )
    func notOffered(_ text: String, _ fault: HeadFault, _ status: Int) {
        var limits = ServingLimits()
        limits.targetBytesMax = 9
        limits.headerCountMax = 3
        #expect(throws: fault) { try parse(text, limits) }
        #expect(fault.status == status)
    }

    @Test("A head is found whole however its bytes arrive")
    func pieces() {
        let bytes = Array("GET / HTTP/1.1\r\nHost: a\r\n\r\nGET".utf8)
        var scanner = HeadScanner()
        for count in 0..<27 { #expect(scanner.scan(Array(bytes[..<count])) == .incomplete, "\(count)") }
        #expect(scanner.scan(bytes) == .complete(27))
    }

    @Test("A header that may stand once is found, and found out when it does not")
    func single() throws {
        let head = try parse("GET / HTTP/1.1\r\nHost: a\r\nX-A: 1\r\nx-b: 2\r\nX-B: 3\r\n\r\n")
        #expect(try head.value("x-a").map { head.text($0) } == "1")
        #expect(try head.value("x-c") == nil)
        #expect(throws: AmbiguousHeader.self) { try head.value("x-b") }
    }
}

@Suite("Bodies of requests")
struct BodyTests {
    private func read(_ text: String, _ framing: MessageHead.Framing, piece: Int) -> (
        BodyReader.Progress, String, Int
    ) {
        let bytes = Array(text.utf8)
        var reader = BodyReader(framing, byteCountMax: 10)
        var (position, body, progress) = (0, [UInt8](), BodyReader.Progress.incomplete)
        var count = 0
        repeat {
            count = min(bytes.count, count + piece)
            progress = reader.read(Array(bytes[..<count]), from: &position, into: &body)
        } while progress == .incomplete && count < bytes.count
        return (progress, String(decoding: body, as: UTF8.self), position)
    }

    @Test("A body ends where it says, and what follows is the next request's", arguments: [1, 2, 3, 100])
    func complete(_ piece: Int) {
        #expect(read("abcGET", .length(3), piece: piece) == (.complete, "abc", 3))
        #expect(
            read("3\r\nabc\r\n0004\r\ndefg\r\n0\r\n\r\nGET", .chunked, piece: piece) == (
                .complete, "abcdefg", 25
            )
        )
        #expect(read("A\r\n0123456789\r\n0\r\n\r\n", .chunked, piece: piece).0 == .complete)
    }

    @Test(
        "A chunk is its size in digits, its bytes, and nothing else",
        arguments: [
            "3;a=b\r\nabc\r\n0\r\n\r\n", "3 \r\nabc\r\n0\r\n\r\n", " 3\r\nabc\r\n0\r\n\r\n",
            "+3\r\nabc\r\n0\r\n\r\n",
            "0x3\r\nabc\r\n0\r\n\r\n", "3\nabc\r\n0\r\n\r\n", "3\r\nabcd\r\n0\r\n\r\n", "3\r\nabc0\r\n\r\n",
            "\r\nabc", "0\r\nX: y\r\n\r\n", "0\r\n\n", "-1\r\n", "000000001\r\na\r\n", "3\r\nabc\r0\r\n\r\n",
            "3\rabc",
        ],
        [1, 100]
    )
    func malformed(_ text: String, _ piece: Int) {
        #expect(read(text, .chunked, piece: piece).0 == .malformed)
    }

    @Test("A body above the limit is refused before it is kept")
    func tooLarge() {
        #expect(read("", .length(11), piece: 1).0 == .tooLarge)
        #expect(read("b\r\n", .chunked, piece: 1) == (.tooLarge, "", 3))
        #expect(read("8\r\n01234567\r\n3\r\n", .chunked, piece: 100).0 == .tooLarge)
        #expect(read("ffffffff\r\n", .chunked, piece: 1).0 == .tooLarge)
    }
}
