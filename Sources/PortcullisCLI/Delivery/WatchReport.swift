import DecisionIndex
import PolicyLanguage
import SnapshotDelivery
import Vocabulary

/// Prints what a follower tells.
struct WatchReport: Sendable {
    private let console: Console
    private let isJSON: Bool

    init(_ console: Console, isJSON: Bool) {
        self.console = console
        self.isJSON = isJSON
    }

    /// How it begins.
    func begin(_ status: FollowerStatus) {
        if isJSON { return }
        let revision = status.storeRevision.map { " revision \($0)" } ?? ""
        console.print("\(now) following \(status.source): \(status.state)\(revision)")
    }

    func show(_ event: FollowerEvent) {
        if isJSON {
            console.print(JSONWriter.text(json(event)))
            return
        }
        switch event {
        case .activated(let report): show(report, "activated")
        case .rolledBack(let report): show(report, "rolled back to")
        case .rejected(let rejection): console.error("\(now) rejected \(rejection)")
        case .closed(let reason): console.print("\(now) closed: everything is denied: \(reason.rawValue)")
        case .stale(let reason): console.print("\(now) stale: \(reason.rawValue)")
        case .recovered: console.print("\(now) recovered")
        case .sourceFailed(let failure): console.error("\(now) no contact: \(failure)")
        case .keepingFailed(let reason): console.error("\(now) not kept on disk: \(reason)")
        }
    }

    private var now: String { ClaimText.text(Instant.now.seconds) }

    private func show(_ report: ActivationReport, _ verb: String) {
        let counts = report.counts
        console.print(
            "\(now) \(verb) revision \(report.storeRevision): \(counts.principals) principals, "
                + "\(counts.policies) policies; \(report.difference?.description ?? "no diff of compiled snapshots")"
        )
        for (mark, names) in lines(report.difference) {
            for name in names { console.print("  \(mark) \(name)") }
        }
        for remark in report.remarks { console.print("  # \(remark)") }
    }

    private func lines(_ difference: PolicySetDifference?) -> [(String, [UTF8Text])] {
        guard let difference else { return [] }
        return [
            ("+ principal", difference.addedPrincipals), ("- principal", difference.removedPrincipals),
            ("+ policy", difference.addedPolicies), ("- policy", difference.removedPolicies),
            ("~ policy", difference.changedPolicies), ("may lose:", difference.mayLose),
            ("may gain:", difference.mayGain), ("tightened:", difference.tightenedResources),
            ("loosened:", difference.loosenedResources),
        ]
    }

    // MARK: JSON

    private func json(_ event: FollowerEvent) -> JSONWriter.Value {
        var members: [(String, JSONWriter.Value?)] = [("time", .string(now))]
        switch event {
        case .activated(let report): members += [("event", "activated")] + json(report)
        case .rolledBack(let report): members += [("event", "rolledBack")] + json(report)
        case .rejected(let rejection):
            members += [
                ("event", "rejected"), ("revision", rejection.revision.map { .string($0.description) }),
                ("code", .string(rejection.error.code.rawValue)),
                ("message", .string(rejection.error.message)),
            ]
        case .closed(let reason): members += [("event", "closed"), ("code", .string(reason.rawValue))]
        case .stale(let reason): members += [("event", "stale"), ("code", .string(reason.rawValue))]
        case .recovered: members += [("event", "recovered")]
        case .sourceFailed(let failure):
            members += [("event", "sourceFailed"), ("message", .string(failure.description))]
        case .keepingFailed(let reason):
            members += [("event", "keepingFailed"), ("message", .string(reason))]
        }
        return .object(members)
    }

    private func json(_ report: ActivationReport) -> [(String, JSONWriter.Value?)] {
        func names(_ list: [UTF8Text]) -> JSONWriter.Value { .array(list.map { .string($0.description) }) }
        let difference = report.difference.map { difference in
            JSONWriter.Value.object([
                ("addedPrincipals", names(difference.addedPrincipals)),
                ("removedPrincipals", names(difference.removedPrincipals)),
                ("mayLose", names(difference.mayLose)), ("mayGain", names(difference.mayGain)),
                ("addedPolicies", names(difference.addedPolicies)),
                ("removedPolicies", names(difference.removedPolicies)),
                ("changedPolicies", names(difference.changedPolicies)),
                ("tightenedResources", names(difference.tightenedResources)),
                ("loosenedResources", names(difference.loosenedResources)),
            ])
        }
        return [
            ("revision", .string(report.storeRevision.description)),
            ("principals", .integer(Int64(report.counts.principals))),
            ("policies", .integer(Int64(report.counts.policies))), ("difference", difference),
            ("remarks", .array(report.remarks.map { .string($0) })),
        ]
    }
}
