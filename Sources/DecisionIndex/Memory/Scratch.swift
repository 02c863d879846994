/// Working memory of one reader, made once and reused by every check; one check uses it at a time.
///
///        0  facts: texts made during a check, such as the time        8 KiB
///     8192  candidates: policy chunks that may concern the action    60 KiB
///        …  passing: policies whose actions are still to be compared 10 KiB
///        …  automaton: states and steps of one pattern             136 KiB
@safe final class Scratch: @unchecked Sendable {
    private let base: UnsafeMutableRawPointer

    static let factBytes = 8 << 10
    /// What a role may add to the session's ARN and to `aws:userid`.
    ///
    /// The session's name stands in both; room for times and ages is left.
    static let roleTextsBytesMax = 3 << 10
    /// As many chunks as may bear on one request (``CheckBound``).
    ///
    /// AWS's quotas allow 1,250 on a user with ten groups full of the shortest inline policies, 560 on the levels of
    /// both guardrails, 20 on boundary, resource and endpoint, and sessions have 128. One more is written over and
    /// not counted.
    static let candidatesMax = 2_560
    static let candidateBytes = (candidatesMax + 8) * MemoryLayout<Candidate>.stride
    static let passingBytes = (candidatesMax + 16) * 4
    static let automatonWords = 17 << 10

    init() {
        let byteCount =
            Self.factBytes + Self.candidateBytes + Self.passingBytes + Self.automatonWords * 8
        // INVARIANT: allocated here, zeroed, freed in deinit, and never handed out beyond a check.
        unsafe base = .allocate(byteCount: byteCount, alignment: 64)
        unsafe base.initializeMemory(as: UInt8.self, repeating: 0, count: byteCount)
    }

    deinit { unsafe base.deallocate() }

    /// The memory for one check.
    var view: ScratchView { unsafe ScratchView(base: base) }
}

/// Working memory while a check runs.
@safe struct ScratchView {
    private let facts: UnsafeMutablePointer<UInt8>
    private var candidates: UnsafeMutablePointer<Candidate>
    private let passing: UnsafeMutablePointer<UInt32>
    private let words: UnsafeMutablePointer<UInt64>

    fileprivate init(base: UnsafeMutableRawPointer) {
        // INVARIANT: the parts lie inside the allocation one after the other, each aligned for its type.
        unsafe facts = base.assumingMemoryBound(to: UInt8.self)
        unsafe candidates = (base + Scratch.factBytes).assumingMemoryBound(to: Candidate.self)
        let passing = unsafe base + Scratch.factBytes + Scratch.candidateBytes
        unsafe self.passing = passing.assumingMemoryBound(to: UInt32.self)
        unsafe words = (passing + Scratch.passingBytes).assumingMemoryBound(to: UInt64.self)
    }

    /// The same working memory, with the candidates of ``PreparedRoom``, which stay from check to check.
    ///
    /// - INVARIANT: as many candidates stand there as the check counts, and it collects no more.
    @inline(__always) func withCandidates(at place: UnsafeMutablePointer<Candidate>) -> ScratchView {
        var view = self
        unsafe view.candidates = place
        return view
    }

    @inline(__always) func setCandidate(_ index: Int, _ candidate: Candidate) {
        assert(index <= Scratch.candidatesMax)
        // INVARIANT: whoever collects candidates stops at `candidatesMax`, and there is room for one more.
        unsafe candidates[index] = candidate
    }

    @inline(__always) func candidate(_ index: Int) -> Candidate {
        assert(index <= Scratch.candidatesMax)
        // INVARIANT: whoever collects candidates stops at `candidatesMax`, and there is room for one more.
        return unsafe candidates[index]
    }

    /// A policy that the filter lets through, until its actions have been looked at.
    @inline(__always) func setPassing(_ index: Int, _ policy: UInt32) {
        assert(index <= Scratch.candidatesMax)
        // INVARIANT: whoever collects candidates stops at `candidatesMax`, and there is room for one more.
        unsafe passing[index] = policy
    }

    @inline(__always) func passing(_ index: Int) -> UInt32 {
        assert(index <= Scratch.candidatesMax)
        // INVARIANT: whoever collects candidates stops at `candidatesMax`, and there is room for one more.
        return unsafe passing[index]
    }

    /// The words of ``Automaton``; there are ``Scratch/automatonWords``.
    var automatonBase: UnsafeMutablePointer<UInt64> { unsafe words }

    /// Writes bytes from an offset of the fact part on, as far as there is room; answers the end.
    func append(_ view: ByteView, at offset: Int) -> Int {
        let count = min(view.count, Scratch.factBytes - offset)
        for index in 0..<count { setFact(offset + index, view[index]) }
        return offset + count
    }

    func setFact(_ offset: Int, _ byte: UInt8) {
        precondition(offset < Scratch.factBytes)
        // INVARIANT: the precondition keeps the offset inside the part.
        unsafe facts[offset] = byte
    }

    func fact(_ range: Range<Int>) -> ByteView {
        precondition(range.lowerBound >= 0 && range.upperBound <= Scratch.factBytes)
        // INVARIANT: the precondition keeps the range inside the part.
        return unsafe ByteView(start: facts + range.lowerBound, count: range.count)
    }
}

/// A policy chunk with the statements that concern the action of a request.
struct Candidate: BitwiseCopyable {
    var policy: UInt32
    /// The layer, by its raw value, and for guardrails the level.
    var layer: UInt16 = 0
    var level: UInt16 = 0
    var statements: UInt64 = 0
    /// Those of the statements that deny.
    var denies: UInt64 = 0
}
