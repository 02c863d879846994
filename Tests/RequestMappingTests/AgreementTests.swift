import CountedAllocations
import Portcullis
import Testing

@testable import RequestMapping

/// The claim is made for optimized code without sanitizers, which have an allocator of their own.
#if DEBUG
private let isClaimed = false
#else
private let isClaimed = counted_allocations_available() == 1
#endif

@Suite("What a gate decides")
struct AgreementTests {
    private static let base = "arn:aws:models:eu-west-1:111122223333:"

    /// A request at random, with the question that it means.
    private struct Pair {
        var request: TestRequest
        var question: AuthorizationRequest
        var credential: CallerCredential

        init(_ random: inout SystemRandomNumberGenerator) {
            let name =
                ["x", "production-1", "a%20b", "%C3%A9", "secret"].randomElement(using: &random) ?? "x"
            let text = ["a%20b": "a b", "%C3%A9": "é"][name] ?? name
            let forms: [(String, String, String, String)] = [
                ("GET", "/v1/models", "models:ListModels", "models"),
                ("GET", "/v1/models/\(name)", "models:GetModel", "model/\(text)"),
                ("PUT", "/v1/models/\(name)", "models:PutModel", "model/\(text)"),
                ("DELETE", "/v1/models/\(name)", "models:DeleteModel", "model/\(text)"),
                ("GET", "/v1/reports/\(name)", "models:GetReport", "report/\(text)"),
                ("GET", "/v1/files/public/\(name)/y", "models:GetFile", "file/public/\(text)/y"),
            ]
            let form = forms.randomElement(using: &random) ?? forms[0]
            let user = ["ada", "ben", "mallory", "zoe"].randomElement(using: &random) ?? "ada"
            var claims = TestToken.claims(["sub": user])
            credential = CallerCredential()
            credential.issuedAt = Instant(seconds: TestToken.now - 60)
            if Bool.random(using: &random) {
                claims["amr"] = ["otp"]
                credential.isMultiFactorAuthenticated = true
            }
            var context = RequestContext()
            request = TestRequest(form.0, form.1)
            if Bool.random(using: &random), form.2 == "models:GetModel" {
                request.target += Array("?format=j%20s".utf8)
                context["models:Format"] = .single("j s")
            }
            if Bool.random(using: &random) {
                request = request.adding(
                    "User-Agent",
                    String(repeating: "agent ", count: .random(in: 0...60)) + "x"
                )
                context["aws:UserAgent"] = .single(UTF8Text(request.headers.last?.value ?? []))
            }
            if Bool.random(using: &random) {
                request = request.adding("Referer", "https://x.example/")
                context["aws:Referer"] = .single("https://x.example/")
            }
            if Bool.random(using: &random) {
                request = request.adding("Content-Type", "text/plain")
                if form.2 == "models:PutModel" { context["models:ContentType"] = .single("text/plain") }
            }
            request.peer =
                ["10.1.2.3", "198.51.100.7", "", "2001:db8::1"].randomElement(using: &random) ?? ""
            if !request.peer.isEmpty { context["aws:SourceIp"] = .single(UTF8Text(request.peer)) }
            request.tls = Bool.random(using: &random) ? "TLSv1.3" : ""
            context["aws:SecureTransport"] = .single(request.tls.isEmpty ? "false" : "true")
            request = request.bearing(Self.tokens.token(claims, user, credential.isMultiFactorAuthenticated))
            question = AuthorizationRequest(
                principal: RequestPrincipal(UTF8Text("arn:aws:iam::111122223333:user/\(user)")) ?? .anonymous,
                action: UTF8Text(form.2),
                resource: UTF8Text(base + form.3),
                context: context
            )
        }

        private static let tokens = TokenStore()
    }

    /// Signs each token once, so that most of them are remembered.
    private final class TokenStore: @unchecked Sendable {
        private var tokens: [String: String] = [:]

        func token(_ claims: [String: Any], _ user: String, _ mfa: Bool) -> String {
            let key = "\(user)\(mfa)"
            if let token = tokens[key] { return token }
            let token = TestToken("ES256", claims).signed()
            tokens[key] = token
            return token
        }
    }

    @Test("Gate and engine agree about the question that a request means")
    func agreement() throws {
        let engine = try World.engine()
        let gate = RequestGate(try World.mapping(World.text()), engine)
        var random = SystemRandomNumberGenerator()
        var reasons: Set<GateAnswer.Reason> = []
        for _ in 0..<3_000 {
            let pair = Pair(&random)
            let question = try CompactRequest(pair.question, credential: pair.credential, at: World.now)
            let decision = engine.authorize(question)
            let answer = pair.request.answer(gate)
            #expect(answer.decision == decision, "\(pair.question)")
            #expect(answer.reason == GateAnswer.Reason(decision.outcome))
            reasons.insert(answer.reason)
        }
        #expect(reasons == [.allowed, .implicitDeny, .explicitDeny, .failed])
    }

    @Test("Policies that change decide the next request")
    func replacing() throws {
        let engine = try World.engine()
        let gate = RequestGate(try World.mapping(World.text()), engine)
        let request = TestRequest("PUT", "/v1/models/x").bearing()
        #expect(request.answer(gate).reason == .allowed)
        try engine.replace(
            with: Directory(files: ["accounts/111122223333/users/ada/user.json": Array("{}".utf8)])
        )
        let answer = request.answer(gate)
        #expect(answer.reason == .implicitDeny && answer.decision?.revision == 2)
    }

    @Test("Requests of known callers allocate nothing", .enabled(if: isClaimed))
    func allocations() throws {
        let gate = try World.gate()
        let buffer = HTTPRequestBuffer()
        var requests: [TestRequest] = []
        for target in [
            "/v1/models", "/v1/models/x?format=j%20s", "/v1/reports/q", "/v1/files/public/a/b/c", "/healthz",
        ] {
            for peer in ["10.1.2.3", "198.51.100.7"] {
                let request = TestRequest("GET", target).bearing().from(peer).adding("User-Agent", "x/1.0")
                    .adding("Accept", "*/*").adding("Cookie", "a=b").adding("X-Request-Id", "1")
                requests.append(request)
                requests.append(
                    TestRequest("POST", "/v1/models/x/train").certified(
                        "spiffe://acme.example/workload/trainer/r"
                    )
                )
                requests.append(TestRequest("GET", target).adding("X-Acme-User", "ben").from("10.9.0.1"))
                requests.append(TestRequest("GET", target))
            }
        }
        for _ in 0..<3 { for request in requests { _ = request.answer(gate) } }
        for request in requests {
            request.fill(buffer)
            _ = gate.decide(buffer, at: World.now)
            let before = counted_allocations()
            var allowed = 0
            for _ in 0..<100 where gate.decide(buffer, at: World.now).isAllowed { allowed += 1 }
            #expect(counted_allocations() == before, "\(String(decoding: request.target, as: UTF8.self))")
            #expect(allowed == 0 || allowed == 100)
        }
        // Nor does the time that passes.
        let request = TestRequest("GET", "/v1/models").bearing()
        request.fill(buffer)
        _ = gate.decide(buffer, at: World.now)
        let before = counted_allocations()
        for second in 0..<100 as Range<Int64> {
            guard let now = Instant(seconds: TestToken.now + second) else { continue }
            _ = gate.decide(buffer, at: now)
        }
        #expect(counted_allocations() == before)
    }

    @Test("More callers and questions than are remembered are decided all the same")
    func eviction() throws {
        let gate = try World.gate()
        for round in 0..<2 {
            for index in 0..<5_000 {
                let name = "spiffe://acme.example/workload/trainer/r\(index)"
                let answer = TestRequest("POST", "/v1/models/x/train").certified(name).answer(gate)
                guard answer.reason == .allowed else {
                    Issue.record("\(round) \(index) \(answer)")
                    return
                }
            }
        }
    }
}
