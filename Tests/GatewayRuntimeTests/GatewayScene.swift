import Foundation
import GatewayRuntime
import RequestMapping

/// A folder of its own with the policies and the mapping of the shipped example.
final class GatewayScene {
    let folder: String
    var policies: String { "\(folder)/policies" }
    var mapping: String { "\(folder)/mapping.json" }

    init() throws {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let place = FileManager.default.temporaryDirectory.appendingPathComponent(
            "gateway-\(UUID().uuidString)"
        )
        try FileManager.default.copyItem(at: root.appendingPathComponent("Examples/gateway"), to: place)
        folder = place.path
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    var configuration: GatewayConfiguration { GatewayConfiguration(policies: policies, mapping: mapping) }

    /// A gateway that is ready.
    func start(_ configuration: GatewayConfiguration? = nil, log: GatewayLog = .none) async throws -> Gateway
    {
        let gateway = try Gateway(configuration ?? self.configuration, log: log)
        try await gateway.startElsewhere()
        return gateway
    }

    /// Puts other text in the place of some of a file's, in one step.
    func replace(_ text: String, by other: String, in file: String) throws {
        let old = try String(contentsOfFile: file, encoding: .utf8)
        try Data(old.replacingOccurrences(of: text, with: other).utf8)
            .write(to: URL(fileURLWithPath: file), options: .atomic)
    }
}

extension Gateway {
    /// Starts on a thread of its own, since a start waits.
    func startElsewhere() async throws {
        try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
            Thread.detachNewThread {
                continuation.resume(with: Result { try self.start() })
            }
        }
    }

    /// Stops on a thread of its own, since the end is waited for.
    func stopElsewhere() async {
        await withCheckedContinuation { continuation in
            Thread.detachNewThread {
                self.stop()
                continuation.resume()
            }
        }
    }
}

extension GatewayWorker {
    /// Decides a request of a user whom the edge proxy names.
    func decide(_ method: String, _ target: String, user: String = "ada") -> GateAnswer {
        request.begin()
        request.setMethod(Array(method.utf8).span)
        request.setTarget(Array(target.utf8).span)
        request.setAuthority(Array("models.acme.example".utf8).span)
        request.setPeerAddress(Array("10.9.0.1".utf8).span)
        request.addHeader(Array("host".utf8).span, Array("models.acme.example".utf8).span)
        request.addHeader(Array("x-acme-user".utf8).span, Array(user.utf8).span)
        return decide()
    }
}
