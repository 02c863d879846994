import Foundation
import Portcullis
import Testing

@testable import SnapshotDelivery

@Suite("Metrics")
struct MetricsTests {
    @Test(
        "Text is in Prometheus's format: help, type, and labels with their quotes, slashes and line ends escaped"
    )
    func format() {
        var metrics = Metrics()
        metrics.add(
            "a_total",
            .counter,
            "Counts \\ lines\nand \"more\".",
            3,
            labels: ["x": "q\"\\\n", "b": "1"]
        )
        metrics.add("a_total", .counter, "", 12_345_678_901, labels: [:])
        metrics.add("g", .gauge, "Is.", 0.5)
        metrics.add("n", .gauge, "Is not.", .infinity)
        #expect(
            metrics.prometheusText == """
                # HELP a_total Counts \\\\ lines\\nand "more".
                # TYPE a_total counter
                a_total{b="1",x="q\\"\\\\\\n"} 3
                a_total 12345678901
                # HELP g Is.
                # TYPE g gauge
                g 0.5
                # HELP n Is not.
                # TYPE n gauge
                n +Inf

                """
        )
        #expect(metrics["g"] == 0.5 && metrics["a_total"] == 12_345_678_901 && metrics["h"] == nil)
    }

    /// Hands over what it is given.
    private final class GivenSource: SnapshotSource {
        let name = "given"
        func next() async -> SourceEvent? { nil }
    }

    private static func files(_ action: String) -> [String: [UInt8]] {
        [
            "accounts/111122223333/users/ada/inline/own.json": Array(
                #"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"app:\#(action)","Resource":"*"}}"#
                    .utf8
            )
        ]
    }

    @Test("A follower's figures say what it decided, took over, refused and how old it is")
    func follower() async throws {
        var settings = FollowerSettings(trust: .unsigned)
        settings.countsDecisions = true
        let follower = try SnapshotFollower(following: GivenSource(), settings)
        let before = Metrics(of: follower)
        #expect(before["portcullis_enforcing"] == 0 && before["portcullis_store_revision"] == nil)
        #expect(before["portcullis_snapshot_age_seconds"] == nil)
        await follower.handle(
            .update(SnapshotUpdate(.policies(Self.files("Read")), revision: StoreRevision(42)))
        )
        await follower.handle(
            .update(SnapshotUpdate(.policies(["x.json": []]), revision: StoreRevision(43)))
        )
        await follower.handle(.contact)
        await follower.handle(.failure(SourceFailure("gone")))
        var reader = follower.engine.makeReader()
        for action in ["app:Read", "app:Read", "app:Write"] {
            let request = try CompactRequest(
                AuthorizationRequest(
                    principal: try #require(RequestPrincipal("arn:aws:iam::111122223333:user/ada")),
                    action: UTF8Text(action),
                    resource: "*"
                ),
                at: .distantPast
            )
            _ = reader.authorize(request)
        }
        let metrics = Metrics(of: follower, at: Date(timeIntervalSinceNow: 60))
        #expect(metrics["portcullis_checks_total", ["outcome": "allow"]] == 2)
        #expect(metrics["portcullis_checks_total", ["outcome": "implicitDeny"]] == 1)
        #expect(metrics["portcullis_denials_total", ["layer": "identity", "outcome": "implicitDeny"]] == 1)
        #expect(metrics["portcullis_reloads_total", ["outcome": "activated", "reason": ""]] == 1)
        #expect(
            metrics["portcullis_reloads_total", ["outcome": "rejected", "reason": "delivery.policies"]] == 1
        )
        #expect(metrics["portcullis_store_revision"] == 42 && metrics["portcullis_enforcing"] == 1)
        #expect(metrics["portcullis_source_failures_total"] == 1)
        #expect(metrics["portcullis_source_reachable"] == 0)
        #expect(abs((metrics["portcullis_snapshot_age_seconds"] ?? 0) - 60) < 30)
        // Each line of a scrape has a name, perhaps labels, and a number.
        for line in metrics.prometheusText.split(separator: "\n") where !line.hasPrefix("#") {
            #expect(line.wholeMatch(of: /[a-z_]+(\{[^}]*\})? -?[0-9.e+-]+/) != nil, "\(line)")
        }
    }

    @Test("A log's figures are among them")
    func log() {
        var metrics = Metrics()
        metrics.add(DecisionLogCounts(recorded: 5, dropped: 2, abridged: 1, written: 4, lost: 1))
        #expect(metrics["portcullis_decision_log_dropped_total"] == 2)
        #expect(metrics["portcullis_decision_log_written_total"] == 4)
    }
}
