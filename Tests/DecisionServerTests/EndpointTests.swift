import Foundation
import Testing

@testable import DecisionServer

@Suite("What gateways ask")
struct GatewayEndpointTests {
    private func extAuthz(_ path: String, _ headers: String = "", method: String = "GET") -> String {
        .get("/ext_authz\(path)", headers, method: method)
    }

    private func authRequest(_ target: String, method: String = "GET", _ headers: String = "") -> String {
        .get("/auth_request", "X-Original-URI: \(target)\r\nX-Original-Method: \(method)\r\n\(headers)")
    }

    @Test(
        "The answer's status and headers say what was decided, and no more",
        arguments: [
            ("allowed", 200, 200, "allow"), ("unprotected", 200, 200, "allow"),
            ("implicitDeny", 403, 403, "deny"),
            ("explicitDeny", 403, 403, "deny"), ("failed", 403, 403, "deny"), ("unmapped", 403, 403, "deny"),
            ("malformed", 400, 403, "deny"), ("tooLarge", 400, 403, "deny"),
            ("noCredential", 401, 401, "deny"),
            ("badCredential", 401, 401, "deny"), ("notReady", 403, 403, "deny"),
        ]
    )
    func answers(_ reason: String, _ envoy: Int, _ nginx: Int, _ decision: String) async throws {
        try await TestServer.with { server in
            for (text, status) in [(extAuthz("/\(reason)"), envoy), (authRequest("/\(reason)"), nginx)] {
                let answer = await server.ask(text)
                #expect(answer.statuses == [status])
                #expect(answer.contains("x-portcullis-decision: \(decision)\r\n"))
                #expect(answer.contains("x-portcullis-reason: \(reason)\r\n"))
                #expect(answer.contains("www-authenticate: Bearer") == (status == 401))
                #expect(answer.contains("x-portcullis-revision: ") == (reason == "allowed"))
                #expect(!answer.contains("x-portcullis-dry-run"))
            }
        }
    }

    @Test("In a dry run a refusal passes, says so and is counted")
    func dryRun() async throws {
        try await TestServer.with { server in
            let answer = await server.ask(extAuthz("/dry"))
            #expect(answer.statuses == [200] && answer.contains("x-portcullis-decision: deny"))
            #expect(answer.contains("x-portcullis-dry-run: true"))
            let metrics = await server.askAdmin(.get("/metrics"))
            #expect(metrics.contains("portcullis_server_dry_run_passes_total 1"))
            #expect(metrics.contains(#"portcullis_server_gateway_answers_total{reason="implicitDeny"} 1"#))
        }
    }

    @Test(
        "The client's request is described as the gateway tells",
        arguments: [
            ("/method/GET", ""), ("/host/api.example", ""),
            ("/peer/10.1.2.3", "X-Forwarded-For: 9.9.9.9, 10.1.2.3\r\n"),
            ("/peer/10.1.2.3", "X-Forwarded-For: 9.9.9.9\r\nX-Forwarded-For: 10.1.2.3\r\n"), ("/peer/", ""),
            ("/peer/", "X-Forwarded-For: 9.9.9.9,\r\n"),
            ("/tls/TLSv1.3", "X-Portcullis-TLS-Version: TLSv1.3\r\n"),
            ("/certificate/a.example", "X-Forwarded-Client-Cert: DNS=a.example\r\n"),
            (
                "/headers/host/connection/cookie",
                "Cookie: a\r\nX-Portcullis-Token: t\r\nX-Forwarded-Client-Cert: DNS=a\r\n"
            ),
            ("/headers/host/connection/x-original-url", "X-Original-URL: /elsewhere\r\n"),
        ]
    )
    func description(_ path: String, _ headers: String) async throws {
        try await TestServer.with(change: { $0.gateways.trustsClientCertificate = true }) { server in
            #expect(await server.ask(extAuthz(path, headers)).statuses == [200], "ext_authz")
            #expect(await server.ask(authRequest(path, headers)).statuses == [200], "auth_request")
        }
    }

    @Test("A forwarded certificate is worth nothing unless gateways are trusted with it")
    func untrustedCertificate() async throws {
        try await TestServer.with { server in
            let headers = "X-Forwarded-Client-Cert: DNS=a.example\r\n"
            #expect(await server.ask(extAuthz("/certificate/a.example", headers)).statuses == [403])
            #expect(await server.ask(extAuthz("/certificate", headers)).statuses == [200])
        }
    }

    @Test("Envoy's client is judged by every header from which a server may take another path")
    func otherPaths() async throws {
        try await TestServer.with { server in
            let headers = "X-Original-URI: /elsewhere\r\nX-Original-Method: DELETE\r\n"
            let path = "/headers/host/connection/x-original-uri/x-original-method"
            #expect(await server.ask(extAuthz(path, headers)).statuses == [200])
        }
    }

    @Test("Any method is the client's", arguments: ["DELETE", "PATCH", "OPTIONS", "PROPFIND", "HEAD"])
    func methods(_ method: String) async throws {
        try await TestServer.with { server in
            #expect(await server.ask(extAuthz("/method/\(method)", method: method)).statuses == [200])
            #expect(await server.ask(authRequest("/method/\(method)", method: method)).statuses == [200])
        }
    }

    @Test(
        "What is missing, doubled or no target is refused",
        arguments: [
            "", "X-Original-URI: /allowed\r\n", "X-Original-Method: GET\r\n",
            "X-Original-URI: /allowed\r\nX-Original-URI: /allowed\r\nX-Original-Method: GET\r\n",
            "X-Original-URI: /allowed\r\nX-Original-Method: GET\r\nx-original-method: GET\r\n",
            "X-Original-URI: allowed\r\nX-Original-Method: GET\r\n",
            "X-Original-URI:\r\nX-Original-Method: GET\r\n",
            "X-Original-URI: /allowed\r\nX-Original-Method:\r\n",
            "X-Original-URI: /allowed\r\nX-Original-Method: G T\r\n",
            "X-Original-URI: /allowed /x\r\nX-Original-Method: GET\r\n",
            "X-Original-URI: /allowed#\r\nX-Original-Method: GET\r\n",
            "X-Original-URI: http://a/allowed\r\nX-Original-Method: GET\r\n",
            "X-Original-URI: /allowed\u{E9}\r\nX-Original-Method: GET\r\n",
            "X-Original-URI: /allowed\r\nX-Original-Method: GET\r\nX-Portcullis-TLS-Version: a\r\nX-Portcullis-TLS-Version: b\r\n",
            "X-Original-URI: /allowed\r\nX-Original-Method: GET\r\nX-Forwarded-Client-Cert: DNS=a,DNS=b\r\n",
        ]
    )
    func doubt(_ headers: String) async throws {
        try await TestServer.with(change: { $0.gateways.trustsClientCertificate = true }) { server in
            let answer = await server.ask(.get("/auth_request", headers))
            #expect(answer.statuses == [403] && answer.contains("x-portcullis-reason: malformed"))
        }
    }

    @Test("Without a mapping there is nothing to ask")
    func absent() async throws {
        try await TestServer.with(parts: { $0.makeDecider = nil }) { server in
            #expect(await server.ask(extAuthz("/allowed")).statuses == [404])
            #expect(await server.ask(authRequest("/allowed")).statuses == [404])
        }
    }
}

@Suite("Administration")
struct AdminTests {
    @Test("It is ready once policies are in force, and says why it is not before")
    func readiness() async throws {
        try await TestServer.with { server in
            let answer = await server.ask(.get("/readyz"))
            #expect(answer.statuses == [503] && answer.hasSuffix("closed: delivery.noSnapshot\n"))
        }
        try await TestServer.with(following: true) { server in
            #expect(await server.wait(for: "/readyz") { $0.statuses == [200] && $0.hasSuffix("ready\n") })
            let status = await server.askAdmin(.get("/status"))
            #expect(
                status.contains(#""state":"enforcing""#) && status.contains("content-type: application/json")
            )
        }
    }

    @Test("Metrics are those of policies and of the server")
    func metrics() async throws {
        try await TestServer.with { server in
            _ = await server.ask(.get("/healthz"))
            let text = await server.askAdmin(.get("/metrics"))
            for line in [
                "portcullis_enforcing 0",
                #"portcullis_server_requests_total{endpoint="health",status="200"} 1"#,
                "# TYPE portcullis_server_request_seconds histogram",
                #"portcullis_server_request_seconds_bucket{le="+Inf"} 1"#,
                "portcullis_server_request_seconds_count 1",
                #"portcullis_server_connections{listener="admin"} 1"#,
                "portcullis_server_accepted_total 2",
            ] { #expect(text.contains("\n\(line)\n"), "\(line)") }
        }
    }

    @Test("Who has no token of an administrator changes nothing", arguments: ["/reload", "/rollback"])
    func withoutTokens(_ path: String) async throws {
        try await TestServer.with { server in
            #expect(await server.askAdmin(.get(path, method: "POST")).statuses == [403])
            #expect(await server.askAdmin(.get("/status")).statuses == [200])
        }
    }

    @Test("Tokens of one area open that area alone, and a list read again counts from then on")
    func tokens() async throws {
        let folder = try TemporaryFolder()
        let (tokens, adminTokens) = (folder.path + "/tokens", folder.path + "/admin")
        try folder.write("a sha256:\(AccessTests.digest)\n", "tokens")
        let admin = "b sha256:f52fbd32b2b3b86ff88ef6c490628285f482af15ddcb29541f94bcf526a3f6c7\n"  // hunter2
        try folder.write(admin, "admin")
        let change: (inout ServerConfiguration) -> Void = {
            $0.access.tokens = tokens
            $0.access.adminTokens = adminTokens
        }
        try await TestServer.with(following: true, change: change) { server in
            let check: (String) -> String = {
                .get("/access/v1/x", "Content-Length: 0\r\n\($0)", method: "POST")
            }
            let cases: [(String, Int)] = [
                (check(""), 401), (check("Authorization: Bearer secret\r\n"), 200),
                (check("Authorization: bearer  secret\r\n"), 200),
                (check("Authorization: Bearer hunter2\r\n"), 403),
                (check("Authorization: Basic secret\r\n"), 401),
                (check("X-Portcullis-Token: secret\r\n"), 401),
                (check("Authorization: Bearer secret\r\nAuthorization: Bearer secret\r\n"), 401),
                (.get("/ext_authz/allowed", "Authorization: Bearer secret\r\n"), 401),
                (.get("/ext_authz/allowed", "X-Portcullis-Token: secret\r\n"), 200),
                (.get("/ext_authz/allowed", "X-Portcullis-Token: wrong\r\n"), 403), (.get("/healthz"), 200),
            ]
            for (text, status) in cases { #expect(await server.ask(text).statuses == [status], "\(text)") }
            let post: (String, String) -> String = {
                .get($0, "Authorization: Bearer \($1)\r\n", method: "POST")
            }
            #expect(await server.askAdmin(.get("/status")).statuses == [401])
            #expect(await server.askAdmin(post("/reload", "secret")).statuses == [403])
            #expect(
                await server.askAdmin(post("/rollback", "hunter2")).statuses == [409],
                "there is nothing before"
            )
            try folder.write("nonsense", "tokens")
            #expect(await server.askAdmin(post("/reload", "hunter2")).contains("tokens:1: a line needs"))
            #expect(
                await server.ask(check("Authorization: Bearer secret\r\n")).statuses == [200],
                "the old list stays"
            )
            try folder.write(admin, "tokens")
            #expect(await server.askAdmin(post("/reload", "hunter2")).statuses == [200])
            #expect(await server.ask(check("Authorization: Bearer hunter2\r\n")).statuses == [200])
            #expect(await server.ask(check("Authorization: Bearer secret\r\n")).statuses == [403])
        }
    }

    @Test("A simulation keeps nobody waiting, and too many are refused")
    func slowAnswers() async throws {
        let change: (inout ServerConfiguration) -> Void = { $0.limits.waitingSimulationsMax = 0 }
        let permission = DispatchSemaphore(value: 0)
        let slow = EchoHandler(permission: permission)
        try await TestServer.with(change: change, parts: { $0.simulator = slow }) { server in
            // Also where the test fails.
            defer { for _ in 0..<2 { permission.signal() } }
            let client = try #require(RawClient(server.admin))
            client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\nx" + .get("/healthz"))
            try await Task.sleep(for: .milliseconds(200))
            #expect(await server.askAdmin(.get("/healthz")).statuses == [200])
            #expect(await server.askAdmin(.get("/", method: "POST")).statuses == [503])
            permission.signal()
            let answer = await client.read()
            #expect(answer.statuses == [200, 200] && answer.contains("POST / - [x] 127.0.0.1"))
            client.close()
        }
    }

    @Test("A client that gives up on a simulation harms nobody")
    func abandoned() async throws {
        try await TestServer.with(parts: { $0.simulator = EchoHandler(delay: 0.3) }) { server in
            let client = try #require(RawClient(server.admin))
            client.send("POST / HTTP/1.1\r\nHost: a\r\n\r\n")
            try await Task.sleep(for: .milliseconds(100))
            client.close()
            try await Task.sleep(for: .milliseconds(400))
            #expect(await server.askAdmin(.get("/", method: "POST")).statuses == [200])
        }
    }
}
