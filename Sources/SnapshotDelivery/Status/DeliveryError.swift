/// Why an update was refused.
public struct DeliveryError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The kind of fault; the raw values do not change between versions.
    public enum Code: String, Sendable, Hashable, CaseIterable {
        /// No signature, a wrong one, one by a key that is not trusted, or of a kind that is not known.
        case signature = "snapshot.signature"
        /// Signed for another channel.
        case channel = "snapshot.channel"
        /// Older than what was accepted before, or another content under the same revision.
        case rollback = "snapshot.rollback"
        /// Its time is over.
        case expired = "snapshot.expired"
        /// Made in the future, as far as this machine's clock knows.
        case notYetValid = "snapshot.notYetValid"
        /// The bytes are not those that were signed: torn, replaced, or of another size.
        case digest = "snapshot.digest"
        /// The bundle cannot be fetched.
        case fetch = "delivery.fetch"
        /// Larger than allowed.
        case size = "delivery.size"
        /// A compiled snapshot that cannot be used; the message begins with its own code.
        case snapshot = "delivery.snapshot"
        /// Policies that cannot be read: their faults.
        case policies = "delivery.policies"
        /// Policies that cannot be compiled.
        case compile = "delivery.compile"
        /// Changes that do not fit what is in force.
        case changes = "delivery.changes"
        /// A gate refused it.
        case gate = "delivery.gate"
        /// It was rolled back before.
        case rolledBack = "delivery.rolledBack"
    }

    /// The kind of fault.
    public let code: Code
    /// What is wrong, for people; may have several lines.
    public let message: String

    /// A fault with its reason.
    public init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    /// Code and message.
    public var description: String { "\(code.rawValue): \(message)" }

    /// Whether the same update may be accepted later: the clock moves on, a server recovers.
    var isTransient: Bool {
        switch code {
        case .expired, .notYetValid, .fetch: true
        // A torn download is one of a pointer that stays good.
        case .digest: true
        default: false
        }
    }
}
