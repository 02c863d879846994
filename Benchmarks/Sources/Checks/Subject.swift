import Foundation
import Portcullis

/// A workload made ready: compiled, with a reader and the floor beside it.
@safe final class Subject {
    let workload: Workload
    let image: VerifiedImage
    let engine: AuthorizationEngine
    let compileTime: Duration
    private let floor: FloorTables
    private var reader: AuthorizationReader
    private let decisions: UnsafeMutableBufferPointer<Decision>
    /// Kept, so that no run can be left out as useless.
    private(set) var sum: UInt64 = 0

    init?(_ workload: Workload) throws {
        self.workload = workload
        let start = ContinuousClock.now
        image = try SnapshotCompiler(seed: 7).compile(workload.directory)
        compileTime = ContinuousClock.now - start
        engine = AuthorizationEngine(image)
        reader = engine.makeReader()
        // INVARIANT: filled here and freed in deinit.
        unsafe decisions = .allocate(capacity: workload.requests.count)
        unsafe decisions.initialize(repeating: .malformedRequest)
        guard let floor = FloorTables(workload, byteCount: image.byteCount) else { return nil }
        self.floor = floor
    }

    deinit { unsafe decisions.deallocate() }

    /// Answers that differ from the reference evaluator's, one by one and in a batch, and the reference's
    /// answers that differ from those that came with the workload.
    func wrongAnswers() -> (single: Int, batch: Int, ofGenerator: Int) {
        var single = 0
        for (request, outcome) in zip(workload.requests, workload.expected)
        where reader.authorize(request).outcome != outcome { single += 1 }
        decideBatch(workload.requests.indices)
        let batch = unsafe zip(decisions, workload.expected).count { $0.outcome != $1 }
        return (single, batch, zip(workload.stated, workload.expected).count { $0 != $1 })
    }

    private func decideBatch(_ part: Range<Int>) {
        let requests = workload.requests
        // INVARIANT: the buffer holds a decision for each request, and nobody else uses it meanwhile.
        var span = unsafe MutableSpan(_unsafeElements: UnsafeMutableBufferPointer(rebasing: decisions[part]))
        reader.authorize(requests.span.extracting(part), into: &span)
    }

    private func decideSingle(_ part: Range<Int>) {
        let requests = workload.requests
        sum &+= Self.allowed(requests.span, part, &reader)
    }

    private static func allowed(
        _ requests: Span<CompactRequest>,
        _ part: Range<Int>,
        _ reader: inout AuthorizationReader
    ) -> UInt64 {
        var count: UInt64 = 0
        for index in part where reader.authorize(requests, at: index).isAllowed { count += 1 }
        return count
    }

    /// Nanoseconds a request of each of the four kinds of work, one after the other.
    func round() -> Round {
        Round(
            floor: time { sum &+= floor.run($0) },
            single: time { decideSingle($0) },
            floorBatch: time { sum &+= floor.runBatched($0) },
            batch: time { decideBatch($0) }
        )
    }

    /// All requests, in parts of 512; the median part counts, so that one in which the thread lost its processor
    /// and its caches to another process does not.
    private func time(_ work: (Range<Int>) -> Void) -> Double {
        let count = workload.requests.count
        var times: [Double] = []
        for first in stride(from: 0, to: count, by: 512) {
            let part = first..<min(first + 512, count)
            let start = Self.threadNanoseconds()
            work(part)
            times.append(Double(Self.threadNanoseconds() - start) / Double(part.count))
        }
        return times.median
    }

    /// The processor time of this thread, so that other processes on the machine do not count.
    private static func threadNanoseconds() -> Int64 {
        var time = timespec()
        unsafe clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }
}

/// One round: nanoseconds a request.
struct Round {
    let floor: Double
    let single: Double
    let floorBatch: Double
    let batch: Double
}

extension Duration {
    var nanoseconds: Double {
        Double(components.seconds) * 1e9 + Double(components.attoseconds) / 1e9
    }
}

extension [Double] {
    var median: Double { isEmpty ? .nan : sorted()[count / 2] }
}
