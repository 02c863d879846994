public import Foundation
public import Portcullis

extension Metrics {
    /// The figures of a follower, of what its engine decides, and of a log.
    ///
    ///     let text = Metrics(of: follower, log: log).prometheusText
    ///
    /// Checks are counted by an engine that counts decisions (``FollowerSettings/countsDecisions``).
    public init(of follower: SnapshotFollower, log: DecisionLog? = nil, at now: Date = Date()) {
        if let counts = follower.engine.decisionCounts() { add(counts) }
        add(follower.status, at: now)
        if let log { add(log.counts) }
    }

    // MARK: Decisions

    /// Adds how many checks were made, and which layers denied.
    public mutating func add(_ counts: DecisionCounts) {
        for outcome in [Outcome.allow, .implicitDeny, .explicitDeny, .error] {
            add(
                "portcullis_checks_total",
                .counter,
                "Checks by outcome.",
                Double(counts.count(outcome)),
                labels: ["outcome": outcome.name]
            )
        }
        for layer in PolicyLayer.allCases {
            for outcome in [Outcome.implicitDeny, .explicitDeny] {
                add(
                    "portcullis_denials_total",
                    .counter,
                    "Denied checks by the layer that denied.",
                    Double(counts.count(outcome, by: layer)),
                    labels: ["layer": layer.name, "outcome": outcome.name]
                )
            }
        }
    }

    // MARK: Delivery

    /// Adds how a follower stands.
    public mutating func add(_ status: FollowerStatus, at now: Date = Date()) {
        addState(status)
        addTimes(status, at: now)
        let counters = status.counters
        let outcomes: [(String, UInt64)] = [
            ("activated", counters.activations), ("repeated", counters.repetitions),
            ("rolledBack", counters.rollbacks),
        ]
        for (outcome, count) in outcomes { addReload(outcome, "", count) }
        for code in DeliveryError.Code.allCases {
            addReload("rejected", code.rawValue, counters.rejections[code] ?? 0)
        }
        let totals: [(String, String, UInt64)] = [
            ("source_updates", "Updates that the source handed over.", counters.updates),
            ("source_contacts", "Times the source was reached and had nothing new.", counters.contacts),
            ("source_failures", "Times the source could not be reached.", counters.sourceFailures),
            ("closures", "Times everything was denied from then on.", counters.closures),
            ("unmet_revisions", "Checks whose revision did not come in time.", counters.unmetRevisions),
            ("keeping_failures", "Failures to keep the last good content.", counters.keepingFailures),
        ]
        for (name, help, count) in totals {
            add("portcullis_\(name)_total", .counter, help, Double(count))
        }
    }

    private mutating func addReload(_ outcome: String, _ reason: String, _ count: UInt64) {
        add(
            "portcullis_reloads_total",
            .counter,
            "Updates by what became of them.",
            Double(count),
            labels: ["outcome": outcome, "reason": reason]
        )
    }

    private mutating func addState(_ status: FollowerStatus) {
        let (isClosed, isStale) =
            switch status.state {
            case .enforcing, .enforcingKept: (false, false)
            case .enforcingStale: (false, true)
            case .closed(let reason): (true, reason != .noSnapshot)
            }
        add(
            "portcullis_enforcing",
            .gauge,
            "1 while policies decide, 0 while all is denied.",
            isClosed ? 0 : 1
        )
        add("portcullis_stale", .gauge, "1 while what is in force is too old, 0 else.", isStale ? 1 : 0)
        add(
            "portcullis_source_reachable",
            .gauge,
            "1 unless the source cannot be reached.",
            status.sourceFailure == nil ? 1 : 0
        )
        add(
            "portcullis_engine_revision",
            .gauge,
            "The engine's revision that decides.",
            Double(status.engineRevision)
        )
        if let revision = status.storeRevision {
            add(
                "portcullis_store_revision",
                .gauge,
                "The store's revision in force.",
                Double(revision.rawValue)
            )
        }
    }

    private mutating func addTimes(_ status: FollowerStatus, at now: Date) {
        let times: [(String, String, Date?)] = [
            ("last_contact_age", "Since the source last answered.", status.lastContact),
            ("last_activation_age", "Since something was last put in force.", status.lastActivation),
            ("snapshot_age", "Since what is in force was made.", status.created ?? status.lastActivation),
        ]
        for (name, help, time) in times {
            // What has not been is not zero seconds ago.
            guard let time else { continue }
            add("portcullis_\(name)_seconds", .gauge, help, now.timeIntervalSince(time))
        }
        if let expires = status.expires {
            add(
                "portcullis_expires_in_seconds",
                .gauge,
                "Until what is in force expires.",
                expires.timeIntervalSince(now)
            )
        }
    }

    // MARK: Log

    /// Adds how much a log has taken and lost.
    public mutating func add(_ counts: DecisionLogCounts) {
        let figures: [(String, String, UInt64)] = [
            ("recorded", "Decisions handed to the log.", counts.recorded),
            ("dropped", "Decisions not logged, because the log was behind.", counts.dropped),
            ("abridged", "Decisions logged with names only.", counts.abridged),
            ("written", "Lines of the log in its file.", counts.written),
            ("lost", "Lines of the log that could not be written.", counts.lost),
        ]
        for (name, help, count) in figures {
            add("portcullis_decision_log_\(name)_total", .counter, help, Double(count))
        }
    }
}
