import Portcullis
import RequestMapping
import Testing

@Suite("Headers that two readers could read differently")
struct HostileHeaderTests {
    private let gate: RequestGate

    init() throws { gate = try World.gate() }

    private static let plain = TestRequest("GET", "/v1/models/x").bearing()

    private static let malformed: [[(String, String)]] = [
        [("Host", "a"), ("Host", "a")], [("Host", "models.acme.example"), ("host", "models.acme.example")],
        [("Host", "other.example")], [("Host", "models.acme.example:8080")], [("Host", "a b")],
        [("Host", "a/b")],
        [("Host", "a@models.acme.example")], [("Host", "models.acme.example, evil.example")], [("Host", "")],
        [("Host", "é")], [("Host_", "x"), ("Ho_st", "y"), ("_", "z"), ("Host", "x")],
        [("Authorization", "Bearer x")], [("authorization", "Basic eA==")], [("AUTHORIZATION", "")],
        [("X-Forwarded-For", "1.2.3.4"), ("X-Forwarded-For", "1.2.3.4")],
        [("X-Forwarded-For", "1.2.3.4"), ("x-forwarded-for", "10.0.0.1")],
        [("X_Forwarded_For", "10.0.0.1")], [("X-Forwarded_For", "10.0.0.1")],
        [("x_forwarded-for", "10.0.0.1")],
        [("X_Acme_User", "ada")], [("X-Acme_User", "ada")], [("x_acme_user", "ada")],
        [("X-Acme-User", "ben"), ("X-Acme-User", "ben")], [("Content_Type", "x")],
        [("Content-Length", "1"), ("Content-Length", "1")],
        [("Content-Length", "1"), ("Content-Length", "2")],
        [("Content-Length", "1, 1")], [("Content-Length", "+1")], [("Content-Length", "-1")],
        [("Content-Length", "0x1")], [("Content-Length", "1 ")], [("Content-Length", "")],
        [("Content-Length", "1e1")], [("Content-Length", "99999999999999999999")], [("Content_Length", "1")],
        [("Transfer-Encoding", "chunked"), ("Content-Length", "1")],
        [("Content-Length", "1"), ("transfer-encoding", "chunked")],
        [("Transfer-Encoding", "chunked"), ("Transfer-Encoding", "chunked")],
        [("Transfer-Encoding", "chunked, chunked")], [("Transfer-Encoding", "identity")],
        [("Transfer-Encoding", "xchunked")], [("Transfer-Encoding", "chunked, identity")],
        [("Transfer-Encoding", "gzip, chunked")], [("Transfer-Encoding", "")],
        [("Transfer-Encoding", "\u{b}chunked")],
        [("Transfer_Encoding", "chunked")], [("Transfer-Encoding", "chunked\t")],
        [("X-HTTP-Method-Override", "DELETE")], [("x-http-method-override", "GET")],
        [("X-HTTP-Method", "PUT")],
        [("X-Method-Override", "PUT")], [("X_HTTP_Method_Override", "PUT")], [("X-Original-URL", "/admin")],
        [("X-Original-URI", "/admin")], [("X-Original-Method", "PUT")], [("X-Rewrite-URL", "/healthz")],
        [("x-rewrite-uri", "/")], [("X-Forwarded-URI", "/")], [("X-Forwarded-Method", "GET")],
        [("X-Original_URL", "/admin")],
        [("Connection", "Authorization")], [("Connection", "close, authorization")],
        [("Connection", "X-Forwarded-For")], [("Connection", "keep-alive, x-acme-user")],
        [("Connection", "keep-alive"), ("Connection", "Host")], [("Connection", "X_Forwarded_For")],
        [("Connection", "Content-Length")], [("Connection", "transfer-encoding")], [("Connection", "a b")],
        [("User-Agent", "a"), ("User-Agent", "b")], [("User-Agent", "a\tb")], [("User_Agent", "a")],
        [("Referer", "a"), ("Referer", "a")], [("Referer", "a\u{85}b")],
        [("", "x")], [("X Y", "z")], [("X:Y", "z")], [("X\u{0}", "z")], [("X\n", "z")], [("Xé", "z")],
        [("X(", "z")],
        [("X", "a\u{0}b")], [("X", "a\nb")], [("X", "a\r\nAuthorization: x")], [("X", "a\u{1}")],
        [("X", "a\u{7f}")],
        [("Cookie", "a=\u{8}")], [("X", "0123456789abcdef\n")], [("X", "\n0123456789abcdef")],
        [("X", "0123456\u{7}9abcdef")],
    ]

    @Test("They are malformed", arguments: malformed.indices)
    func refused(_ index: Int) {
        var request = Self.plain
        for (name, value) in Self.malformed[index] { request = request.adding(name, value) }
        #expect(request.answer(gate).reason == .malformed, "\(Self.malformed[index])")
    }

    @Test("A value that is read is UTF-8", arguments: ["User-Agent", "Referer", "Content-Type", "Host"])
    func notUTF8(_ name: String) {
        for value in [[0xFF], [0xC0, 0xAF], [0xED, 0xA0, 0x80], [0x61, 0xC3]] as [[UInt8]] {
            #expect(Self.plain.adding(Array(name.utf8), value).answer(gate).reason == .malformed)
        }
        #expect(Self.plain.adding(Array("X-Other".utf8), [0xFF]).answer(gate).reason == .allowed)
    }

    private static let harmless: [[(String, String)]] = [
        [("Host", "models.acme.example")], [("HOST", "MODELS.acme.example")], [("Connection", "close")],
        [("Connection", "keep-alive, Upgrade,, te")], [("Connection", "")], [("X-Forwarded-For", "nonsense")],
        [("Content-Length", "0")], [("Transfer-Encoding", "Chunked")], [("X-Custom_Header", "a\tb")],
        [("User-Agent", "Mozilla/5.0 (é)")], [("Cookie", "a=b"), ("Cookie", "c=d")],
        [("Accept", "*/*"), ("Accept", "x")],
        [("X-Host", "y"), ("Hos", "x"), ("Hostt", "x")],
    ]

    @Test("These are usual", arguments: harmless.indices)
    func usual(_ index: Int) {
        var request = Self.plain
        for (name, value) in Self.harmless[index] { request = request.adding(name, value) }
        #expect(request.answer(gate).reason == .allowed, "\(Self.harmless[index])")
    }

    @Test(
        "Addresses that a trusted proxy notes are addresses",
        arguments: [
            "x", "", ",", "10.1.2.3,", "10.1.2.3:443", "[2001:db8::1]:443", "10.1.2.3/8", "10.1.2.300",
            "010.1.2.3",
            "unknown", "10.1.2.3 10.1.2.4", "0x0a.1.2.3", "10.1.2", "fe80::1%eth0", "10.1.2.3;x",
            "\"10.1.2.3\"",
        ]
    )
    func forwarded(_ value: String) {
        let request = Self.plain.from("127.0.0.1").adding("X-Forwarded-For", value)
        #expect(request.answer(gate).reason == .malformed)
    }

    @Test("A header that the mapping lets through is let through")
    func allowed() throws {
        let gate = try World.gate {
            $0.replacing(
                "\"version\": 1,",
                with: "\"version\": 1, \"allowedHeaders\": [\"X-Original-URL\", \"_method\"],"
            )
        }
        #expect(Self.plain.adding("x-original-url", "/x").answer(gate).reason == .allowed)
        #expect(Self.plain.adding("x-rewrite-url", "/x").answer(gate).reason == .malformed)
        #expect(TestRequest("GET", "/v1/models?_method=PUT").bearing().answer(gate).reason == .allowed)
    }

    @Test("More headers or bytes than a gateway takes are too large")
    func tooLarge() {
        var request = Self.plain
        for index in 0..<512 { request = request.adding("X-\(index)", "y") }
        #expect(request.answer(gate).reason == .tooLarge)
        let long = Self.plain.adding("X", String(repeating: "y", count: 1 << 18))
        #expect(long.answer(gate).reason == .tooLarge)
        var names = Self.plain
        for index in 0..<513 { names = names.certified("spiffe://x/\(index)") }
        #expect(names.answer(gate).reason == .tooLarge)
    }
}
