public import Portcullis

/// What a gateway does with a request, and why.
public struct GateAnswer: Sendable, Hashable {
    /// Why a request passes or not.
    public enum Reason: UInt8, Sendable, CaseIterable {
        /// The policies allow it.
        case allowed
        /// The mapping says that this route is not protected.
        case unprotected
        /// No policy allows it.
        case implicitDeny
        /// A policy forbids it.
        case explicitDeny
        /// The request could not be evaluated, which is a deny (A4).
        case failed
        /// The mapping has no route for it.
        case unmapped
        /// It can be read in more than one way, or in none.
        case malformed
        /// It has more bytes or headers than may be looked at.
        case tooLarge
        /// The route needs a caller, and the request names none.
        case noCredential
        /// What should prove the caller does not.
        case badCredential
        /// There is no policy in force yet, or it is too old.
        case notReady
    }

    /// Why.
    public let reason: Reason
    /// What the policies say; nil where they were not asked.
    public let decision: Decision?
    /// The route, by its position in the mapping; nil where none was found.
    public let route: Int?
    /// Whether the route only reports what it would refuse.
    public let isDryRun: Bool

    /// An answer.
    public init(_ reason: Reason, decision: Decision? = nil, route: Int? = nil, isDryRun: Bool = false) {
        self.reason = reason
        self.decision = decision
        self.route = route
        self.isDryRun = isDryRun
    }

    /// Whether the policies, or the mapping, let the request through.
    public var isAllowed: Bool { reason == .allowed || reason == .unprotected }

    /// Whether the gateway hands the request on: it is allowed, or what would refuse it only reports.
    ///
    /// A malformed request never passes, since nobody can say what it would be.
    public var passes: Bool { isAllowed || isDryRun && reason != .malformed && reason != .tooLarge }

    /// The status that refuses: 400, 401, 403, 431 or 503; 200 where it is allowed.
    public var status: Int {
        switch reason {
        case .allowed, .unprotected: 200
        case .malformed: 400
        case .noCredential, .badCredential: 401
        case .implicitDeny, .explicitDeny, .failed, .unmapped: 403
        case .tooLarge: 431
        case .notReady: 503
        }
    }

    /// The reason for logs and metrics, such as `implicitDeny`.
    public var name: StaticString {
        switch reason {
        case .allowed: "allowed"
        case .unprotected: "unprotected"
        case .implicitDeny: "implicitDeny"
        case .explicitDeny: "explicitDeny"
        case .failed: "failed"
        case .unmapped: "unmapped"
        case .malformed: "malformed"
        case .tooLarge: "tooLarge"
        case .noCredential: "noCredential"
        case .badCredential: "badCredential"
        case .notReady: "notReady"
        }
    }
}
