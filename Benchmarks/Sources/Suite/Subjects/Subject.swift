import Measuring
import Portcullis
import Workloads

/// A workload made ready: compiled, its answers compared, with a reader and the floor beside it.
@safe final class Subject {
    let workload: Workload
    let image: VerifiedImage
    let engine: AuthorizationEngine
    let floor: FloorTables
    /// What compiling it once took, on the wall.
    let compileMilliseconds: Double
    private var reader: AuthorizationReader
    private let decisions: UnsafeMutableBufferPointer<Decision>
    /// Kept, so that no run can be left out as useless.
    private(set) var sum: UInt64 = 0

    /// Compiles a workload and compares all answers, one by one and in a batch, with the reference evaluator's.
    ///
    /// - Throws: ``WrongAnswers`` where one differs.
    init(_ workload: Workload) throws {
        self.workload = workload
        let (clock, start) = (WallClock(), WallClock().now())
        image = try SnapshotCompiler(seed: 7).compile(workload.directory)
        compileMilliseconds = Double(clock.now() - start) / 1e6
        engine = AuthorizationEngine(image)
        reader = engine.makeReader()
        // INVARIANT: filled here and freed in deinit.
        unsafe decisions = .allocate(capacity: workload.requests.count)
        unsafe decisions.initialize(repeating: .malformedRequest)
        guard let floor = FloorTables(workload, byteCount: image.byteCount) else {
            throw WorkloadError("no memory for the floor of \(workload.name)")
        }
        self.floor = floor
        try compareAnswers()
    }

    deinit { unsafe decisions.deallocate() }

    private func compareAnswers() throws {
        var wrong = 0
        for (request, outcome) in zip(workload.requests, workload.expected)
        where reader.authorize(request).outcome != outcome { wrong += 1 }
        try WrongAnswers.demandNone(wrong, of: "single checks", in: workload.name)
        decideBatch(workload.requests.indices)
        wrong = unsafe zip(decisions, workload.expected).count { $0.outcome != $1 }
        try WrongAnswers.demandNone(wrong, of: "a batch", in: workload.name)
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

    /// Nanoseconds of processor time a request of each of the four kinds of work, one after the other.
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
        let clock = ThreadClock()
        var times: [Double] = []
        for first in stride(from: 0, to: count, by: 512) {
            let part = first..<min(first + 512, count)
            let start = clock.now()
            work(part)
            times.append(Double(clock.now() - start) / Double(part.count))
        }
        return Summary(times).median
    }
}

/// One round: nanoseconds a request.
struct Round {
    let floor: Double
    let single: Double
    let floorBatch: Double
    let batch: Double
}

/// The index answered differently than the reference evaluator: no figure of it counts.
struct WrongAnswers: Error, CustomStringConvertible {
    let description: String

    static func demandNone(_ count: Int, of work: String, in workload: String) throws {
        guard count == 0 else {
            throw WrongAnswers(description: "\(workload): \(count) wrong answers of \(work)")
        }
    }
}
