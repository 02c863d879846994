import Portcullis
import RequestMapping
import Testing

/// Each of these is tried by somebody whom the policies would let read every model and public file.
@Suite("Targets that two readers could read differently")
struct HostileTargetTests {
    private let gate: RequestGate

    init() throws { gate = try World.gate() }

    private static let malformed: [String] = [
        // Other forms than the origin's.
        "", "*", "v1/models", "http://models.acme.example/v1/models", "https://x/v1/models", "//x/v1/models",
        "models.acme.example:443", "?", "?x=1", "#", " /v1/models", "/v1/models ", "\t/v1/models",
        // Empty segments.
        "//", "/v1//models", "/v1/models//x", "//v1/models", "/v1/files/public//x", "/v1/models//",
        // Dots.
        "/.", "/..", "/v1/.", "/v1/..", "/v1/./models", "/v1/../v1/models", "/v1/files/public/../private/x",
        "/v1/files/public/..", "/v1/files/./public/x", "/v1/models/...", "/v1/models/..../x", "/../v1/models",
        "/v1/files/public/.%2e/private", "/v1/files/public/%2e%2e/private", "/v1/files/public/%2E%2E/x",
        "/v1/files/public/%2e./x", "/v1/files/public/.%2E/x", "/v1/%2e/models", "/v1/models/%2e",
        "/v1/files/public/..%2fprivate", "/v1/files/public%2f..%2fprivate", "/v1/files/public/%252e%252e/x",
        "/v1/files/public/..;/private/x", "/v1/files/public/..;x=1/private", "/v1/files/public/..%00/x",
        "/v1/files/public/..%5cprivate", "/v1/files/public/..\\private", "/v1/files/public/..%c0%afprivate",
        "/v1/files/public/%c0%ae%c0%ae/x", "/v1/files/public/%e0%80%ae/x", "/v1/files/public/%uff0e/x",
        "/v1/files/public/%u002e%u002e/x", "/v1/files/public/%%32%65/x",
        // Slashes that hide.
        "/v1/models%2fx", "/v1%2fmodels", "/v1%2Fmodels%2Fx", "/v1/models/a%2Fb", "/v1/models/a%5Cb",
        "/v1/models/a\\b", "\\v1\\models", "/v1\\models", "/v1/models/%252F", "/%2f/v1/models",
        "/%2fv1/models",
        "/v1/models/a%c0%afb", "/v1/models/a%e0%80%afb", "/v1/models/a%f0%80%80%afb",
        // Parameters of segments.
        "/v1/models;x", "/v1;/models", "/v1/models/a;b", "/v1/models/a%3bb", "/v1/models/a%3B",
        "/;/v1/models",
        "/v1/models;jsessionid=1/x", "/v1/files/public;/x",
        // Zero bytes and control characters.
        "/v1/models/a%00", "/v1/models/%00", "/v1/models/a%00.json", "/v1/models/a%0a",
        "/v1/models/a%0d%0aX:y",
        "/v1/models/a%09", "/v1/models/a%1f", "/v1/models/a%7f", "/v1/models/a%7F", "/v1/models/a%01",
        "/v1/models/a\u{0}", "/v1/models/a\n", "/v1/models/a\r\n", "/v1/models/a\u{7f}", "/v1/models/a\t",
        "/v1/models/a%c2%80", "/v1/models/a%C2%9F", "/v1/models/a%c2%85",
        // Escapes that are none, or whose reading is not settled.
        "/v1/models/%", "/v1/models/%2", "/v1/models/a%", "/v1/models/%g0", "/v1/models/%0g",
        "/v1/models/% 2f",
        "/v1/models/%-1", "/v1/models/%+1", "/v1/models/%x41", "/v1/models/%25", "/v1/models/%2541",
        "/v1/models/%252f", "/v1/models/%25%32%66", "/v1/models/a%25b", "/%76%31/models", "/v1/model%73",
        "/%761/models", "/v1/models/%61", "/v1/models/%41", "/v1/models/%30", "/v1/models/%7e",
        "/v1/models/%2d",
        "/v1/models/%5f", "/v1/models/%5F", "/v1/models/a%2eb", "/healt%68z", "/%68ealthz",
        "/v1/models/a%3Fb", "/v1/models/a%23b", "/v1/models/%3f", "/v1/models/%23",
        // Bytes that stand in no path.
        "/v1/models/a b", "/v1/models/a\"b", "/v1/models/<a>", "/v1/models/a|b", "/v1/models/a^b",
        "/v1/models/a`b", "/v1/models/{a}", "/v1/models/a[0]", "/v1/models/é", "/v1/models/a#b",
        "/v1/models#", "/healthz#", "/healthz#/v1/models", "/v1/models/\u{2215}", "/v1/models/\u{FF0F}x",
        // Text that is no UTF-8 in its shortest form.
        "/v1/models/%80", "/v1/models/%bf", "/v1/models/%c3", "/v1/models/%c3%28", "/v1/models/%e2%82",
        "/v1/models/%c1%81", "/v1/models/%ed%a0%80", "/v1/models/%f4%90%80%80", "/v1/models/%ff",
        "/v1/models/%fe%ff", "/v1/models/%e0%81%81", "/v1/models/%f8%88%80%80%80",
        // Names of resources that would mean more than one.
        "/v1/models/*", "/v1/models/a*", "/v1/models/%2A", "/v1/models/%2a", "/v1/models/$", "/v1/models/a$b",
        "/v1/models/%24", "/v1/files/public/*", "/v1/files/public/$(x)", "/v1/models/$%7Baws:username%7D",
        // Queries.
        "/v1/models/x?format=a&format=b", "/v1/models/x?format=a&FORMAT=b", "/v1/models/x?Format=a",
        "/v1/models/x?format", "/v1/models/x?format&format=a", "/v1/models/x?f%6frmat=a",
        "/v1/models/x?%66ormat=a", "/v1/models/x?format[]=a", "/v1/models/x?format[x]=a",
        "/v1/models/x?format%5B%5D=a", "/v1/models/x?format=a+b", "/v1/models/x?format=%",
        "/v1/models/x?format=%zz", "/v1/models/x?format=%00", "/v1/models/x?format=%0a",
        "/v1/models/x?format=%25",
        "/v1/models/x?format=%2541", "/v1/models/x?format=%61", "/v1/models/x?format=%ff",
        "/v1/models/x?format=%c0%af", "/v1/models/x?format=a;format=b", "/v1/models/x?a=b;format=c",
        "/v1/models/x?a#b", "/v1/models/x?a b", "/v1/models/x?é", "/v1/models/x?a\u{0}", "/v1/models/x?a\n",
        "/v1/models/x?a\\b", "/v1/models/x?<", "/v1/models/x?\"",
        "/v1/models?_method=DELETE", "/v1/models?_Method=PUT", "/v1/models?%5fmethod=PUT",
        "/v1/models?_method",
        "/v1/models?a=b&_method=DELETE", "/healthz?_method=DELETE", "/v1/models?_method[]=DELETE",
    ]

    @Test("They are malformed", arguments: malformed)
    func refused(_ target: String) {
        let answer = TestRequest("GET", target).bearing().answer(gate)
        #expect(answer.reason == .malformed)
        #expect(!answer.passes && answer.status == 400)
    }

    @Test(
        "So they are with other raw bytes",
        arguments: [0x00, 0x08, 0x0A, 0x0D, 0x20, 0x7F, 0x80, 0x9F, 0xA0, 0xC0, 0xC3, 0xE2, 0xFE, 0xFF]
            as [UInt8],
        ["/v1/models/a", "/v1/models", "/", "/v1/models/x?a=", "/v1/models/x?"]
    )
    func rawBytes(_ byte: UInt8, _ before: String) {
        var request = TestRequest("GET", before).bearing()
        request.target.append(byte)
        #expect(request.answer(gate).reason == .malformed)
    }

    @Test(
        "These have no route, whatever a lenient server makes of them",
        arguments: [
            "/", "/V1/models", "/v1/Models", "/v1/models/", "/v1/models/x/", "/healthz/", "/v1", "/v1/",
            "/v1/files", "/v1/files/", "/v1/files/public/", "/v1/files/public/a/", "/v1/models/x/Train",
            "/v1/models/x/train/y", "/healthz.json", "/healthz:", "/healthz,x", "/v1/reports", "/v1/reports/",
            "/v1/reports/a/b", "/v1/models/x/y", "/favicon.ico", "/.well-known/x", "/v1,/models",
        ]
    )
    func unmapped(_ target: String) {
        #expect(TestRequest("GET", target).bearing().answer(gate).reason == .unmapped)
    }

    @Test(
        "These are read, once",
        arguments: [
            "/v1/models/a%20b", "/v1/models/a:b", "/v1/models/a%3Ab", "/v1/models/%C3%A9", "/v1/models/a~b",
            "/v1/models/a.b..c", "/v1/models/.hidden", "/v1/models/a(1)", "/v1/models/a=b,c", "/v1/models/@a",
            "/v1/models/a%22b", "/v1/models/a?", "/v1/models/a?x", "/v1/models/a?x=1&x=2&y=[z]&a+b",
            "/v1/models/a?format=j%20s", "/v1/models/a?format=", "/v1/models/a?format=a=b",
            "/v1/models/a?formats=1&f",
            "/v1/models/a?format=%C3%A9", "/v1/models/a?&&", "/v1/models/a?x=/../",
        ]
    )
    func plain(_ target: String) {
        #expect(TestRequest("GET", target).bearing().answer(gate).reason == .allowed)
    }

    @Test(
        "Methods are plain words in capitals",
        arguments: [
            "", "get", "Get", "gET", "CONNECT", "GET ", " GET", "GET\t", "GET\r\n", "G ET", "GET/", "GÉT",
            "GET\u{0}",
            "GET:", "GET,PUT", String(repeating: "A", count: 33),
        ]
    )
    func methods(_ method: String) {
        #expect(TestRequest(method, "/v1/models").bearing().answer(gate).reason == .malformed)
    }

    @Test("A target of more than 16 KiB is too large", arguments: [1 << 14, 1 << 18, 1 << 19])
    func tooLarge(_ count: Int) {
        let answer = TestRequest("GET", "/" + String(repeating: "a", count: count)).bearing().answer(gate)
        #expect(answer.reason == .tooLarge)
        #expect(!answer.passes && answer.status == 431)
    }

    @Test("A path of the largest size is walked", arguments: ["/a", "/v1/files/public/x"])
    func deep(_ part: String) {
        var target = "/v1/files/public"
        while target.utf8.count + 2 <= 1 << 14 { target += "/a" }
        #expect(TestRequest("GET", target).bearing().answer(gate).reason == .allowed)
        #expect(TestRequest("GET", part + "/b/c/d/e/f").bearing().answer(gate).reason != .malformed)
    }

    @Test("A dry run lets nothing malformed pass, and reports the rest")
    func dryRun() throws {
        let gate = try World.gate {
            $0.replacing("\"version\": 1,", with: "\"version\": 1, \"dryRun\": true,")
        }
        let malformed = TestRequest("GET", "/v1//models").answer(gate)
        #expect(malformed.isDryRun && !malformed.passes)
        let unmapped = TestRequest("GET", "/v2").answer(gate)
        #expect(unmapped.reason == .unmapped && unmapped.passes)
        let denied = TestRequest("PUT", "/v1/models/production-1").bearing().answer(gate)
        #expect(denied.reason == .explicitDeny && denied.passes && !denied.isAllowed)
    }
}
