import Vocabulary

/// Memory of a prepared request for what it found in a snapshot, made once and filled anew after each swap.
///
///     ┌───────────────┬────────────────────┬───────────────────────┐
///     │ session's ARN │ candidates: caller │ candidates: the check │
///     └───────────────┴────────────────────┴───────────────────────┘
@safe final class PreparedRoom {
    private let base: UnsafeMutableRawPointer
    private let nameBytes: Int
    /// How many candidates there is room for in each part.
    let candidateCount: Int

    init(nameBytes: Int, candidateCount: Int) {
        self.nameBytes = (nameBytes + 15) / 16 * 16
        self.candidateCount = candidateCount
        let byteCount = self.nameBytes + 2 * candidateCount * MemoryLayout<Candidate>.stride
        // INVARIANT: allocated here for all three parts, zeroed, and freed in deinit.
        unsafe base = .allocate(byteCount: byteCount, alignment: 16)
        unsafe base.initializeMemory(as: UInt8.self, repeating: 0, count: byteCount)
    }

    /// Other memory, with room for more candidates.
    func copy(candidateCount: Int) -> PreparedRoom {
        PreparedRoom(nameBytes: nameBytes, candidateCount: candidateCount)
    }

    deinit { unsafe base.deallocate() }

    /// Keeps a name that a check made in its working memory; nil for one that is too long.
    func keep(_ name: ByteView) -> ByteView? {
        guard name.count <= nameBytes else { return nil }
        // INVARIANT: the name fits the first part and comes from other memory.
        unsafe name.copy(to: base)
        return unsafe ByteView(start: base.assumingMemoryBound(to: UInt8.self), count: name.count)
    }

    /// The candidates of the caller's own layers.
    private var own: UnsafeMutablePointer<Candidate> {
        // INVARIANT: the second part begins here, aligned, with room for `candidateCount`.
        unsafe (base + nameBytes).assumingMemoryBound(to: Candidate.self)
    }

    /// Keeps the first candidates of a check, of which there are no more than ``candidateCount``.
    func keepOwn(_ count: Int, from scratch: ScratchView) {
        precondition(count <= candidateCount)
        // INVARIANT: the precondition keeps every index inside the second part.
        for index in 0..<count { unsafe own[index] = scratch.candidate(index) }
    }

    /// Hands some of the caller's candidates to a check.
    func appendOwn(_ range: Range<Int>, to check: inout Check) {
        precondition(range.upperBound <= candidateCount)
        for index in range where check.candidateCount < Scratch.candidatesMax {
            // INVARIANT: the precondition keeps every index inside the second part.
            check.scratch.setCandidate(check.candidateCount, unsafe own[index])
            check.candidateCount += 1
        }
    }

    /// Keeps all candidates of a check, of which there are no more than ``candidateCount``.
    func keepAll(of check: Check) {
        let (count, scratch) = (check.candidateCount, check.scratch)
        precondition(count <= candidateCount)
        // INVARIANT: the precondition keeps every index inside the third part.
        for index in 0..<count { unsafe all[index] = scratch.candidate(index) }
    }

    private var all: UnsafeMutablePointer<Candidate> {
        // INVARIANT: the third part follows the second, which has `candidateCount` candidates.
        unsafe own + candidateCount
    }

    /// A check's working memory with the candidates that ``keepAll(of:)`` kept.
    @inline(__always)
    func withCandidates(_ scratch: ScratchView) -> ScratchView {
        // INVARIANT: a check over kept candidates collects none.
        unsafe scratch.withCandidates(at: all)
    }
}
