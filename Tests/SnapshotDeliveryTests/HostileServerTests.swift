import Foundation
import Portcullis
import Synchronization
import Testing

@testable import SnapshotDelivery

@Suite("Servers and proxies that do more or less than they should")
struct HostileServerTests {
    private let publisher: Publisher
    private let one: (bundle: [UInt8], pointer: [UInt8])

    init() throws {
        publisher = try Publisher()
        one = try publisher.publish(.policies(World.alice("One")), 1)
    }

    private func timing(longPoll: Int = 0) -> HTTPSource.Timing {
        var timing = HTTPSource.Timing()
        timing.interval = .milliseconds(20)
        timing.longPollSeconds = longPoll
        timing.backOff = .milliseconds(20)
        timing.backOffMax = .milliseconds(40)
        return timing
    }

    /// Serves the pointer and its bundle, with a tag for each.
    private func serve(_ current: @escaping @Sendable () -> (bundle: [UInt8], pointer: [UInt8])) throws
        -> LoopbackServer
    {
        try LoopbackServer { request in
            let (bundle, pointer) = current()
            if request.target.hasSuffix(".bundle") { return LoopbackServer.answer("200 OK", [], bundle) }
            let tag = "\"\(SHA256Digest(of: pointer))\""
            if request.header("If-None-Match") == tag { return LoopbackServer.answer("304 Not Modified") }
            return LoopbackServer.answer("200 OK", ["ETag: \(tag)"], pointer)
        }
    }

    @Test("A server that waits for news is asked again at once, and its news come without an interval")
    func longPoll() async throws {
        let two = try publisher.publish(.policies(World.alice("Two")), 2)
        let isTwo = Atomic<Bool>(false)
        let waited = Atomic<Int>(0)
        let server = try LoopbackServer { [one] request in
            func now() -> (bundle: [UInt8], pointer: [UInt8]) { isTwo.load(ordering: .acquiring) ? two : one }
            if request.target.hasSuffix(".bundle") {
                return LoopbackServer.answer("200 OK", [], now().bundle)
            }
            func tag() -> String { "\"\(SHA256Digest(of: now().pointer))\"" }
            let wait = request.header("Prefer").flatMap { Int($0.dropFirst("wait=".count)) } ?? 0
            let end = ContinuousClock.now + .seconds(wait)
            while request.header("If-None-Match") == tag() {
                guard ContinuousClock.now < end else {
                    waited.add(1, ordering: .relaxed)
                    return LoopbackServer.answer("304 Not Modified")
                }
                usleep(5_000)
            }
            return LoopbackServer.answer("200 OK", ["ETag: \(tag())"], now().pointer)
        }
        defer { server.stop() }
        var slow = timing(longPoll: 1)
        // Longer than the test: what is asked again sooner is so because the server waits.
        slow.interval = .seconds(60)
        let source = HTTPSource(pointer: "\(server.address)/pointer", timing: slow)
        let follower = try SnapshotFollower(following: source, try publisher.settings())
        let task = Task { await follower.run() }
        #expect(try await eventually { try follower.allows("One") })
        #expect(
            await eventually {
                waited.load(ordering: .relaxed) >= 1 && follower.status.counters.contacts >= 1
            }
        )
        let start = ContinuousClock.now
        isTwo.store(true, ordering: .releasing)
        #expect(try await eventually { try follower.allows("Two") })
        #expect(ContinuousClock.now - start < .seconds(5))
        task.cancel()
        await task.value
    }

    @Test("Through a proxy everything is asked of the proxy, by the whole address")
    func proxy() async throws {
        let proxy = try serve { [one] in one }
        defer { proxy.stop() }
        var options = HTTPOptions()
        options.proxy = proxy.address
        let source = HTTPSource(
            pointer: "http://origin.invalid/a/pointer",
            timing: timing(),
            options: options
        )
        let follower = try SnapshotFollower(following: source, try publisher.settings())
        await follower.handle(try #require(await source.next()))
        #expect(try follower.allows("One"), "\(follower.status)")
        let name = "\(SHA256Digest(of: one.bundle)).bundle"
        #expect(
            proxy.requests.map(\.target) == [
                "http://origin.invalid/a/pointer", "http://origin.invalid/a/\(name)",
            ]
        )
    }

    @Test("A proxy that is gone is a failure that names no password")
    func noProxy() async throws {
        var options = HTTPOptions()
        options.proxy = "http://somebody:secret@127.0.0.1:1"
        let source = HTTPSource(pointer: "http://origin.invalid/pointer", timing: timing(), options: options)
        guard case .failure(let failure)? = await source.next() else {
            Issue.record("no failure")
            return
        }
        #expect(!failure.description.contains("secret"))
    }

    @Test("`Not modified` in answer to a request without a tag is no contact")
    func unaskedNothingNew() async throws {
        let server = try LoopbackServer { _ in LoopbackServer.answer("304 Not Modified") }
        defer { server.stop() }
        let source = HTTPSource(pointer: "\(server.address)/pointer", timing: timing())
        for _ in 0..<2 {
            guard case .failure(let failure)? = await source.next() else {
                Issue.record("no failure")
                return
            }
            #expect(failure.description.contains("304"))
        }
    }

    @Test(
        "A tag that no server may send, or of any size, is not sent back",
        arguments: [
            "\"a\u{1}b\"", "\"é\"", "\"" + String(repeating: "x", count: 10_000) + "\"", "\"a\rX: b\"",
        ]
    )
    func entityTags(_ tag: String) async throws {
        let server = try LoopbackServer { [one] _ in
            LoopbackServer.answer("200 OK", ["ETag: \(tag)"], one.pointer)
        }
        defer { server.stop() }
        let source = HTTPSource(pointer: "\(server.address)/pointer", timing: timing())
        for _ in 0..<2 { _ = await source.next() }
        #expect(server.requests.count == 2 && server.requests[1].header("If-None-Match") == nil)
    }

    @Test("A body that says it is compressed is taken as it is, and unpacked nowhere")
    func compressed() async throws {
        let server = try LoopbackServer { [one] _ in
            LoopbackServer.answer("200 OK", ["Content-Encoding: gzip"], one.pointer)
        }
        defer { server.stop() }
        let source = HTTPSource(pointer: "\(server.address)/pointer", timing: timing())
        guard case .update(let update)? = await source.next(), case .pointer(let bytes, _) = update.content
        else {
            Issue.record("no pointer")
            return
        }
        #expect(bytes == one.pointer)
        #expect(server.requests[0].header("Accept-Encoding") == nil)
    }

    @Test(
        "What never ends is a failure: a body without a length, chunks, header lines, redirections",
        arguments: ["body", "chunks", "headers", "redirections"]
    )
    func endless(_ kind: String) async throws {
        let much = [UInt8](repeating: 65, count: 1 << 20)
        let server = try LoopbackServer { _ in
            switch kind {
            case "body": Array("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n".utf8) + much
            case "chunks":
                Array("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n100000\r\n".utf8) + much
            case "headers":
                Array("HTTP/1.1 200 OK\r\n".utf8)
                    + Array(
                        repeatElement(
                            Array("X: \(String(repeating: "y", count: 1_000))\r\n".utf8),
                            count: 1_000
                        ).joined()
                    )
            default: LoopbackServer.answer("302 Found", ["Location: /pointer"])
            }
        }
        defer { server.stop() }
        var options = HTTPOptions()
        options.timeout = .seconds(3)
        let source = HTTPSource(pointer: "\(server.address)/pointer", timing: timing(), options: options)
        guard case .failure? = await source.next() else {
            Issue.record("no failure")
            return
        }
        #expect(server.requests.count <= 6)
    }

    @Test(
        "Header lines that may be secret do not follow a redirection to another host",
        arguments: [("Authorization: Bearer secret", true), ("X-Key: secret", false)]
    )
    func redirection(_ line: String, _ isFollowed: Bool) async throws {
        let other = try serve { [one] in one }
        defer { other.stop() }
        // Another name of the same machine is another host.
        let place = other.address.replacingOccurrences(of: "127.0.0.1", with: "localhost")
        let server = try LoopbackServer { request in
            LoopbackServer.answer("302 Found", ["Location: \(place)\(request.target)"])
        }
        defer { server.stop() }
        var options = HTTPOptions()
        options.headers = [line]
        let source = HTTPSource(pointer: "\(server.address)/pointer", timing: timing(), options: options)
        let event = await source.next()
        if case .update? = event { #expect(isFollowed) } else { #expect(!isFollowed) }
        #expect(other.requests.count == (isFollowed ? 1 : 0))
        #expect(!other.requests.contains { $0.lines.contains { $0.contains("secret") } })
    }

    @Test("A bundle that cannot be had is asked for ever more rarely, and by no means at every answer")
    func patience() async throws {
        let server = try LoopbackServer { [one] request in
            if request.target.hasSuffix(".bundle") { return LoopbackServer.answer("404 Not Found") }
            if request.header("If-None-Match") != nil { return LoopbackServer.answer("304 Not Modified") }
            return LoopbackServer.answer("200 OK", ["ETag: \"1\""], one.pointer)
        }
        defer { server.stop() }
        let source = HTTPSource(pointer: "\(server.address)/pointer", timing: timing())
        let follower = try SnapshotFollower(following: source, try publisher.settings())
        await follower.handle(try #require(await source.next()))
        for _ in 0..<40 { await follower.handle(.contact) }
        let tries = server.requests.count { $0.target.hasSuffix(".bundle") }
        #expect((7...18).contains(tries), "\(tries)")
        #expect(follower.status.rejections.last?.error.code == .fetch)
    }
}
