import DecisionIndex
import Foundation
import Synchronization

/// Counts the contents of one test that are alive.
final class LiveCount: Sendable {
    private let count = Atomic<Int>(0)
    private let everMade = Atomic<Int>(0)

    /// How many are alive now.
    var now: Int { count.load(ordering: .acquiring) }
    /// How many there ever were.
    var total: Int { everMade.load(ordering: .acquiring) }

    fileprivate func begin() {
        count.add(1, ordering: .acquiringAndReleasing)
        everMade.add(1, ordering: .acquiringAndReleasing)
    }

    fileprivate func end() {
        count.subtract(1, ordering: .acquiringAndReleasing)
    }
}

/// A content that shows whether it is whole: two numbers that fit each other until it is destroyed.
///
/// The numbers are plain memory, so that the sanitizers see every read that is not ordered before the destruction.
final class TwinContent: @unchecked Sendable {
    let revision: UInt64
    private let live: LiveCount
    private var number: UInt64
    private var complement: UInt64
    private let atEnd: (@Sendable () -> Void)?

    init(_ revision: UInt64, _ live: LiveCount, atEnd: (@Sendable () -> Void)? = nil) {
        self.revision = revision
        self.live = live
        self.atEnd = atEnd
        number = revision
        complement = ~revision
        live.begin()
    }

    deinit {
        number = 0xDEAD
        complement = 0xDEAD
        live.end()
        atEnd?()
    }

    /// Whether both numbers fit each other and the revision.
    var isWhole: Bool { complement == ~number && number == revision }
}

/// A cell of such contents, and their count.
struct TwinCell: Sendable {
    let live = LiveCount()
    let cell: SnapshotCell<TwinContent>

    init(_ ordering: ReaderOrdering = .best) {
        let live = live
        cell = SnapshotCell(ordering: ordering) { TwinContent($0, live) }
    }

    /// Publishes a new content.
    @discardableResult
    func publish() -> UInt64 {
        cell.publish { TwinContent($0, live) }
    }
}

/// A thread that a test can wait for.
final class TestThread: Sendable {
    private let done = DispatchSemaphore(value: 0)

    init(_ work: @escaping @Sendable () -> Void) {
        let done = done
        Thread {
            work()
            done.signal()
        }.start()
    }

    /// Waits until the work is done; to be called once.
    func join() {
        done.wait()
    }
}
