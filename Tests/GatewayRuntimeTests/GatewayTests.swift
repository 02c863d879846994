import Foundation
import GatewayRuntime
import RequestMapping
import Synchronization
import Testing

@Suite("A gateway follows its policies and its mapping")
struct GatewayTests {
    @Test("Once started it decides by both")
    func decides() async throws {
        let scene = try GatewayScene()
        let gateway = try await scene.start()
        let worker = gateway.makeWorker()
        #expect(gateway.isReady)
        #expect(worker.decide("GET", "/v1/models").reason == .allowed)
        #expect(worker.decide("GET", "/v1/models", user: "mallory").reason == .explicitDeny)
        #expect(worker.decide("GET", "/healthz").reason == .unprotected)
        #expect(worker.decide("GET", "/v1/elsewhere").reason == .unmapped)
        #expect(worker.decide("GET", "/v1//models").reason == .malformed)
    }

    @Test("It names the statement that decided")
    func statements() async throws {
        let scene = try GatewayScene()
        let worker = try await scene.start().makeWorker()
        let denied = worker.decide("GET", "/v1/models", user: "mallory")
        for _ in 0..<2 {
            let name = worker.withStatementName(denied) { span in
                String(decoding: span.indices.map { span[$0] }, as: UTF8.self)
            }
            #expect(name.hasSuffix("suspended#0"), "\(name)")
        }
        let unmapped = worker.decide("GET", "/v1/elsewhere")
        #expect(worker.withStatementName(unmapped) { $0.isEmpty })
    }

    @Test("Before there are policies nothing protected passes, and it says so")
    func notReady() async throws {
        let scene = try GatewayScene()
        var configuration = scene.configuration
        configuration.policies.source = "\(scene.folder)/nowhere"
        configuration.startSeconds = 0.1
        let gateway = try Gateway(configuration)
        let error = await #expect(throws: GatewayError.self) { try await gateway.startElsewhere() }
        #expect(error?.description.contains("nowhere") == true)
        let worker = gateway.makeWorker()
        #expect(!gateway.isReady)
        #expect(worker.decide("GET", "/v1/models").reason == .notReady)
        #expect(worker.decide("GET", "/healthz").reason == .unprotected)
        // It has not given up.
        try FileManager.default.copyItem(atPath: scene.policies, toPath: configuration.policies.source)
        #expect(await eventually { worker.decide("GET", "/v1/models").reason == .allowed })
    }

    @Test("Policies that change are in force without a restart")
    func policiesChange() async throws {
        let scene = try GatewayScene()
        let worker = try await scene.start().makeWorker()
        #expect(worker.decide("GET", "/v1/models").reason == .allowed)
        try scene.replace(
            "models:ListModels",
            by: "models:ListNothing",
            in: "\(scene.policies)/accounts/111122223333/policies/read-models.json"
        )
        #expect(await eventually { worker.decide("GET", "/v1/models").reason == .implicitDeny })
    }

    @Test("A mapping that changes is in force without a restart, in workers that exist")
    func mappingChanges() async throws {
        let scene = try GatewayScene()
        let gateway = try await scene.start()
        let worker = gateway.makeWorker()
        try scene.replace("\"/v1/models\"", by: "\"/v2/models\"", in: scene.mapping)
        #expect(await eventually { worker.decide("GET", "/v2/models").reason == .allowed })
        #expect(worker.decide("GET", "/v1/models").reason == .unmapped)
        #expect(gateway.mappingRevision >= 2)
    }

    @Test("A faulty mapping leaves the one before in force, and is reported with its position")
    func faultyMapping() async throws {
        let scene = try GatewayScene()
        let gateway = try await scene.start()
        let worker = gateway.makeWorker()
        try scene.replace("\"routes\"", by: "\"roots\"", in: scene.mapping)
        gateway.reloadMapping()
        #expect(gateway.mappingFailure?.contains("mapping.json:") == true)
        #expect(worker.decide("GET", "/v1/models").reason == .allowed)
        try scene.replace("\"roots\"", by: "\"routes\"", in: scene.mapping)
        gateway.reloadMapping()
        #expect(gateway.mappingFailure == nil)
    }

    @Test("A gateway in dry run hands on what it would refuse, but nothing malformed")
    func dryRun() async throws {
        let scene = try GatewayScene()
        var configuration = scene.configuration
        configuration.isDryRun = true
        let worker = try await scene.start(configuration).makeWorker()
        let denied = worker.decide("GET", "/v1/models", user: "mallory")
        #expect(denied.reason == .explicitDeny && denied.isDryRun && denied.passes)
        #expect(!worker.decide("GET", "/v1//models").passes)
    }
}

@Suite("Gateways of one process")
struct SharedPoliciesTests {
    @Test("Gateways of the same source follow it once, until the last has ended")
    func shared() async throws {
        let scene = try GatewayScene()
        let first = try await scene.start()
        let second = try await scene.start()
        #expect(first.follower === second.follower)
        let worker = second.makeWorker()
        await first.stopElsewhere()
        try scene.replace(
            "models:ListModels",
            by: "models:ListNothing",
            in: "\(scene.policies)/accounts/111122223333/policies/read-models.json"
        )
        #expect(await eventually { worker.decide("GET", "/v1/models").reason == .implicitDeny })
        await second.stopElsewhere()
        let third = try await scene.start()
        #expect(third.follower !== second.follower)
        #expect(third.makeWorker().decide("GET", "/healthz").reason == .unprotected)
    }

    @Test("What it does is told to its log")
    func log() async throws {
        let scene = try GatewayScene()
        let lines = LogLines()
        let gateway = try await scene.start(log: GatewayLog { _, line in lines.add(line) })
        gateway.reloadMapping()
        #expect(lines.all.contains { $0.contains("policies: revision") })
        #expect(lines.all.contains { $0.contains("mapping: revision") })
    }
}

@Suite("Configurations that make no sense are refused")
struct GatewayConfigurationTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let expected: String
        let change: @Sendable (inout GatewayConfiguration) -> Void

        init(
            _ name: String,
            _ expected: String,
            _ change: @escaping @Sendable (inout GatewayConfiguration) -> Void
        ) {
            testDescription = name
            self.expected = expected
            self.change = change
        }
    }

    static let cases = [
        Case("an address without keys", "needs trusted keys") {
            $0.policies.source = "https://policies.example/p"
        },
        Case("a channel without keys", "needs trusted keys") { $0.policies.channel = "prod" },
        Case("a key that is not there", "no-such-key") { $0.policies.trustedKeys = ["/no-such-key"] },
        Case("a key that is none", "no Ed25519 public key") { $0.policies.trustedKeys = [$0.mapping] },
        Case("no policies", "no policies are named") { $0.policies.source = "" },
        Case("an interval of nothing", "the interval") { $0.policies.intervalSeconds = 0 },
        Case("a limit that is no number", "staleness") { $0.policies.stalenessLimitSeconds = .nan },
        Case("a mapping that is not there", "no-mapping") { $0.mapping = "/no-mapping" },
    ]

    @Test("Refused", arguments: cases)
    func refused(_ example: Case) throws {
        let scene = try GatewayScene()
        var configuration = scene.configuration
        example.change(&configuration)
        let error = #expect(throws: GatewayError.self) { try Gateway(configuration) }
        #expect(error?.description.contains(example.expected) == true, "\(error as Any)")
    }
}

final class LogLines: Sendable {
    private let lines = Mutex<[String]>([])
    var all: [String] { lines.withLock { $0 } }
    func add(_ line: String) { lines.withLock { $0.append(line) } }
}

/// Waits until something holds; false when it does not within a minute.
private func eventually(_ condition: () -> Bool) async -> Bool {
    let deadline = Date(timeIntervalSinceNow: 60)
    while Date() < deadline {
        if condition() { return true }
        try? await Task.sleep(for: .milliseconds(5))
    }
    return condition()
}
