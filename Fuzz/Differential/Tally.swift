import RandomWorlds
import Vocabulary

/// How many requests had which answer.
struct Tally: Sendable {
    private(set) var passed = 0
    private(set) var failed = 0
    private(set) var worlds = 0
    private var outcomes: [Outcome: Int] = [:]
    private var layers: [PolicyLayer?: Int] = [:]

    var requests: Int { passed + failed }

    mutating func add(_ answer: Answer, agrees: Bool) {
        if agrees { passed += 1 } else { failed += 1 }
        outcomes[answer.outcome, default: 0] += 1
        layers[answer.layer, default: 0] += 1
    }

    mutating func addWorld() { worlds += 1 }

    static func += (lhs: inout Tally, rhs: Tally) {
        lhs.passed += rhs.passed
        lhs.failed += rhs.failed
        lhs.worlds += rhs.worlds
        lhs.outcomes.merge(rhs.outcomes, uniquingKeysWith: +)
        lhs.layers.merge(rhs.layers, uniquingKeysWith: +)
    }

    /// Counts by outcome and by deciding layer.
    var lines: [String] {
        let byOutcome = [Outcome.allow, .implicitDeny, .explicitDeny, .error].map { outcome in
            "\(outcome.name) \(share(outcomes[outcome] ?? 0))"
        }
        let byLayer = (PolicyLayer.allCases.map { $0 as PolicyLayer? } + [nil]).map { layer in
            "\(layer?.name ?? "none") \(share(layers[layer] ?? 0))"
        }
        return [
            "outcomes: " + byOutcome.joined(separator: ", "),
            "decided by: " + byLayer.joined(separator: ", "),
        ]
    }

    private func share(_ count: Int) -> String {
        guard requests > 0 else { return "0" }
        let permille = count * 1_000 / requests
        return "\(count) (\(permille / 10).\(permille % 10) %)"
    }
}
