import Foundation
import Portcullis
import Synchronization

/// Decisions as JSON Lines: each with the request, so that it can be decided again, and what was answered.
///
///     let log = DecisionLog(DecisionLogSettings(path: "decisions.jsonl"), follower: follower)
///     var reader = RecordingReader(follower.engine.makeReader(), log.makeRecorder())
///     let decision = reader.authorize(request)
///
/// Each recorder, one a thread, writes into a ring of its own; one thread drains all rings into the file. A check never
/// waits for the file: what finds its ring full is dropped and counted.
public final class DecisionLog: Sendable {
    private let settings: DecisionLogSettings
    private let provenance: @Sendable (Decision) -> StoreRevision?
    private let mask: ContextMask
    private let rings = Guarded<[DecisionRing]>([])
    private let past = Guarded(DecisionLogCounts())
    private let file: Guarded<LogFile>
    private let wake = DispatchSemaphore(value: 0)
    private let stopped = DispatchSemaphore(value: 0)
    private let isClosed = Atomic<Bool>(false)

    /// A log that writes from now on.
    ///
    /// - Parameter follower: who knows by which revision of the store a decision was made; nil to leave that out.
    public init(_ settings: DecisionLogSettings, follower: SnapshotFollower? = nil) {
        self.settings = settings
        mask = ContextMask(settings.maskedKeys)
        provenance = { [weak follower] in follower?.provenance(of: $0)?.storeRevision }
        file = Guarded(
            LogFile(
                path: settings.path,
                byteCountMax: settings.fileByteCountMax,
                keptCount: settings.keptFileCount
            )
        )
        let interval = DispatchTimeInterval.milliseconds(max(1, Int(settings.drainInterval.milliseconds)))
        let (wake, stopped) = (wake, stopped)
        let thread = Thread { [weak self] in
            while let log = self, !log.isClosed.load(ordering: .acquiring) {
                log.drain()
                _ = wake.wait(timeout: .now() + interval)
            }
            self?.drain()
            stopped.signal()
        }
        thread.name = "portcullis-log"
        thread.start()
    }

    deinit {
        isClosed.store(true, ordering: .releasing)
        wake.signal()
        drain()
    }

    /// A recorder for one thread; it allocates a ring.
    public func makeRecorder() -> DecisionRecorder {
        let ring = DecisionRing(slotCount: settings.slotCount, slotByteCount: settings.slotByteCount)
        rings.withLock { $0.append(ring) }
        return DecisionRecorder(ring, settings.sampling)
    }

    /// What was recorded, dropped and written so far.
    public var counts: DecisionLogCounts {
        rings.withLock { rings in
            var counts = past.withLock { $0 }
            for ring in rings { counts.add(ring) }
            return counts
        }
    }

    /// Writes what was recorded before the call.
    public func flush() { drain() }

    /// Writes what was recorded, and ends; what is recorded from now on is lost.
    public func close() {
        guard !isClosed.exchange(true, ordering: .acquiringAndReleasing) else { return }
        wake.signal()
        stopped.wait()
        file.withLock { $0.close() }
    }

    // MARK: The writer's side

    /// Lines that are encoded before they are written.
    private static let batchCount = 512

    private func drain() {
        file.withLock { file in
            for ring in rings.withLock({ $0 }) {
                // Asked before it is emptied, so that nothing is left in a ring that goes.
                let isAbandoned = ring.isAbandoned
                while drain(ring, into: &file) == Self.batchCount {}
                if isAbandoned { forget(ring) }
            }
        }
    }

    private func drain(_ ring: DecisionRing, into file: inout LogFile) -> Int {
        var lines: [UInt8] = []
        let count = ring.take(atMost: Self.batchCount) { record in
            lines += record.line(mask, storeRevision: provenance(record.decision)).utf8
            lines.append(UInt8(ascii: "\n"))
        }
        guard count > 0 else { return 0 }
        do throws(FileFailure) {
            try file.append(lines)
            past.withLock {
                $0.written += UInt64(count)
                $0.failure = nil
            }
        } catch {
            past.withLock {
                $0.lost += UInt64(count)
                $0.failure = error.description
            }
        }
        return count
    }

    private func forget(_ ring: DecisionRing) {
        rings.withLock { rings in
            guard let index = rings.firstIndex(where: { $0 === ring }) else { return }
            rings.remove(at: index)
            past.withLock { $0.add(ring) }
        }
    }
}

extension DecisionLogCounts {
    fileprivate mutating func add(_ ring: DecisionRing) {
        recorded += ring.recorded
        dropped += ring.dropped
        abridged += ring.abridged
    }
}
