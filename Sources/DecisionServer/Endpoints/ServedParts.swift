public import GatewayRuntime
public import SnapshotDelivery

/// What a server answers with.
public struct ServedParts: Sendable {
    /// Who follows the policies.
    public var follower: SnapshotFollower
    /// Who decides requests of gateways; nil to offer them nothing.
    public var gateway: Gateway?
    /// The answers of `/access/v1/` and `/.well-known/authzen-configuration`.
    public var authZEN: (any RequestHandler)?
    /// What may stand before the paths of AuthZEN, such as `/tenant`; empty for nothing.
    public var authZENBasePath = ""
    /// The answers of `POST /` on admin listeners, since they disclose policies; they may take a while.
    public var simulator: (any RequestHandler)?
    /// Where decisions are written down; its figures are among the metrics.
    public var decisionLog: DecisionLog?

    /// Only health, metrics and administration.
    public init(follower: SnapshotFollower) { self.follower = follower }

    /// What decides requests of gateways for one loop; others than a gateway's are for tests.
    package var makeDecider: (@Sendable () -> any RequestDecider)?
}
