import ConformanceSuite
import Foundation
import PolicyLanguage
import Testing
import Vocabulary

/// Peers' cases and hostile inputs, which lie outside the project.
@Suite("Cases from outside the project", .enabled(if: sharedFolder != nil))
struct SharedCaseTests {
    /// Time is not measured here, beside other tests; `portcullis conformance` does.
    private func failures(_ vectors: [ConformanceVector], accepting accepted: [String: String] = [:])
        -> [String]
    {
        let runner = ConformanceRunner(accepting: accepted, measuresTime: false)
        return vectors.compactMap { vector in
            failure(runner.run(vector).verdict).map { "\(vector.id): \($0)" }
        }
    }

    @Test("Peers' cases under AWS's rules pass, but for the differences that a rule explains")
    func peers() throws {
        let shared = try #require(sharedFolder)
        let cases = try vectors(inFolder: shared.appendingPathComponent("cases")).map(\.vector)
        #expect(cases.count > 1_000)
        let list = packageRoot.appendingPathComponent(".ci/peer-differences.jsonl")
        var accepted: [String: String] = [:]
        for line in try Data(contentsOf: list).split(separator: UInt8(ascii: "\n")) {
            let json = try JSONDocument(reading: SourceText(Array(line))).root
            let id = try #require(json["id"]?.string?.description)
            accepted[id] = try #require(json["rule"]?.string?.description)
        }
        #expect(failures(cases, accepting: accepted) == [])
    }

    @Test("Hostile inputs are refused, or answered exactly")
    func hostileInputs() throws {
        let shared = try #require(sharedFolder)
        let cases = try vectors(in: shared.appendingPathComponent("badinput/index.jsonl"))
        #expect(cases.count > 150)
        #expect(failures(cases) == [])
    }
}
