import CPortcullis
import Foundation
import Synchronization
import Testing

@Suite("Threads of the C functions")
struct ThreadTests {
    /// A handle on its way to another thread.
    private struct Passed: @unchecked Sendable {
        let handle: OpaquePointer?
    }

    /// Runs something on a thread of its own, and waits for the thread's end.
    private static func elsewhere<Result: Sendable>(_ body: @escaping @Sendable () -> Result) throws -> Result
    {
        let place = Place<Result>()
        var thread = pthread_t()
        let context = Unmanaged.passRetained(Body { place.result.withLock { $0 = body() } })
        pthread_create(
            &thread,
            nil,
            { context in
                guard let context else { return nil }
                Unmanaged<Body>.fromOpaque(context).takeRetainedValue().run()
                return nil
            },
            context.toOpaque()
        )
        pthread_join(thread, nil)
        return try #require(place.result.withLock { $0 })
    }

    private final class Body: Sendable {
        let run: @Sendable () -> Void
        init(_ run: @escaping @Sendable () -> Void) { self.run = run }
    }

    private final class Place<Result: Sendable>: Sendable {
        let result = Mutex<Result?>(nil)
    }

    @Test("Readers and requests are their thread's, while it lives")
    func wrongThread() throws {
        let engine = try Scene.open(Scene.acme)
        defer { portcullis_close(engine) }
        let (reader, request) = (try Scene.reader(engine), try Scene.request())
        let (passedReader, passedRequest) = (Passed(handle: reader), Passed(handle: request))
        let results = try Self.elsewhere { () -> [Int32] in
            var own: OpaquePointer?
            portcullis_request_create(&own)
            defer { portcullis_request_destroy(own) }
            var decision = Scene.emptyDecision
            return [
                portcullis_check(passedReader.handle, own, &decision),
                portcullis_reader_destroy(passedReader.handle),
                portcullis_request_set_action(passedRequest.handle, "a:b", 3),
                portcullis_request_destroy(passedRequest.handle),
            ]
        }
        #expect(results.allSatisfy { Int($0) == PORTCULLIS_ERROR_WRONG_THREAD })
        _ = try Scene.check(reader, request)
        try Scene.ok(portcullis_reader_destroy(reader))
        try Scene.ok(portcullis_request_destroy(request))
    }

    @Test("What an ended thread leaves behind can be destroyed by any, but not used")
    func orphans() throws {
        let engine = Passed(handle: try Scene.open(Scene.acme))
        defer { portcullis_close(engine.handle) }
        let (reader, request) = try Self.elsewhere { () -> (Passed, Passed) in
            var (reader, request): (OpaquePointer?, OpaquePointer?)
            portcullis_reader_create(engine.handle, &reader)
            portcullis_request_create(&request)
            return (Passed(handle: reader), Passed(handle: request))
        }
        #expect(Int(portcullis_request_prepare(request.handle)) == PORTCULLIS_ERROR_WRONG_THREAD)
        try Scene.ok(portcullis_reader_destroy(reader.handle))
        try Scene.ok(portcullis_request_destroy(request.handle))
        #expect(Int(portcullis_reader_destroy(reader.handle)) == PORTCULLIS_ERROR_CLOSED)
    }

    @Test("Each thread has the words of its own last failure")
    func messages() throws {
        #expect(portcullis_close(nil) != 0)
        let other = try Self.elsewhere { Scene.lastMessage }
        #expect(other.isEmpty)
        #expect(Scene.lastMessage == "`engine` is NULL")
    }

    @Test("Threads check by readers of their own while policies are read anew and the engine is closed")
    func reloading() throws {
        let engine = Passed(handle: try Scene.open(Scene.acme))
        let isOver = Flag()
        let wrong = Flag()
        let threads = (0..<2).map { _ in
            Thread {
                var (reader, request): (OpaquePointer?, OpaquePointer?)
                portcullis_reader_create(engine.handle, &reader)
                request = try? Scene.request()
                var decision = Scene.emptyDecision
                while !isOver.isSet.load(ordering: .relaxed) {
                    let result = portcullis_check(reader, request, &decision)
                    let isDenied = result == 0 && decision.outcome == Int32(PORTCULLIS_EXPLICIT_DENY)
                    let isClosed = Int(result) == PORTCULLIS_ERROR_CLOSED && decision.outcome == 0
                    if !isDenied, !isClosed { wrong.isSet.store(true, ordering: .relaxed) }
                    if result != 0 { break }
                }
                portcullis_request_destroy(request)
                portcullis_reader_destroy(reader)
                isOver.count.add(1, ordering: .relaxed)
            }
        }
        for thread in threads { thread.start() }
        for _ in 0..<20 { try Scene.ok(portcullis_reload(engine.handle)) }
        try Scene.ok(portcullis_close(engine.handle))
        for _ in 0..<1_000 where isOver.count.load(ordering: .relaxed) < 2 { usleep(10_000) }
        isOver.isSet.store(true, ordering: .relaxed)
        let (ended, isWrong) = (isOver.count.load(ordering: .relaxed), wrong.isSet.load(ordering: .relaxed))
        #expect(ended == 2)
        #expect(!isWrong)
    }

    private final class Flag: Sendable {
        let isSet = Atomic<Bool>(false)
        let count = Atomic<Int>(0)
    }
}
