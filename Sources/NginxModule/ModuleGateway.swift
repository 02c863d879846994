import Foundation
import GatewayRuntime
import Portcullis
import RequestMapping

/// A gateway of nginx: made before the fork, started in a worker process, and used by that process's one thread.
final class ModuleGateway {
    private let opened: Gateway
    private var started: Gateway?
    private var worker: GatewayWorker?
    private var lastAnswer = GateAnswer(.notReady)

    /// Checks settings and reads the mapping; starts no thread.
    init(_ configuration: GatewayConfiguration) throws(GatewayError) {
        opened = try Gateway(configuration, log: ReportPipe.log)
    }

    /// Follows policies and mapping from now on, and waits for the first policies.
    ///
    /// What was opened is used where nothing is to be kept, so that a worker process has the mapping that was checked.
    func start(keepingIn folder: String?) throws(GatewayError) {
        let gateway = folder.flatMap { keeping(in: $0) } ?? opened
        started = gateway
        worker = gateway.makeWorker()
        try gateway.start()
    }

    private func keeping(in folder: String) -> Gateway? {
        var configuration = opened.configuration
        configuration.policies.keepingFolder = folder
        do {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            return try Gateway(configuration, log: ReportPipe.log)
        } catch {
            ReportPipe.write(.warning, "policies: not kept: \(error)")
            return nil
        }
    }

    /// Ends the threads.
    func stop() {
        worker = nil
        started?.stop()
        started = nil
    }

    /// Decides a request, which is written into the worker's buffer by `fill`.
    func decide(_ fill: (HTTPRequestBuffer) -> Void) -> GateAnswer {
        guard let worker else { return GateAnswer(.notReady) }
        worker.request.begin()
        fill(worker.request)
        lastAnswer = worker.decide()
        return lastAnswer
    }

    /// The name of what decided the last request.
    func withStatementName<Result>(_ body: (borrowing Span<UInt8>) -> Result) -> Result? {
        worker?.withStatementName(lastAnswer, body)
    }

    /// The name of the last request's route.
    func withRouteName<Result>(_ body: (borrowing Span<UInt8>) -> Result) -> Result? {
        worker?.withRouteName(lastAnswer, body)
    }

    /// What is in force in this process: a gateway that was not started decides nothing.
    var inForce: Gateway { started ?? opened }

    /// Whether requests are decided by policies.
    var isReady: Bool { started?.isReady ?? false }
}
