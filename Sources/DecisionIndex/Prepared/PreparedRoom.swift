import Vocabulary

/// Memory of a prepared request for what it found in a snapshot, made once and filled anew after each swap.
///
///     ┌───────┬────────────────────────┬─────────────────┬───────────────┐
///     │ check │ candidates: of a check │ of the caller   │ session's ARN │
///     └───────┴────────────────────────┴─────────────────┴───────────────┘
@safe final class PreparedRoom {
    private let base: UnsafeMutableRawPointer
    private let nameBytes: Int
    /// How many candidates there is room for in each part.
    let candidateCount: Int

    private static let checkBytes = (MemoryLayout<Check>.size + 63) / 64 * 64
    private var listBytes: Int { candidateCount * MemoryLayout<Candidate>.stride }

    init(nameBytes: Int, candidateCount: Int) {
        self.nameBytes = nameBytes
        self.candidateCount = candidateCount
        let lists = 2 * candidateCount * MemoryLayout<Candidate>.stride
        let byteCount = Self.checkBytes + lists + nameBytes
        // INVARIANT: allocated here for all four parts, zeroed, and freed in deinit.
        unsafe base = .allocate(byteCount: byteCount, alignment: 64)
        unsafe base.initializeMemory(as: UInt8.self, repeating: 0, count: byteCount)
    }

    deinit { unsafe base.deallocate() }

    /// A check with its caller resolved.
    ///
    /// Before one was put here nobody reads it, since ``PreparedState/finding`` says so.
    var check: Check {
        @inline(__always) unsafeAddress {
            // INVARIANT: the block begins with room for a check, which holds plain values only.
            unsafe UnsafePointer(base.assumingMemoryBound(to: Check.self))
        }
        @inline(__always) unsafeMutableAddress {
            // INVARIANT: as for reading; the only owner changes it.
            unsafe base.assumingMemoryBound(to: Check.self)
        }
    }

    /// Other memory, with room for more candidates.
    func copy(candidateCount: Int) -> PreparedRoom {
        PreparedRoom(nameBytes: nameBytes, candidateCount: candidateCount)
    }

    /// Keeps a name that a check made in its working memory; nil for one that is too long.
    func keep(_ name: ByteView) -> ByteView? {
        guard name.count <= nameBytes else { return nil }
        let place = unsafe base + Self.checkBytes + 2 * listBytes
        // INVARIANT: the name fits the last part and comes from other memory.
        unsafe name.copy(to: place)
        return unsafe ByteView(start: place.assumingMemoryBound(to: UInt8.self), count: name.count)
    }

    /// The candidates of the check.
    private var all: UnsafeMutablePointer<Candidate> {
        @inline(__always) get {
            // INVARIANT: the second part begins here, aligned, with room for `candidateCount`.
            unsafe (base + Self.checkBytes).assumingMemoryBound(to: Candidate.self)
        }
    }

    /// The candidates of the caller's own layers.
    private var own: UnsafeMutablePointer<Candidate> {
        // INVARIANT: the third part follows the second, which has `candidateCount` candidates.
        unsafe all + candidateCount
    }

    /// Keeps the first candidates of a check, of which there are no more than ``candidateCount``.
    func keepOwn(_ count: Int, from scratch: ScratchView) {
        precondition(count <= candidateCount)
        // INVARIANT: the precondition keeps every index inside the third part.
        for index in 0..<count { unsafe own[index] = scratch.candidate(index) }
    }

    /// Hands some of the caller's candidates to the check.
    func appendOwn(_ range: Range<Int>) {
        precondition(range.upperBound <= candidateCount)
        for index in range where check.candidateCount < Scratch.candidatesMax {
            // INVARIANT: the precondition keeps every index inside the third part.
            check.scratch.setCandidate(check.candidateCount, unsafe own[index])
            check.candidateCount += 1
        }
    }

    /// Keeps the candidates that the check has collected in a reader's working memory, if there is room.
    func keepAll() -> Bool {
        guard check.candidateCount <= candidateCount else { return false }
        // INVARIANT: the guard keeps every index inside the second part.
        for index in 0..<check.candidateCount { unsafe all[index] = check.scratch.candidate(index) }
        return true
    }

    /// Makes the check use a reader's working memory, with the candidates that ``keepAll()`` kept.
    @inline(__always)
    func begin(_ scratch: ScratchView, factEnd: Int) {
        // INVARIANT: a check over kept candidates collects none.
        check.beginAnew(unsafe scratch.withCandidates(at: all), factEnd: factEnd)
    }
}
