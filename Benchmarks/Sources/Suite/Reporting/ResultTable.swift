import Foundation
import Measuring

/// The results as a table for people.
enum ResultTable {
    static func text(_ results: [Finding]) -> String {
        var lines: [String] = []
        var group = ""
        for result in results {
            if result.group != group {
                group = result.group
                lines += ["", group]
            }
            let what = [result.workload, result.name].compactMap(\.self).joined(separator: " ")
            let parameters = result.parameters.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }
            let name = ([what] + parameters).joined(separator: ", ")
            let padding = String(repeating: " ", count: max(0, 62 - name.count))
            lines.append("  " + name + padding + figures(result))
        }
        return lines.dropFirst().joined(separator: "\n")
    }

    private static func figures(_ result: Finding) -> String {
        if let reason = result.skipped { return " left out: \(reason)" }
        if let percentiles = result.percentiles {
            let values = Finding.percents.map { "\($0.name) \(percentiles[$0.name] ?? 0)" }
            return " " + values.joined(separator: "  ") + "  max \(percentiles["max"] ?? 0) ns"
        }
        guard let median = result.median, let minimum = result.minimum, let maximum = result.maximum else {
            return ""
        }
        var text = String(format: " %10@ %@", number(median), result.unit ?? "")
        if result.rounds ?? 1 > 1 { text += " (\(number(minimum))…\(number(maximum)))" }
        if let floor = result.floor, let ratio = result.ratioToFloor {
            text += String(format: ", floor %@, %.2f times", number(floor), ratio)
        }
        return text
    }

    /// Four digits that matter, and no more behind the point than that takes.
    private static func number(_ value: Double) -> String {
        let digits = value == 0 ? 0 : max(0, 3 - Int(log10(abs(value)).rounded(.down)))
        return String(format: "%.\(min(digits, 4))f", value)
    }
}
