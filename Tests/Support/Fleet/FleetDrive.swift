import EtcdServer
import Foundation
import Portcullis
import SnapshotDelivery

/// Starts etcd and a fleet, changes policies, and says how long it took until the last process enforced each change,
/// and whether all end alike.
struct FleetDrive {
    var memberCount = 8
    var probeCount = 200
    var changeCount = 10_000

    private static let medianMax = 50.0

    func run() throws {
        let server = try EtcdServer(arguments: ["--snapshot-count", "10000"])
        let store = try PolicyStore(EtcdSettings(endpoints: [server.url]))
        var policies = FleetPolicies(seed: 1)
        let first = try store.sync(policies.files)
        print("\(policies.files.count) files in set \(first.set) at revision \(first.revision)")
        let members = try (0..<memberCount).map { _ in try Member(server.url) }
        defer { for member in members { member.end() } }
        for member in members { _ = try member.activation(of: first.revision.rawValue, before: .in(60)) }
        try measure(store, members, first.set, &policies)
        try change(server, store, members, first.set, &policies)
    }

    // MARK: Latency

    private func measure(
        _ store: PolicyStore,
        _ members: [Member],
        _ set: String,
        _ policies: inout FleetPolicies
    ) throws {
        var times: [Double] = []
        for number in 0..<probeCount {
            let isAllowed = number.isMultiple(of: 2)
            let contents = policies.setProbe(isAllowed: isAllowed)
            let start = FleetMember.nanoseconds()
            let revision = try store.writeFiles([FleetPolicies.probePath: contents], inSet: set)
            var last: UInt64 = 0
            for member in members {
                let (time, answer) = try member.activation(of: revision.rawValue, before: .in(20))
                guard answer == isAllowed else { throw FleetFailure("a change is active and not enforced") }
                last = max(last, time)
            }
            times.append(Double(last - start) / 1e6)
            usleep(10_000)
        }
        times.sort()
        let (median, high) = (times[times.count / 2], times[times.count * 95 / 100])
        print(
            "put to last of \(memberCount) processes enforcing, \(times.count) changes: "
                + "median \(rounded(median)) ms, 95th percentile \(rounded(high)) ms, "
                + "longest \(rounded(times[times.count - 1])) ms"
        )
        guard median <= Self.medianMax else { throw FleetFailure("the median is over \(Self.medianMax) ms") }
    }

    // MARK: Many changes

    private func change(
        _ server: EtcdServer,
        _ store: PolicyStore,
        _ members: [Member],
        _ set: String,
        _ policies: inout FleetPolicies
    ) throws {
        let start = Date()
        var revision: UInt64 = 0
        for number in 0..<changeCount {
            // A third of the way, the server crashes; at two thirds, history is gone when it comes back.
            if number == changeCount / 3 || number == changeCount * 2 / 3 {
                server.kill()
                usleep(300_000)
                try server.start()
                if number == changeCount * 2 / 3 { try server.control("compact", String(revision)) }
            }
            revision = try write(policies.nextChange(), to: set, store).rawValue
        }
        let writing = Date().timeIntervalSince(start)
        for member in members { _ = try member.activation(of: revision, before: .in(60)) }
        let lag = Date().timeIntervalSince(start) - writing
        let expected = try FleetDigest.of(Directory(files: policies.files))
        for member in members {
            let digest = try member.digest(before: .in(60))
            guard digest == expected else {
                throw FleetFailure("a process ends with \(digest), not \(expected)")
            }
        }
        print(
            "\(changeCount) changes in \(rounded(writing)) s with two crashes of the server and a compaction: all "
                + "\(memberCount) end with \(expected.prefix(16)), the last \(rounded(lag * 1_000)) ms after the last put; "
                + "\(members.map(\.activationCount)) activations"
        )
        let rejections = members.flatMap(\.rejections)
        guard rejections.isEmpty else { throw FleetFailure("rejections: \(rejections.prefix(3))") }
    }

    private func write(
        _ change: [String: [UInt8]?],
        to set: String,
        _ store: PolicyStore
    ) throws -> StoreRevision {
        // A server that has just started may not have a leader yet.
        for _ in 0..<100 {
            do { return try store.writeFiles(change, inSet: set) } catch { usleep(50_000) }
        }
        return try store.writeFiles(change, inSet: set)
    }

    private func rounded(_ number: Double) -> String { String(format: "%.1f", number) }
}

extension Date {
    fileprivate static func `in`(_ seconds: Double) -> Date { Date(timeIntervalSinceNow: seconds) }
}
