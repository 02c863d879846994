import Portcullis

/// A route's question for one caller, laid out with the facts that a kind of request has.
final class PreparedQuestion {
    let route: Int
    let caller: KnownCaller
    /// A bit for each fact that may be absent, and is not.
    let present: UInt32
    let request: PreparedRequest

    init(route: Int, caller: KnownCaller, present: UInt32, request: PreparedRequest) {
        self.route = route
        self.caller = caller
        self.present = present
        self.request = request
    }

    /// Tells the engine how long ago the caller's multi-factor authentication is.
    func setTime(_ now: Instant) {
        request.setTime(now)
        guard let time = caller.authenticatedAt else { return }
        let (age, overflows) = now.seconds.subtractingReportingOverflow(time)
        request.setMultiFactorAuthAge(overflows ? .max : max(0, age))
    }
}
