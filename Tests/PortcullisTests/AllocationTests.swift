import CountedAllocations
import Foundation
import Portcullis
import RandomWorlds
import Testing

/// The claim is made for optimized code; unoptimized code makes closures and existentials on the heap.
#if DEBUG
private let isClaimed = false
#else
private let isClaimed = counted_allocations_available() == 1
#endif

@Suite("A check allocates nothing, once everything has been used once")
struct AllocationTests {
    /// An image, and requests that it decides.
    struct Subject {
        let image: VerifiedImage
        let requests: [CompactRequest]
    }

    /// Allocations of this thread while the body runs.
    private func allocations(_ body: () -> Void) -> UInt {
        let before = counted_allocations()
        body()
        return counted_allocations() - before
    }

    // MARK: The counter

    @Test(
        "The counter sees each way of allocating",
        .enabled(if: counted_allocations_available() == 1, "sanitizers have an allocator of their own")
    )
    func counter() {
        #expect(allocations {} == 0)
        var kept: [AnyObject] = []
        kept.reserveCapacity(1)
        #expect(allocations { kept.append(Box()) } == 1)
        var bytes: [UInt8] = []
        #expect(allocations { bytes.append(contentsOf: repeatElement(1, count: kept.count * 1_000)) } >= 1)
        #expect(
            allocations {
                let memory = UnsafeMutableRawPointer.allocate(byteCount: bytes.count, alignment: 64)
                unsafe memory.storeBytes(of: bytes[0], as: UInt8.self)
                kept.append(Box(unsafe memory.load(as: UInt8.self)))
                unsafe memory.deallocate()
            } >= 2
        )
    }

    private final class Box {
        let value: UInt8

        init(_ value: UInt8 = 0) { self.value = value }
    }

    // MARK: The checks

    /// The requests of the example.
    private static func example() throws -> Subject {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appendingPathComponent("Examples")
        let directory = try Directory(contentsOf: root.appendingPathComponent("acme").path)
        let lines = try Data(contentsOf: root.appendingPathComponent("requests.jsonl"))
            .split(separator: UInt8(ascii: "\n"))
        let requests = try lines.map { line in
            let document = try RequestDocument(reading: SourceText(Array(line), name: "requests"))
            let credential = try document.session.map {
                try CallerCredential($0, options: EvaluationOptions())
            }
            return try CompactRequest(
                document.request,
                credential: credential,
                at: document.at ?? RandomWorld.noon
            )
        }
        return Subject(image: try SnapshotCompiler().compile(directory), requests: requests)
    }

    private static func random(seed: UInt64) throws -> Subject {
        var world = try RandomWorld(seed: seed, requestCount: 0, .everything)
        let image = try SnapshotCompiler(options: world.options).compile(world.directory)
        var requests: [CompactRequest] = []
        for _ in 0..<300 {
            let question = world.nextRequest()
            // What cannot be laid out is denied before any check.
            guard let request = try? compact(question, world.options) else { continue }
            requests.append(request)
        }
        return Subject(image: image, requests: requests)
    }

    private static func compact(_ question: RandomRequest, _ options: EvaluationOptions) throws
        -> CompactRequest
    {
        let credential = try question.session.map { try CallerCredential($0, options: options) }
        return try CompactRequest(question.request, credential: credential, at: question.at)
    }

    /// Counts twice: what the first round makes, such as tables of the runtime, is made once.
    private func expectNone(_ subject: Subject, _ name: String) {
        let engine = AuthorizationEngine(subject.image)
        var reader = engine.makeReader()
        var decisions = [Decision](repeating: .malformedRequest, count: subject.requests.count)
        let requests = subject.requests.span
        var (single, batch, convenience) = (UInt.max, UInt.max, UInt.max)
        for _ in 0..<2 {
            single = allocations {
                for index in requests.indices { decisions[index] = reader.authorize(requests[index]) }
            }
            convenience = allocations {
                for index in requests.indices { decisions[index] = engine.authorize(requests[index]) }
            }
            var span = decisions.mutableSpan
            batch = allocations {
                for order in BatchOrder.allCases { reader.authorize(requests, into: &span, order) }
            }
        }
        #expect(single == 0 && batch == 0 && convenience == 0, "\(name): \((single, batch, convenience))")
        #expect(decisions.contains { $0.outcome == .allow }, "\(name)")
    }

    @Test(
        "Single, batch and convenience calls allocate nothing on the requests of the example",
        .enabled(if: isClaimed, "the claim is for optimized code without sanitizers")
    )
    func exampleRequests() throws {
        let subject = try Self.example()
        #expect(subject.requests.count > 40)
        expectNone(subject, "example")
    }

    @Test(
        "Single, batch and convenience calls allocate nothing on random worlds",
        .enabled(if: isClaimed, "the claim is for optimized code without sanitizers"),
        arguments: 0..<40 as Range<UInt64>
    )
    func randomWorlds(_ seed: UInt64) throws {
        let subject = try Self.random(seed: 900_000 + seed)
        #expect(subject.requests.count > 200)
        expectNone(subject, "seed \(seed)")
    }
}
