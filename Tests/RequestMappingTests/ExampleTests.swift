import Portcullis
import RequestMapping
import Testing

@Suite("The shipped example of a gateway")
struct ExampleTests {
    private let gate: RequestGate

    init() throws { gate = try World.gate() }

    @Test("It loads with the files beside it")
    func loads() throws {
        let path = World.path("mapping.json")
        let mapping = try RequestMapping(contentsOf: path)
        #expect(mapping.files == [path, World.path("keys.json")])
        #expect(mapping.routeCount == 8)
        #expect(mapping.routeName(0) == "health")
        #expect(mapping.routeName(8) == nil)
        #expect(mapping.readsCertificates)
    }

    private static func token(_ name: String, mfa: Bool = false) -> String {
        var claims = TestToken.claims(["sub": name])
        if mfa { claims["amr"] = ["pwd", "otp"] }
        return TestToken("ES256", claims).signed()
    }

    private static let workload = "spiffe://acme.example/workload/trainer/run-7"

    static let cases: [(String, TestRequest, GateAnswer.Reason)] = [
        ("health needs nobody", TestRequest("GET", "/healthz"), .unprotected),
        ("nobody", TestRequest("GET", "/v1/models"), .noCredential),
        ("ben lists", TestRequest("GET", "/v1/models").bearing(token("ben")), .allowed),
        ("HEAD where it is listed", TestRequest("HEAD", "/v1/models").bearing(token("ben")), .allowed),
        ("HEAD where it is not", TestRequest("HEAD", "/v1/reports/x").bearing(token("ben")), .unmapped),
        ("ben reads", TestRequest("GET", "/v1/models/a%20b?format=json").bearing(token("ben")), .allowed),
        ("ben writes", TestRequest("PUT", "/v1/models/x").bearing(token("ben")), .implicitDeny),
        ("ada writes", TestRequest("PUT", "/v1/models/x").bearing(token("ada")), .allowed),
        (
            "ada writes production",
            TestRequest("PUT", "/v1/models/production-1").bearing(token("ada")), .explicitDeny
        ),
        (
            "ada deletes without MFA",
            TestRequest("DELETE", "/v1/models/x").bearing(token("ada")), .implicitDeny
        ),
        (
            "ada deletes with MFA",
            TestRequest("DELETE", "/v1/models/x").bearing(token("ada", mfa: true)), .allowed
        ),
        ("mallory", TestRequest("GET", "/v1/models").bearing(token("mallory")), .explicitDeny),
        ("somebody unknown", TestRequest("GET", "/v1/models").bearing(token("zoe")), .failed),
        ("a report from outside", TestRequest("GET", "/v1/reports/q1").bearing(token("ben")), .implicitDeny),
        (
            "a report from inside",
            TestRequest("GET", "/v1/reports/q1").bearing(token("ben")).from("10.1.2.3"), .allowed
        ),
        (
            "a report from inside by a mapped address",
            TestRequest("GET", "/v1/reports/q1").bearing(token("ben")).from("::ffff:10.1.2.3"), .allowed
        ),
        (
            "an address that somebody outside claims",
            TestRequest("GET", "/v1/reports/q1").bearing(token("ben")).adding("X-Forwarded-For", "10.1.2.3"),
            .implicitDeny
        ),
        (
            "an address that a proxy has noted",
            TestRequest("GET", "/v1/reports/q1").bearing(token("ben")).from("127.0.0.1")
                .adding("X-Forwarded-For", "203.0.113.9, 10.1.2.3 , 127.0.0.1"), .allowed
        ),
        (
            "an address before the one that a proxy has noted",
            TestRequest("GET", "/v1/reports/q1").bearing(token("ben")).from("127.0.0.1")
                .adding("X-Forwarded-For", "10.1.2.3, 203.0.113.9"), .implicitDeny
        ),
        ("a workload trains", TestRequest("POST", "/v1/models/x/train").certified(workload), .allowed),
        ("a workload writes", TestRequest("PUT", "/v1/models/x").certified(workload), .implicitDeny),
        (
            "a person trains",
            TestRequest("POST", "/v1/models/x/train").bearing(token("ada")), .noCredential
        ),
        ("a file", TestRequest("GET", "/v1/files/public/a/b.txt").bearing(token("ben")), .allowed),
        (
            "a secret file", TestRequest("GET", "/v1/files/public/secret/b").bearing(token("ben")),
            .explicitDeny
        ),
        ("another file", TestRequest("GET", "/v1/files/private/b").bearing(token("ben")), .implicitDeny),
        ("no route", TestRequest("GET", "/v2/models").bearing(token("ben")), .unmapped),
        ("no method", TestRequest("PATCH", "/v1/models/x").bearing(token("ben")), .unmapped),
        (
            "the proxy names somebody",
            TestRequest("GET", "/v1/models").adding("X-Acme-User", "ben").from("10.9.0.1"), .allowed
        ),
        (
            "the certified proxy names somebody",
            TestRequest("GET", "/v1/models").adding("X-Acme-User", "ben")
                .certified("spiffe://acme.example/gateway/edge"), .allowed
        ),
        (
            "a stranger names somebody",
            TestRequest("GET", "/v1/models").adding("X-Acme-User", "ben"), .badCredential
        ),
        (
            "a stranger names somebody beside a good token",
            TestRequest("GET", "/v1/models").adding("X-Acme-User", "ada").bearing(token("ben")),
            .badCredential
        ),
    ]

    @Test("It answers", arguments: cases.indices)
    func answers(_ index: Int) {
        let (name, request, reason) = Self.cases[index]
        // The second time by what is remembered.
        for _ in 0..<2 {
            #expect(request.answer(gate).reason == reason, "\(name)")
        }
    }
}
