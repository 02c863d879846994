import Portcullis
import RequestMapping
import Testing

@Suite("Who is believed")
struct CallerTests {
    private static let train = TestRequest("POST", "/v1/models/x/train")

    private static let certificates: [([String], GateAnswer.Reason)] = [
        (["spiffe://acme.example/workload/trainer/run-7"], .allowed),
        (["spiffe://acme.example/workload/nobody/run-7"], .failed),
        (["spiffe://acme.example/workload/trainer"], .badCredential),
        (["spiffe://acme.example/workload/trainer/"], .badCredential),
        (["spiffe://acme.example/workload//run-7"], .badCredential),
        (["spiffe://acme.example/workload/trainer/run-7/x"], .badCredential),
        (["spiffe://acme.example/workload/trainer/run 7"], .badCredential),
        (["spiffe://acme.example/workload/trainer/run*"], .badCredential),
        (["spiffe://acme.example/workload/trainer/run:7"], .badCredential),
        (["spiffe://acme.example/workload/trainer%2frun/7"], .badCredential),
        (["spiffe://acme.example/workload/trainer/run-7?x"], .badCredential),
        (["spiffe://acme.example/workload/trainer/rün"], .badCredential),
        (["spiffe://acme.example/workload/trainer/" + String(repeating: "a", count: 257)], .badCredential),
        (
            ["spiffe://acme.example/workload/trainer/a", "spiffe://acme.example/workload/trainer/b"],
            .badCredential
        ),
        (["spiffe://acme.example/workload/trainer/a", "https://other.example/"], .badCredential),
        (["spiffe://evil.example/workload/trainer/run-7"], .noCredential),
        (["spiffe://acme.example.evil/workload/trainer/run-7"], .noCredential),
        (["SPIFFE://acme.example/workload/trainer/run-7"], .noCredential),
        (["xspiffe://acme.example/workload/trainer/run-7"], .noCredential),
        ([""], .noCredential), ([], .noCredential),
    ]

    @Test("A certificate names one workload or nobody", arguments: certificates.indices)
    func certificate(_ index: Int) throws {
        let gate = try World.gate()
        var request = Self.train
        for name in Self.certificates[index].0 { request = request.certified(name) }
        for _ in 0..<2 {
            #expect(
                request.answer(gate).reason == Self.certificates[index].1,
                "\(Self.certificates[index].0)"
            )
        }
    }

    @Test("Names of other kinds are not URIs")
    func kinds() throws {
        let gate = try World.gate()
        let name = "spiffe://acme.example/workload/trainer/run-7"
        for kind in [HTTPRequestBuffer.CertificateName.Kind.dns, .subject] {
            #expect(Self.train.certified(name, kind).answer(gate).reason == .noCredential)
        }
    }

    @Test("Host names and subjects name callers where the mapping says so")
    func otherNames() throws {
        let mapping = try World.text {
            $0.replacing(
                "\"uri\": \"spiffe://acme.example/workload/{role}/{session}\"",
                with: "\"subject\": \"CN={role},OU={session},O=Acme\""
            )
        }
        let gate = try RequestGate(World.mapping(mapping), World.engine())
        #expect(Self.train.certified("CN=trainer,OU=run,O=Acme", .subject).answer(gate).reason == .allowed)
        for name in ["CN=trainer,OU=run,O=Acme,C=x", "CN=trainer\\,x,OU=run,O=Acme", "CN=,OU=run,O=Acme"] {
            #expect(Self.train.certified(name, .subject).answer(gate).reason == .badCredential)
        }
        let dns = try World.text {
            $0.replacing(
                "\"uri\": \"spiffe://acme.example/workload/{role}/{session}\"",
                with: "\"dns\": \"w-{role}.acme.example\""
            )
            .replacing("\"{session}\"", with: "\"fixed\"")
        }
        let other = try RequestGate(World.mapping(dns), World.engine())
        #expect(Self.train.certified("w-trainer.acme.example", .dns).answer(other).reason == .allowed)
        #expect(Self.train.certified("w-trainer.x.acme.example", .dns).answer(other).reason == .badCredential)
        let two = Self.train.certified("w-trainer.acme.example", .dns).certified("w-other.acme.example", .dns)
        #expect(two.answer(other).reason == .badCredential)
    }

    @Test("A wrong credential never falls through to a weaker one")
    func noFallThrough() throws {
        let gate = try World.gate { text in
            text.replacing("  \"routes\": [", with: "  \"routes\": [")
                .replacing(
                    "\"callers\": [\n    {",
                    with: "\"callers\": [\n    {\"name\": \"zz\", \"anonymous\": {}},\n    {"
                )
        }
        // The anonymous caller stands first, so that nothing else is asked.
        #expect(TestRequest("GET", "/v1/models").bearing("x").answer(gate).reason == .implicitDeny)
        let last = try World.gate { text in
            text.replacing(
                "\"principal\": \"arn:aws:iam::111122223333:user/{value}\"\n      }\n    }",
                with:
                    "\"principal\": \"arn:aws:iam::111122223333:user/{value}\"\n      }\n    },\n    {\"name\": \"anyone\", \"anonymous\": {}}"
            )
        }
        let models = TestRequest("GET", "/v1/models")
        #expect(models.answer(last).reason == .implicitDeny)
        #expect(models.bearing("x").answer(last).reason == .badCredential)
        #expect(models.certified("spiffe://acme.example/workload/x").answer(last).reason == .badCredential)
        let both = models.certified("spiffe://acme.example/workload/x").bearing()
        #expect(both.answer(last).reason == .badCredential)
        #expect(models.adding("X-Acme-User", "a/b").from("10.9.1.1").answer(last).reason == .badCredential)
        #expect(models.adding("X-Acme-User", "").from("10.9.1.1").answer(last).reason == .badCredential)
    }

    @Test(
        "A header counts from its proxy alone",
        arguments: [
            "10.8.0.1", "10.10.0.1", "127.0.0.1", "", "10.9.0.0/16", "10.9.1", "x", "::ffff:10.8.0.1",
        ]
    )
    func strangers(_ peer: String) throws {
        let gate = try World.gate()
        let request = TestRequest("GET", "/v1/models").adding("X-Acme-User", "ben")
            .adding("X-Forwarded-For", "10.9.0.1")
        #expect(request.from(peer).answer(gate).reason == .badCredential)
        #expect(request.from("::ffff:10.9.0.1").answer(gate).reason == .allowed)
        // Also where nobody need be named: what stands behind may believe it.
        let health = TestRequest("GET", "/healthz").adding("X-Acme-User", "ben").from(peer)
        #expect(health.answer(gate).reason == .badCredential)
    }

    @Test("Session tags and source identity come from claims")
    func tags() throws {
        let text = try World.text {
            $0.replacing(
                "\"multiFactor\": {",
                with:
                    "\"sessionTags\": {\"team\": \"{team}\"}, \"sourceIdentity\": \"{sub}\", \"multiFactor\": {"
            )
        }
        let policy =
            #"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*","Condition":"#
            + #"{"StringEquals":{"aws:PrincipalTag/team":"ml","aws:SourceIdentity":"ada"}}}}"#
        let files = ["accounts/111122223333/users/ada/inline/own.json": Array(policy.utf8)]
        let engine = try AuthorizationEngine(directory: Directory(files: files))
        let gate = RequestGate(try World.mapping(text), engine)
        for (team, reason) in [
            ("ml", .allowed), ("x", .implicitDeny), (nil, .implicitDeny), ("m\nl", .badCredential),
        ] as [(String?, GateAnswer.Reason)] {
            let token = TestToken(
                "ES256",
                TestToken.claims(["team": team.map { $0 as Any } ?? TestToken.Absent()])
            ).signed()
            #expect(TestRequest("GET", "/v1/models").bearing(token).answer(gate).reason == reason)
        }
    }
}
