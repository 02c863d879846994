import Foundation
import GatewayRuntime
import Portcullis
import RequestMapping
import SnapshotDelivery

@testable import DecisionServer

/// A server on this machine, with handlers that tell what they were asked.
final class TestServer: Sendable {
    let server: DecisionServer
    let follower: SnapshotFollower
    private let task: Task<Void, Never>?

    init(
        following: Bool = true,
        change: (inout ServerConfiguration) -> Void = { _ in },
        parts changeParts: (inout ServedParts) -> Void = { _ in }
    ) throws {
        let follower = try Self.idleFollower()
        var configuration = ServerConfiguration(listeners: [.tcp(host: "127.0.0.1", port: 0)])
        configuration.adminListeners = [.tcp(host: "127.0.0.1", port: 0)]
        change(&configuration)
        var parts = ServedParts(follower: follower)
        parts.authZEN = EchoHandler()
        parts.simulator = EchoHandler()
        parts.makeDecider = { ScriptedDecider() }
        changeParts(&parts)
        server = try DecisionServer(configuration, parts)
        self.follower = follower
        task = following ? Task.detached { await follower.run() } : nil
        try server.start()
    }

    /// A follower that nobody runs.
    static func idleFollower() throws -> SnapshotFollower {
        try SnapshotFollower(following: FileSource(path: policies), FollowerSettings(trust: .unsigned))
    }

    static let policies = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("../../../Examples/acme").standardized.path

    var address: ListenAddress { server.addresses[0] }
    var admin: ListenAddress { server.adminAddresses[0] }

    func ask(_ text: String) async -> String { await RawClient.ask(address, text) }
    func askAdmin(_ text: String) async -> String { await RawClient.ask(admin, text) }

    /// Waits until some answer comes.
    func wait(for path: String, _ isRight: (String) -> Bool) async -> Bool {
        for _ in 0..<400 {
            if isRight(await ask(.get(path))) { return true }
            try? await Task.sleep(for: .milliseconds(25))
        }
        return false
    }

    func end() async {
        task?.cancel()
        server.stop()
        await server.ended()
    }

    /// Runs a body with a server, which ends afterwards.
    static func with(
        following: Bool = false,
        change: (inout ServerConfiguration) -> Void = { _ in },
        parts: (inout ServedParts) -> Void = { _ in },
        _ body: (TestServer) async throws -> Void
    ) async throws {
        await ServerPlaces.shared.take()
        do {
            let server = try TestServer(following: following, change: change, parts: parts)
            do { try await body(server) } catch {
                await server.end()
                throw error
            }
            await server.end()
        } catch {
            await ServerPlaces.shared.giveBack()
            throw error
        }
        await ServerPlaces.shared.giveBack()
    }
}

/// Answers with what it was asked.
struct EchoHandler: RequestHandler {
    var delay = 0.0
    /// What an answer waits for.
    var permission: DispatchSemaphore?

    func respond(to request: ServerRequest) -> ServerResponse {
        if delay > 0 { Thread.sleep(forTimeInterval: delay) }
        permission?.wait()
        let body = String(decoding: request.body, as: UTF8.self)
        let text =
            "\(request.method) \(request.path) \(request.query ?? "-") [\(body)] \(request.peer.address)"
        return ServerResponse(
            200,
            contentType: "text/plain",
            body: Array(text.utf8),
            headers: [("x-evil", "a\r\nset-cookie: b"), ("x-good", "yes")]
        )
    }
}

/// Decides by the first part of the path, and by what the rest says that the request must hold.
final class ScriptedDecider: RequestDecider {
    let request = HTTPRequestBuffer()

    private func text(_ slice: HTTPRequestBuffer.Slice) -> String {
        String(decoding: request.bytes[slice.start..<slice.start + slice.count], as: UTF8.self)
    }

    func decide() -> GateAnswer {
        let parts = text(request.target).split(separator: "/").map(String.init)
        switch parts.first {
        case "allowed": return GateAnswer(.allowed, decision: .malformedRequest)
        case "dry": return GateAnswer(.implicitDeny, isDryRun: true)
        case "method": return verdict(text(request.method) == parts[1])
        case "host": return verdict(text(request.authority) == parts[1])
        case "peer": return verdict(text(request.peerAddress) == parts.dropFirst().joined(separator: "/"))
        case "tls": return verdict(text(request.tlsVersion) == parts[1])
        case "certificate":
            return verdict(request.certificateNames.map { text($0.text) } == parts.dropFirst().map { $0 })
        case "headers":
            return verdict(request.headers.map { text($0.name).lowercased() } == parts.dropFirst().map { $0 })
        case let name?:
            let reason = GateAnswer.Reason.allCases.first { "\($0)" == name }
            return GateAnswer(reason ?? .unmapped)
        case nil: return GateAnswer(.unmapped)
        }
    }

    private func verdict(_ isRight: Bool) -> GateAnswer { GateAnswer(isRight ? .allowed : .explicitDeny) }
}
