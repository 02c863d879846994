import Foundation
import PolicyLanguage
import Vocabulary

/// Measures how many megabytes of policy documents a second are read and validated.
///
/// Arguments: a file with one policy a line (or one object with a `document` member a line), and the number
/// of rounds. Each round reads every document; the median round is reported.
@main
struct Main {
    static func main() throws {
        let arguments = Array(CommandLine.arguments.dropFirst())
        let data = try Data(contentsOf: URL(fileURLWithPath: arguments.first ?? "Fixtures/policies.jsonl"))
        let rounds = arguments.dropFirst().first.flatMap { Int($0) } ?? 21
        let documents = try documents(Array(data))
        let bytes = documents.reduce(0) { $0 + $1.bytes.count }
        let reader = PolicyReader()

        var rejected = 0
        let parsing = try median(rounds) {
            for document in documents { _ = try JSONDocument(reading: document) }
        }
        let reading = median(rounds) {
            rejected = 0
            for document in documents {
                do throws(InvalidDocument) {
                    _ = try reader.read(document, as: .identity)
                } catch {
                    rejected += 1
                }
            }
        }
        print("documents: \(documents.count), bytes: \(bytes), rejected: \(rejected)")
        print("JSON only:          \(rate(bytes, parsing)) MB/s")
        print("read and validated: \(rate(bytes, reading)) MB/s")
    }

    /// The documents of a file, each with bytes of its own, as a loader would hold them.
    static func documents(_ data: [UInt8]) throws -> [SourceText] {
        try data.split(separator: UInt8(ascii: "\n")).map { row in
            let root = try JSONDocument(reading: SourceText(Array(row))).root
            return SourceText(Array((root["document"] ?? root).sourceBytes))
        }
    }

    static func median(_ rounds: Int, _ body: () throws -> Void) rethrows -> Duration {
        let clock = ContinuousClock()
        let times = try (0..<rounds).map { _ in try clock.measure(body) }.sorted()
        return times[times.count / 2]
    }

    static func rate(_ bytes: Int, _ duration: Duration) -> String {
        let seconds = Double(duration.components.attoseconds) / 1e18 + Double(duration.components.seconds)
        return String(format: "%.1f", Double(bytes) / seconds / 1e6)
    }
}
