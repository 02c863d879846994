internal import RequestMapping

/// The statistics of a filter, by Envoy's numbers.
struct FilterCounters: Sendable {
    /// One for each reason.
    private let reasons: [Int]
    /// Requests that were refused.
    let denied: Int
    /// Requests that would have been refused, and passed.
    let wouldDeny: Int
    /// Requests of routes that are not decided.
    let disabled: Int
    /// The revision of the policies that decided last.
    let revision: Int

    /// Defines them for a configuration; their names begin with the filter's.
    init(_ configuration: EnvoyConfiguration, prefix: String) throws(ConfigurationFault) {
        func counter(_ name: String) throws(ConfigurationFault) -> Int {
            guard let counter = EnvoyProcess.defineCounter(configuration, "\(prefix).\(name)") else {
                throw ConfigurationFault("Envoy does not take the counter `\(prefix).\(name)`")
            }
            return counter
        }
        var reasons: [Int] = []
        for reason in GateAnswer.Reason.allCases { reasons.append(try counter(Self.name(of: reason))) }
        self.reasons = reasons
        denied = try counter("denied")
        wouldDeny = try counter("dry_run_would_deny")
        disabled = try counter("disabled")
        guard let gauge = EnvoyProcess.defineGauge(configuration, "\(prefix).revision") else {
            throw ConfigurationFault("Envoy does not take the gauge `\(prefix).revision`")
        }
        revision = gauge
    }

    /// The counter of a reason.
    func count(of reason: GateAnswer.Reason) -> Int? {
        let index = Int(reason.rawValue)
        return index < reasons.count ? reasons[index] : nil
    }

    /// A reason in Envoy's spelling, such as `implicit_deny`.
    static func name(of reason: GateAnswer.Reason) -> String {
        var name = ""
        for character in GateAnswer(reason).name.description {
            if character.isUppercase { name += "_" }
            name += character.lowercased()
        }
        return name
    }
}
