import DecisionIndex
import PolicyLanguage
import SnapshotCompiler
import Vocabulary

extension CompileReport {
    /// Policies that the report for people lists.
    private static let linesMax = 20

    /// For people: the most costly policies, and the worst check.
    var lines: [String] {
        var lines = ["most costly policies, in steps a check; at most \(policyCostMax) are allowed:"]
        for policy in policies.prefix(Self.linesMax) {
            let carrier = policy.carrier.map { " of \($0)" } ?? ""
            lines.append("  \(policy.cost) \(policy.name)\(carrier), \(policy.location)")
        }
        if policies.count > Self.linesMax {
            lines.append("  and \(policies.count - Self.linesMax) that cost no more")
        }
        lines.append("worst check: \(bound); at most \(CheckBound.chunksMax) are allowed")
        return lines
    }

    /// For programs: every policy.
    var json: JSONWriter.Value {
        .object([
            ("policyCostMax", .integer(Int64(policyCostMax))),
            ("policies", .array(policies.map(\.json))),
            (
                "worstCheck",
                .object([
                    ("chunks", .integer(Int64(bound.chunks))),
                    ("chunksMax", .integer(Int64(CheckBound.chunksMax))),
                    ("session", .integer(Int64(CheckBound.sessionChunksMax))),
                    ("principal", bound.principal?.json), ("resource", bound.resource?.json),
                    ("endpoint", bound.endpoint?.json),
                ])
            ),
        ])
    }
}

extension CompileReport.Policy {
    fileprivate var json: JSONWriter.Value {
        .object([
            ("name", .string(name.description)), ("carrier", carrier.map { .string($0.description) }),
            ("location", .string("\(location)")), ("cost", .integer(Int64(cost))),
        ])
    }
}

extension CheckBound.Place {
    fileprivate var json: JSONWriter.Value {
        .object([("name", .string(name.description)), ("chunks", .integer(Int64(chunks)))])
    }
}
