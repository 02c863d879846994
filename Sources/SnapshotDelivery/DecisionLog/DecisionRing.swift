import Glibc
import Portcullis
import Synchronization

/// One reader's decisions on their way to the file: written by that reader alone, read by the writer's thread alone.
///
///     slot   0                16           24            28        32
///            ┌────────────────┬────────────┬─────────────┬─────────┬──────────────────────┐
///            │ decision       │ nanosecond │ byte count  │ kind    │ copy of the request  │
///            └────────────────┴────────────┴─────────────┴─────────┴──────────────────────┘
///
/// `written` and `taken` only grow; a slot belongs to the reader while `written - taken` is below the count of slots,
/// and to the writer from the release of `written` until that of `taken`.
///
/// - INVARIANT: the memory holds `slotCount` slots, is written and read by turns as said above, and is freed in `deinit`,
///   when nobody refers to the ring any more.
@safe final class DecisionRing: @unchecked Sendable {
    private let base: UnsafeMutableRawPointer
    private let slotCount: UInt64
    private let slotByteCount: Int
    private let written = Atomic<UInt64>(0)
    private let taken = Atomic<UInt64>(0)
    private let droppedCount = Atomic<UInt64>(0)
    private let abridgedCount = Atomic<UInt64>(0)
    private let isEnded = Atomic<Bool>(false)

    private static let headByteCount = 32
    /// Bytes of each name of a request that is too large.
    private static let nameByteCountMax = 256

    init(slotCount: Int, slotByteCount: Int) {
        let count = max(2, min(slotCount, 1 << 24))
        self.slotCount = UInt64(1) << UInt64(Int.bitWidth - (count - 1).leadingZeroBitCount)
        let smallest = Self.headByteCount + 3 * Self.nameByteCountMax
        self.slotByteCount = (max(smallest, min(slotByteCount, 1 << 20)) + 63) & ~63
        unsafe base = .allocate(byteCount: Int(self.slotCount) * self.slotByteCount, alignment: 64)
    }

    deinit { unsafe base.deallocate() }

    var recorded: UInt64 { written.load(ordering: .relaxed) }
    var dropped: UInt64 { droppedCount.load(ordering: .relaxed) }
    var abridged: UInt64 { abridgedCount.load(ordering: .relaxed) }

    /// Whether nothing will be written any more; what is there may still be taken.
    var isAbandoned: Bool { isEnded.load(ordering: .acquiring) }

    // MARK: The reader's side

    /// Writes a decision down, or counts that there was no room.
    ///
    /// Allocates nothing, waits for nobody.
    func append<Request: RecordableRequest>(_ decision: Decision, _ request: borrowing Request) {
        let number = written.load(ordering: .relaxed)
        guard number &- taken.load(ordering: .acquiring) < slotCount else {
            return increment(droppedCount)
        }
        let slot = unsafe base + Int(number & (slotCount - 1)) * slotByteCount
        var kind: UInt32 = request.hasSessionPolicies ? 1 : 0
        var byteCount = UInt32(truncatingIfNeeded: request.recordedByteCount)
        let room = unsafe UnsafeMutableRawBufferPointer(
            start: slot + Self.headByteCount,
            count: slotByteCount - Self.headByteCount
        )
        if unsafe !request.record(to: room) {
            let counts = unsafe request.recordNames(to: room, byteCountMax: Self.nameByteCountMax)
            kind |= 2
            byteCount =
                UInt32(counts.principal) | UInt32(counts.action) << 10 | UInt32(counts.resource) << 20
            increment(abridgedCount)
        }
        unsafe slot.storeBytes(of: decision, as: Decision.self)
        unsafe slot.storeBytes(of: Self.nanoseconds(), toByteOffset: 16, as: Int64.self)
        unsafe slot.storeBytes(of: byteCount, toByteOffset: 24, as: UInt32.self)
        unsafe slot.storeBytes(of: kind, toByteOffset: 28, as: UInt32.self)
        written.store(number &+ 1, ordering: .releasing)
    }

    func end() { isEnded.store(true, ordering: .releasing) }

    /// Without an atomic read-modify-write, since nobody else writes.
    private func increment(_ counter: borrowing Atomic<UInt64>) {
        counter.store(counter.load(ordering: .relaxed) &+ 1, ordering: .relaxed)
    }

    /// The wall clock as of the last tick, which costs a few nanoseconds.
    private static func nanoseconds() -> Int64 {
        var time = timespec()
        unsafe clock_gettime(CLOCK_REALTIME_COARSE, &time)
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }

    // MARK: The writer's side

    /// Takes what is there, oldest first, at most so many.
    func take(atMost countMax: Int, _ body: (DecisionRecord) -> Void) -> Int {
        let first = taken.load(ordering: .relaxed)
        let count = min(UInt64(countMax), written.load(ordering: .acquiring) &- first)
        for number in first..<(first + count) {
            let slot = unsafe base + Int(number & (slotCount - 1)) * slotByteCount
            body(unsafe record(slot))
            taken.store(number &+ 1, ordering: .releasing)
        }
        return Int(count)
    }

    private func record(_ slot: UnsafeMutableRawPointer) -> DecisionRecord {
        let byteCount = unsafe slot.load(fromByteOffset: 24, as: UInt32.self)
        let kind = unsafe slot.load(fromByteOffset: 28, as: UInt32.self)
        let copy = unsafe slot + Self.headByteCount
        let content: DecisionRecord.Content
        if kind & 2 == 0 {
            let bytes = unsafe UnsafeRawBufferPointer(start: copy, count: Int(byteCount))
            content = .whole(unsafe RecordedRequest(copied: bytes), hasSessionPolicies: kind & 1 != 0)
        } else {
            let (principal, action, resource) = (
                Int(byteCount & 1_023), Int(byteCount >> 10 & 1_023), Int(byteCount >> 20)
            )
            func text(_ offset: Int, _ count: Int) -> String {
                // INVARIANT: the reader's side has counted these bytes into the slot.
                unsafe String(
                    decoding: UnsafeRawBufferPointer(start: copy + offset, count: count),
                    as: UTF8.self
                )
            }
            content = .abridged(
                principal: text(0, principal),
                action: text(principal, action),
                resource: text(principal + action, resource)
            )
        }
        return DecisionRecord(
            decision: unsafe slot.load(as: Decision.self),
            nanoseconds: unsafe slot.load(fromByteOffset: 16, as: Int64.self),
            content: content
        )
    }
}

/// A decision with its request, as the writer gets it.
struct DecisionRecord {
    enum Content {
        case whole(RecordedRequest, hasSessionPolicies: Bool)
        /// The beginnings of the names in a request that was too large.
        case abridged(principal: String, action: String, resource: String)
    }

    let decision: Decision
    /// When it was decided, since 1970.
    let nanoseconds: Int64
    let content: Content
}
