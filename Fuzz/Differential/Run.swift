import Foundation
import RandomWorlds
import Synchronization
import Vocabulary

/// One run: threads that ask, one place that counts and writes.
final class Run: Sendable {
    private struct State {
        var tally = Tally()
        var lastProgress = 0
        var isStopped = false
        var messages: [String] = []
    }

    /// One for each of two cores.
    static let threadCount = 2
    private static let requestsPerWorld = 1_000
    /// Differences after which a run ends, since more of them say no more.
    private static let differencesMax = 20

    private let settings: Settings
    private let start = ContinuousClock.now
    private let state = Mutex(State())
    private let isTerminal = isatty(STDERR_FILENO) == 1

    init(_ settings: Settings) { self.settings = settings }

    /// Runs all threads to the end; answers whether there was no difference.
    func perform(_ work: @Sendable (_ thread: Int) throws -> Void) -> Bool {
        DispatchQueue.concurrentPerform(iterations: Self.threadCount) { thread in
            do {
                try work(thread)
            } catch {
                stop("differential: \(error)")
            }
        }
        return state.withLock { state in
            if isTerminal { FileHandle.standardError.write(Data("\r\u{1B}[K".utf8)) }
            for message in state.messages { say(message) }
            for line in state.tally.lines { say(line) }
            say("worlds: \(state.tally.worlds), \(rate(state.tally.requests)) requests/s, \(elapsed) s")
            say("\(state.tally.passed) passed, \(state.tally.failed) failed")
            return state.tally.failed == 0 && state.messages.isEmpty
        }
    }

    // MARK: Random worlds

    /// One thread's worlds.
    func askRandomWorlds(_ thread: Int) throws {
        if let seed = settings.world {
            if thread == 0 { _ = try ask(seed, requests: settings.requests ?? Self.requestsPerWorld) }
            return
        }
        var seeds = RandomSource(seed: settings.seed &+ UInt64(thread) &* 0x1234_5678_9ABC_DEF1)
        var left = settings.requests.map { ($0 + Self.threadCount - 1) / Self.threadCount } ?? Int.max
        while left > 0, !isOver {
            let requests = min(left, Self.requestsPerWorld)
            try ask(seeds.next(), requests: requests)
            left -= requests
        }
    }

    private func ask(_ seed: UInt64, requests: Int) throws {
        var world: RandomWorld
        do {
            world = try RandomWorld(seed: seed, requestCount: 0, .everything)
        } catch {
            return stop("world \(seed) cannot be made: \("\(error)".prefix(2_000))")
        }
        var both = try SideBySide(world.directory, world.options, seed: seed)
        var tally = Tally()
        tally.addWorld()
        for _ in 0..<requests {
            let question = world.nextRequest()
            let (reference, index) = both.ask(question)
            tally.add(reference, agrees: reference == index)
            if reference != index {
                report(reference, index, in: "world \(seed)", Disagreement(question, world))
                break
            }
        }
        add(tally)
    }

    // MARK: Counting

    /// Whether the time is up or too much differs.
    var isOver: Bool {
        if let seconds = settings.seconds, elapsed >= seconds { return true }
        return state.withLock { $0.isStopped || $0.tally.failed >= Self.differencesMax }
    }

    private var elapsed: Int { Int((ContinuousClock.now - start).components.seconds) }

    private func rate(_ requests: Int) -> Int {
        let duration = (ContinuousClock.now - start).components
        let milliseconds = duration.seconds * 1_000 + duration.attoseconds / 1_000_000_000_000_000
        return requests * 1_000 / max(1, Int(milliseconds))
    }

    func add(_ tally: Tally) {
        let line: String? = state.withLock { state in
            state.tally += tally
            guard isTerminal, elapsed > state.lastProgress else { return nil }
            state.lastProgress = elapsed
            return
                "\(state.tally.requests) requests, \(rate(state.tally.requests))/s, \(state.tally.failed) failed"
        }
        if let line { FileHandle.standardError.write(Data("\r\u{1B}[K\(line)".utf8)) }
    }

    func stop(_ message: String) {
        state.withLock { state in
            state.messages.append(message)
            state.isStopped = true
        }
    }

    /// Shrinks a difference, writes it as a vector and says so.
    func report(_ reference: Answer, _ index: Answer, in place: String, _ disagreement: Disagreement) {
        let isReproducible = disagreement.answers.map { $0.reference != $0.index } ?? false
        var small = disagreement
        small.shrink()
        let id = "differential-" + place.replacing(" ", with: "-")
        state.withLock { state in
            state.messages.append("\(place): the reference says \(reference), the index \(index)")
            if !isReproducible { state.messages.append("  (the vector alone does not show it)") }
            do {
                let file = try FileHandle(forWritingTo: created(settings.worldsFile))
                try file.seekToEnd()
                try file.write(contentsOf: Data((small.vector(id: id) + "\n").utf8))
                try file.close()
                state.messages.append("  written to \(settings.worldsFile) as \(id)")
            } catch {
                state.messages.append("  cannot be written to \(settings.worldsFile): \(error)")
            }
        }
    }

    private func created(_ path: String) -> URL {
        if !FileManager.default.fileExists(atPath: path) {
            _ = FileManager.default.createFile(atPath: path, contents: nil)
        }
        return URL(fileURLWithPath: path)
    }
}
