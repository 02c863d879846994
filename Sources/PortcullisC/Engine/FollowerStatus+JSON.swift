import Foundation
import PolicyLanguage
import SnapshotDelivery

extension FollowerStatus {
    /// As `portcullis_status` answers.
    var json: JSONWriter.Value {
        let (word, reason) = stateAndReason
        return .object([
            ("source", .string(source)),
            ("state", .string(word)),
            ("reason", reason.map { .string($0.rawValue) }),
            ("engineRevision", .integer(Int64(clamping: engineRevision))),
            ("storeRevision", storeRevision.map { .integer(Int64(clamping: $0.rawValue)) }),
            ("lastActivation", Self.seconds(lastActivation)),
            ("lastContact", Self.seconds(lastContact)),
            ("expires", Self.seconds(expires)),
            ("sourceFailure", sourceFailure.map { .string($0) }),
            ("keepingFailure", keepingFailure.map { .string($0) }),
            ("rejections", .array(rejections.map(Self.json))),
            ("counters", counters.json),
        ])
    }

    private var stateAndReason: (String, ClosureReason?) {
        switch state {
        case .enforcing: ("enforcing", nil)
        case .enforcingKept: ("enforcingKept", nil)
        case .enforcingStale(let reason): ("enforcingStale", reason)
        case .closed(let reason): ("closed", reason)
        }
    }

    private static func seconds(_ date: Date?) -> JSONWriter.Value? {
        date.map { .integer(Int64($0.timeIntervalSince1970.rounded(.down))) }
    }

    private static func json(_ rejection: Rejection) -> JSONWriter.Value {
        .object([
            ("time", seconds(rejection.time)),
            ("revision", rejection.revision.map { .integer(Int64(clamping: $0.rawValue)) }),
            ("code", .string(rejection.error.code.rawValue)),
            ("message", .string(rejection.error.message)),
        ])
    }
}

extension FollowerCounters {
    fileprivate var json: JSONWriter.Value {
        func number(_ value: UInt64) -> JSONWriter.Value { .integer(Int64(clamping: value)) }
        return .object([
            ("updates", number(updates)),
            ("activations", number(activations)),
            ("rejections", number(rejections.values.reduce(0, +))),
            ("sourceFailures", number(sourceFailures)),
            ("closures", number(closures)),
            ("keepingFailures", number(keepingFailures)),
        ])
    }
}
