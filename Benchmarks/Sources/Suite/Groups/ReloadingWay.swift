import Foundation
import Measuring
import Portcullis
import Synchronization
import Workloads

/// A way to put something else in force again and again, that changes no answer of the workload.
struct ReloadingWay {
    let name: String
    /// What decides meanwhile.
    let engine: AuthorizationEngine
    /// Whether it waits for its turn of ten a second.
    let isPaced: Bool
    /// Reloads once; the number counts up.
    let reload: @Sendable (Int) throws -> Void

    /// All ways; the last one may take longer than a tenth of a second, and then comes as often as it can.
    static func all(_ subject: Subject) throws -> [ReloadingWay] {
        let changes = try UnaskedChanges(subject.workload)
        let changed = try AuthorizationEngine(
            directory: subject.workload.directory,
            compiler: SnapshotCompiler(seed: 7)
        )
        let bytes = subject.image.bytes
        let replaced = AuthorizationEngine(subject.image)
        let directory = subject.workload.directory
        let image: @Sendable (Int) throws -> Void = { _ in
            replaced.replace(with: try VerifiedImage(verifying: bytes))
        }
        return [
            // What another busy thread costs by itself, where two threads share a core, or a core's frequency.
            ReloadingWay(name: "a busy thread that reloads nothing", engine: replaced, isPaced: false) {
                Self.count($0)
            },
            ReloadingWay(name: "changes of a role", engine: changed, isPaced: true) {
                try changed.apply([changes.ofRole($0)])
            },
            ReloadingWay(name: "changes of a managed policy", engine: changed, isPaced: true) {
                try changed.apply([changes.ofPolicy($0)])
            },
            ReloadingWay(name: "verified images", engine: replaced, isPaced: true, reload: image),
            ReloadingWay(
                name: "verified images without pause",
                engine: replaced,
                isPaced: false,
                reload: image
            ),
            ReloadingWay(name: "whole compiles", engine: replaced, isPaced: true) { _ in
                replaced.replace(with: try SnapshotCompiler(seed: 7).compile(directory))
            },
        ]
    }
}

extension ReloadingWay {
    /// About a millisecond of numbers, without memory.
    @inline(never)
    private static func count(_ seed: Int) {
        var number = UInt64(truncatingIfNeeded: seed) | 1
        for _ in 0..<1_000_000 { number = number &* 6_364_136_223_846_793_005 &+ 1 }
        spun.store(number, ordering: .relaxed)
    }

    /// Kept, so that the work cannot be left out.
    private static let spun = Atomic<UInt64>(0)
}

/// Changes that take something away which no request of the workload asks for.
struct UnaskedChanges: Sendable {
    private let roles: [ARN]
    private let policies: [(arn: ARN, texts: [ValidatedPolicy])]
    private let denials: [ValidatedPolicy]
    private static let policiesMax = 200

    init(_ workload: Workload) throws {
        let directory = workload.directory
        roles = directory.accounts.values.flatMap(\.roles.values).map(\.arn).sorted { $0.text < $1.text }
        func read(_ text: String) throws -> ValidatedPolicy {
            try PolicyReader().read(SourceText(text), as: .identity)
        }
        func denial(_ number: Int) -> String {
            #"{"Effect":"Deny","Action":"unasked:Action\#(number)","Resource":"*"}"#
        }
        denials = try (0..<2).map { try read(#"{"Version":"2012-10-17","Statement":[\#(denial($0))]}"#) }
        let openings = [#""Statement":["#, #""Statement": ["#]
        policies = try workload.world.policies.prefix(Self.policiesMax).compactMap { policy in
            let arn = "arn:aws:iam::\(World.account):policy/\(policy.id)"
            // One statement outside a list is left as it is.
            guard let name = ARN(UTF8Text(arn)),
                let opening = openings.first(where: { policy.document.contains($0) })
            else { return nil }
            return (
                name,
                try (0..<2).map {
                    try read(
                        policy.document.replacing(
                            opening,
                            with: opening + denial($0) + ",",
                            maxReplacements: 1
                        )
                    )
                }
            )
        }
        if policies.isEmpty { throw WorkloadError("\(workload.name): no policy can be changed") }
    }

    /// Another own policy for one role after the other.
    func ofRole(_ number: Int) -> DirectoryChange {
        .putInlinePolicy("unasked", denials[number % 2], of: roles[number * 7_919 % roles.count])
    }

    /// One managed policy after the other with a statement more, or another one.
    func ofPolicy(_ number: Int) -> DirectoryChange {
        let (arn, texts) = policies[number * 7 % policies.count]
        return .putManagedPolicy(arn, texts[number / policies.count % 2])
    }
}

/// A thread that reloads until it is stopped.
final class Reloader: Sendable {
    private let count = Atomic<Int>(0)
    private let failure = Mutex<(any Error)?>(nil)
    private let start = WallClock().now()

    /// Starts the thread.
    func run(_ way: ReloadingWay) -> RepeatedTask {
        let interval = way.isPaced ? UInt64(1_000_000_000 / ReloadingCost.reloadsPerSecond) : 0
        return RepeatedTask { [self] isStopped in
            var next = WallClock().now()
            while !isStopped() {
                do { try way.reload(count.load(ordering: .relaxed)) } catch {
                    failure.withLock { $0 = error }
                    return
                }
                count.add(1, ordering: .relaxed)
                next += interval
                let now = WallClock().now()
                if next > now { usleep(UInt32((next - now) / 1_000)) } else { next = now }
            }
        }
    }

    /// How often it reloaded, once the thread is stopped.
    ///
    /// - Throws: what kept it from reloading.
    func reloadsPerSecond() throws -> Double {
        if let failure = failure.withLock({ $0 }) { throw failure }
        return Double(count.load(ordering: .relaxed)) * 1e9 / Double(WallClock().now() - start)
    }
}
