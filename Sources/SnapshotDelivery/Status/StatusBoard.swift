import Foundation
import Synchronization

/// Where a follower writes down how it stands, and tells observers.
final class StatusBoard: Sendable {
    private let status: Mutex<FollowerStatus>
    private let observer: (@Sendable (FollowerEvent) -> Void)?
    private let clock: DeliveryClock

    init(source: String, _ settings: FollowerSettings) {
        status = Mutex(FollowerStatus(source: source, state: .closed(.noSnapshot), engineRevision: 1))
        observer = settings.observer
        clock = settings.clock
    }

    var current: FollowerStatus { status.withLock { $0 } }

    /// Changes the status, and tells what happened, if anything.
    func note(_ event: FollowerEvent? = nil, _ change: (inout FollowerStatus, _ now: Date) -> Void) {
        let now = clock.date
        status.withLock { change(&$0, now) }
        if let event { observer?(event) }
    }

    /// Notes a rejection.
    ///
    /// - Parameter isRepeated: whether the same update was rejected for the same reason just before; it then takes the
    ///   place of that entry, and observers hear nothing.
    func note(_ error: DeliveryError, of revision: StoreRevision?, isRepeated: Bool) {
        let rejection = Rejection(time: clock.date, revision: revision, error: error)
        note(isRepeated ? nil : .rejected(rejection)) { status, _ in
            status.counters.rejections[error.code, default: 0] += 1
            if isRepeated, !status.rejections.isEmpty { status.rejections.removeLast() }
            status.rejections.append(rejection)
            if status.rejections.count > FollowerStatus.rejectionsMax { status.rejections.removeFirst() }
        }
    }
}
