import Portcullis
import SnapshotDelivery

/// Where a gateway's events go, one line each; called from threads of the gateway's own.
public struct GatewayLog: Sendable {
    /// How much a line matters.
    public enum Level: Sendable {
        /// What happens as it should.
        case info
        /// What somebody should look at.
        case warning
    }

    private let sink: @Sendable (Level, String) -> Void

    /// A log that hands its lines to a function.
    public init(_ sink: @escaping @Sendable (Level, String) -> Void) { self.sink = sink }

    /// A log that forgets everything.
    public static let none = GatewayLog { _, _ in }

    func write(_ level: Level, _ line: String) { sink(level, line) }

    func write(_ event: FollowerEvent) {
        switch event {
        case .activated(let report):
            write(.info, "policies: revision \(report.storeRevision) is in force")
        case .rolledBack(let report):
            write(.warning, "policies: went back to revision \(report.storeRevision)")
        case .rejected(let rejection): write(.warning, "policies: refused: \(rejection)")
        case .closed(let reason): write(.warning, "policies: everything is denied: \(reason.rawValue)")
        case .stale(let reason): write(.warning, "policies: stale: \(reason.rawValue)")
        case .recovered: write(.info, "policies: the source has answered again")
        case .sourceFailed(let failure): write(.warning, "policies: \(failure)")
        case .keepingFailed(let reason): write(.warning, "policies: not kept: \(reason)")
        }
    }
}
