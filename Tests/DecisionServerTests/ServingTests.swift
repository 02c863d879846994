import Foundation
import Testing

@testable import DecisionServer

@Suite("Connections")
struct ServingTests {
    @Test("Requests of one connection are answered in order, also when they come together")
    func pipelining() async throws {
        try await TestServer.with { server in
            let one = "POST /access/v1/evaluation?a=b HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc"
            let two =
                "POST /access/v1/x HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nde\r\n0\r\n\r\n"
            let answer = await server.ask(one + two + .get("/healthz"))
            #expect(answer.statuses == [200, 200, 200])
            let parts = answer.components(separatedBy: "HTTP/1.1 200 OK")
            #expect(parts[1].hasSuffix("\r\n\r\nPOST /access/v1/evaluation a=b [abc] 127.0.0.1"))
            #expect(parts[2].hasSuffix("\r\n\r\nPOST /access/v1/x - [de] 127.0.0.1"))
            #expect(parts[3].contains("connection: close") && parts[3].hasSuffix("alive\n"))
            #expect(!parts[1].contains("connection:"))
        }
    }

    @Test("A request whose bytes come one by one is one request")
    func pieces() async throws {
        try await TestServer.with { server in
            let client = try #require(RawClient(server.address))
            for byte
                in "POST /access/v1/x HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 2\r\n\r\nab"
            {
                client.send(String(byte))
                try await Task.sleep(for: .milliseconds(1))
            }
            #expect(await client.read().hasSuffix("[ab] 127.0.0.1"))
            client.close()
        }
    }

    @Test("A header that a handler makes cannot end its line")
    func injection() async throws {
        try await TestServer.with { server in
            let answer = await server.ask(.get("/access/v1/x", "Content-Length: 0\r\n", method: "POST"))
            #expect(
                answer.contains("x-good: yes") && !answer.contains("set-cookie") && !answer.contains("x-evil")
            )
        }
    }

    @Test("Clients of HTTP/1.0 keep a connection only if they say so")
    func old() async throws {
        try await TestServer.with { server in
            #expect(await server.ask("GET /healthz HTTP/1.0\r\n\r\n").contains("connection: close"))
            let kept = "GET /healthz HTTP/1.0\r\nConnection: keep-alive\r\n\r\n"
            let answer = await server.ask(kept + .get("/healthz"))
            #expect(answer.statuses == [200, 200] && answer.contains("connection: keep-alive"))
        }
    }

    @Test("HEAD is GET without the body")
    func head() async throws {
        try await TestServer.with { server in
            let answer = await server.ask(.get("/healthz", method: "HEAD"))
            #expect(answer.contains("content-length: 6") && answer.hasSuffix("\r\n\r\n"))
        }
    }

    @Test(
        "What is not offered is said so",
        arguments: [
            ("GET", "/nothing", 404, nil), ("GET", "/healthz/", 404, nil), ("GET", "//healthz", 404, nil),
            ("GET", "/%68ealthz", 404, nil), ("GET", "/metrics", 404, nil), ("POST", "/rollback", 404, nil),
            ("GET", "/", 404, nil), ("GET", "/ext_authz", 404, nil), ("GET", "/ext_authzx", 404, nil),
            ("POST", "/healthz", 405, "allow: GET, HEAD"),
            ("GET", "/access/v1/evaluation", 405, "allow: POST"),
            ("DELETE", "/auth_request", 405, "allow: GET, HEAD"),
            ("get", "/healthz", 405, "allow: GET, HEAD"),
        ] as [(String, String, Int, String?)]
    )
    func notOffered(_ method: String, _ path: String, _ status: Int, _ header: String?) async throws {
        try await TestServer.with { server in
            let answer = await server.ask(.get(path, method: method))
            #expect(answer.statuses == [status])
            if let header { #expect(answer.contains(header)) }
        }
    }

    @Test("A client that expects to be told so is told to go on")
    func expectation() async throws {
        try await TestServer.with { server in
            let client = try #require(RawClient(server.address))
            let fields = "Content-Length: 2\r\nExpect: 100-continue\r\n"
            client.send(.get("/access/v1/x", fields, method: "POST"))
            #expect(await client.read { $0.hasSuffix("\r\n\r\n") } == "HTTP/1.1 100 Continue\r\n\r\n")
            client.send("ab")
            #expect(await client.read().statuses == [200])
            client.close()
        }
    }

    @Test(
        "A second request cannot hide in the first",
        arguments: [
            "Content-Length: 0\r\nContent-Length: 60\r\n\r\n",
            "Content-Length: 60\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            "Transfer-Encoding: chunked\r\n\r\n0x0\r\n\r\n", "Transfer-Encoding: chunked\r\n\r\n0;a\r\n\r\n",
            "Transfer-Encoding: chunked\r\n\r\n0\r\nContent-Length: 1\r\n\r\n",
            "Transfer-Encoding : chunked\r\n\r\n",
            "Transfer-Encoding: x\r\n\r\n", "X: a\r\n Transfer-Encoding: chunked\r\n\r\n",
            "X: a\nContent-Length: 60\r\n\r\n",
        ]
    )
    func smuggling(_ rest: String) async throws {
        try await TestServer.with { server in
            let answer = await server.ask(
                "POST /access/v1/x HTTP/1.1\r\nHost: a\r\n\(rest)" + .get("/healthz")
            )
            #expect(answer.statuses == [answer.statuses.first ?? 0], "one answer, and the end")
            #expect([400, 501].contains(answer.statuses.first) && answer.contains("connection: close"))
        }
    }

    @Test("Bodies and heads above the limits are refused")
    func limits() async throws {
        let change: (inout ServerConfiguration) -> Void = {
            $0.limits.bodyBytesMax = 10
            $0.limits.headBytesMax = 500
            $0.limits.headerCountMax = 10
        }
        try await TestServer.with(change: change) { server in
            let long = String(repeating: "a", count: 600)
            let cases: [(String, Int)] = [
                (.get("/access/v1/x", "Content-Length: 11\r\n", method: "POST"), 413),
                (.get("/access/v1/x", "Transfer-Encoding: chunked\r\n", method: "POST") + "b\r\n", 413),
                (.get("/healthz", "X: \(long)\r\n"), 431), (.get("/healthz", "X: \(long)"), 431),
                (.get("/" + long), 414), (.get("/healthz", String(repeating: "A:\r\n", count: 9)), 431),
                (.get("/healthz", String(repeating: "A:\r\n", count: 8)), 200),
            ]
            for (text, status) in cases { #expect(await server.ask(text).statuses == [status], "\(text)") }
        }
    }

    @Test("A client that is slow in sending is told so; one that says nothing is left")
    func slowness() async throws {
        let change: (inout ServerConfiguration) -> Void = {
            $0.limits.headSeconds = 0.3
            $0.limits.bodySeconds = 0.3
            $0.limits.idleSeconds = 0.3
        }
        try await TestServer.with(change: change) { server in
            let head = "POST /access/v1/x HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\na"
            async let silent = server.ask("")
            async let slowHead = server.ask("GET / HTTP/1.1\r\n")
            async let slowBody = server.ask(head)
            async let idle = server.ask("GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(await silent == "")
            #expect(await slowHead.statuses == [408])
            #expect(await slowBody.statuses == [408])
            #expect(await idle.statuses == [200])
        }
    }

    @Test("Bytes that drip do not put the deadline off")
    func drip() async throws {
        try await TestServer.with(change: { $0.limits.headSeconds = 0.5 }) { server in
            let client = try #require(RawClient(server.address))
            client.send("GET /healthz HTTP/1.1\r\nHost: ")
            // What is sent to a closed connection may take away an answer that nobody has read.
            let reading = Task { await client.read { $0.contains("\r\n\r\n") } }
            let dripping = Task {
                while !Task.isCancelled {
                    client.send("a")
                    try await Task.sleep(for: .milliseconds(50))
                }
            }
            // It drips until the answer has come.
            let answer = await reading.value
            #expect(answer.statuses == [408], "\(answer)")
            dripping.cancel()
            _ = await dripping.result
            client.close()
        }
    }

    @Test("One connection too many is turned away, and there is room again when one ends")
    func connections() async throws {
        try await TestServer.with(change: { $0.limits.connectionsMax = 2 }) { server in
            let kept = try (0..<2).map { _ in try #require(RawClient(server.address)) }
            for client in kept {
                client.send("GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n")
                _ = await client.read { $0.hasSuffix("alive\n") }
            }
            let refused = try #require(RawClient(server.address))
            #expect(await refused.read().statuses == [503])
            refused.close()
            #expect(await server.askAdmin(.get("/metrics")).contains("portcullis_server_refused_total 1"))
            kept[0].close()
            #expect(await server.wait(for: "/healthz") { $0.statuses == [200] })
            kept[1].close()
        }
    }

    @Test("A client that takes no answers is not read any more, and left")
    func pressure() async throws {
        try await TestServer.with(change: { $0.limits.sendSeconds = 0.5 }) { server in
            let client = try #require(RawClient(server.address))
            var size: Int32 = 4_096
            unsafe setsockopt(client.descriptor, SOL_SOCKET, SO_RCVBUF, &size, 4)
            let many = String(repeating: "GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n", count: 2_000)
            // More answers than the system keeps for a client; sending them waits until the server has left.
            Thread.detachNewThread { for _ in 0..<200 { client.send(many) } }
            #expect(await server.wait(for: "/healthz") { $0.statuses == [200] })
            try await Task.sleep(for: .milliseconds(200))
            var isLeft = false
            for _ in 0..<400 where !isLeft {
                isLeft = await server.askAdmin(.get("/status")).contains("\"connections\":0")
                try await Task.sleep(for: .milliseconds(25))
            }
            #expect(isLeft)
            client.close()
        }
    }

    @Test("A client that has sent all it will is still answered")
    func halfClosed() async throws {
        try await TestServer.with { server in
            let client = try #require(RawClient(server.address))
            client.send("GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n")
            client.finishSending()
            #expect(await client.read().statuses == [200])
            client.close()
        }
    }

    @Test("A connection ends after as many requests as it may have")
    func requestCount() async throws {
        try await TestServer.with(change: { $0.limits.requestsPerConnectionMax = 2 }) { server in
            let answer = await server.ask(
                String(repeating: "GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n", count: 3)
            )
            #expect(answer.statuses == [200, 200] && answer.contains("connection: close"))
        }
    }

    @Test("Unix sockets are for those with permission, and replace what an ended process left")
    func unixSockets() async throws {
        let path = NSTemporaryDirectory() + "portcullis-\(UInt32.random(in: 0 ... .max)).sock"
        for _ in 0..<2 {
            let server = try TestServer(following: false, change: { $0.listeners = [.unix(path: path)] })
            var status = stat()
            unsafe stat(path, &status)
            #expect(status.st_mode & 0o777 == 0o660)
            #expect(await server.ask(.get("/healthz")).statuses == [200])
            #expect(throws: ServerError.self, "somebody listens there") {
                _ = try TestServer(following: false, change: { $0.listeners = [.unix(path: path)] })
            }
            await server.end()
            #expect(!FileManager.default.fileExists(atPath: path))
        }
        _ = FileManager.default.createFile(atPath: path, contents: Data("mine".utf8))
        #expect(throws: ServerError.self, "a file is not replaced") {
            _ = try TestServer(following: false, change: { $0.listeners = [.unix(path: path)] })
        }
        #expect(try String(contentsOfFile: path, encoding: .utf8) == "mine")
        try FileManager.default.removeItem(atPath: path)
    }

    @Test("Several loops share the connections")
    func loops() async throws {
        try await TestServer.with(change: { $0.threads = 3 }) { server in
            let clients = try (0..<6).map { _ in try #require(RawClient(server.address)) }
            for client in clients { client.send(.get("/healthz")) }
            for client in clients {
                #expect(await client.read().statuses == [200])
                client.close()
            }
            let metrics = await server.askAdmin(.get("/metrics"))
            #expect(metrics.contains(#"portcullis_server_requests_total{endpoint="health",status="200"} 6"#))
        }
    }
}

@Suite("The end of a server")
struct EndingTests {
    @Test("It is not ready first, then answers what is under way, then ends")
    func drain() async throws {
        let server = try TestServer(change: { $0.drainDelaySeconds = 0.4 })
        #expect(await server.wait(for: "/readyz") { $0.statuses == [200] })
        let waiting = try #require(RawClient(server.address))
        let unfinished = try #require(RawClient(server.address))
        waiting.send("GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n")
        _ = await waiting.read { $0.hasSuffix("alive\n") }
        unfinished.send("POST /access/v1/x HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\na")
        server.server.drain()
        #expect(await server.ask(.get("/readyz")).hasSuffix("draining\n"), "still accepting")
        try await Task.sleep(for: .milliseconds(700))
        #expect(RawClient(server.address) == nil, "nobody can connect any more")
        unfinished.send("b")
        let answer = await unfinished.read()
        #expect(answer.statuses == [200] && answer.contains("connection: close"))
        #expect(await waiting.read() == "", "a connection without a request ends without an answer")
        await server.server.ended()
        await server.end()
        for client in [waiting, unfinished] { client.close() }
    }

    @Test("Whoever does not come to an end is broken off")
    func deadline() async throws {
        let server = try TestServer(following: false, change: { $0.drainSeconds = 0.3 })
        let client = try #require(RawClient(server.address))
        client.send("POST /access/v1/x HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\na")
        try await Task.sleep(for: .milliseconds(100))
        server.server.drain()
        #expect(await client.read() == "")
        await server.server.ended()
        await server.end()
        client.close()
    }

    @Test("A server that has ended is gone, with its descriptors")
    func nothingLeft() async throws {
        weak var state: ServerState?
        do {
            let follower = try TestServer.idleFollower()
            let address = ListenAddress.tcp(host: "127.0.0.1", port: 0)
            let server = try DecisionServer(
                ServerConfiguration(listeners: [address]),
                ServedParts(follower: follower)
            )
            state = server.state
            try server.start()
            #expect(await RawClient.ask(server.addresses[0], .get("/healthz")).statuses == [200])
            server.stop()
            await server.ended()
        }
        // The threads let go of what they ran a moment after they have ended.
        for _ in 0..<200 where state != nil { try await Task.sleep(for: .milliseconds(25)) }
        #expect(state == nil)
    }

    @Test("It is started once, and not where somebody listens already")
    func start() async throws {
        try await TestServer.with { server in
            #expect(throws: ServerError.self) { try server.server.start() }
            let taken = server.address
            #expect(throws: ServerError.self) {
                _ = try TestServer(following: false, change: { $0.listeners = [taken] })
            }
        }
    }
}
