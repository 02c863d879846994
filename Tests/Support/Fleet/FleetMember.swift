import Foundation
import Portcullis
import SnapshotDelivery
import Synchronization

/// One process of the fleet: follows the store, and prints a line for each activation and each question.
///
///     activated REVISION NANOSECONDS OUTCOME      the probe, asked of the engine right after it was published
///     rejected TEXT
///     hash REVISION DIGEST                        of the directory in force, compiled with a fixed seed
struct FleetMember {
    let endpoints: [String]

    /// Remembers the directory of the last proposal, which the engine does not show.
    private final class Recorder: UpdateGate {
        let name = "recorder"
        let directory = Mutex(Directory())

        func judge(_ proposal: Proposal) async throws(GateRefusal) -> [String] {
            if let found = proposal.candidate.directory { directory.withLock { $0 = found } }
            return []
        }
    }

    func run() async throws {
        var etcd = try EtcdSettings(endpoints: endpoints)
        etcd.contactInterval = .seconds(1)
        etcd.retryIntervalMax = .milliseconds(500)
        var settings = FollowerSettings(trust: .unsigned)
        let recorder = Recorder()
        settings.gates = [recorder]
        let probe = try FleetPolicies.probe()
        let box = Mutex<AuthorizationEngine?>(nil)
        settings.observer = { event in
            switch event {
            case .activated(let report):
                let outcome = box.withLock { $0 }?.authorize(probe).outcome
                let isAllowed = outcome == .allow
                Self.say("activated \(report.storeRevision) \(Self.nanoseconds()) \(isAllowed)")
            case .rejected(let rejection): Self.say("rejected \(rejection)")
            default: break
            }
        }
        let follower = try SnapshotFollower(following: EtcdSource(etcd), settings)
        box.withLock { $0 = follower.engine }
        let task = Task { await follower.run() }
        let lines = AsyncStream<String> { continuation in
            let thread = Thread {
                while let line = readLine() { continuation.yield(line) }
                continuation.finish()
            }
            thread.start()
        }
        for await line in lines where line == "hash" {
            let revision = follower.storeRevision?.description ?? "0"
            let directory = recorder.directory.withLock { $0 }
            Self.say("hash \(revision) \(try FleetDigest.of(directory))")
        }
        task.cancel()
        await task.value
    }

    private static func say(_ line: String) {
        FileHandle.standardOutput.write(Data((line + "\n").utf8))
    }

    static func nanoseconds() -> UInt64 { DispatchTime.now().uptimeNanoseconds }
}

/// A digest of what a directory decides: that of its image, compiled with a fixed seed.
enum FleetDigest {
    static func of(_ directory: Directory) throws -> String {
        SHA256Digest(of: try SnapshotCompiler(seed: 1).compile(directory).bytes).description
    }
}
