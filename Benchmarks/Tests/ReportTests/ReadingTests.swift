import Foundation
import Testing

@testable import Report

@Suite("Results are checked where they are read")
struct ReadingTests {
    @Test("A whole file is read")
    func whole() throws {
        let results = try Sample.results()
        #expect(results.machine.logicalCores == 2)
        #expect(results.results.contains { $0.skipped != nil })
        #expect(results.peers?.first?.isOurs == true)
    }

    @Test(
        "A fault is told with its place",
        arguments: [
            (#""format": 1"#, #""format": 2"#, "format 2; only 1 is known"),
            (#""logicalCores": 2"#, #""cores": 2"#, "machine has no logicalCores"),
            (#""logicalCores": 2"#, #""logicalCores": "two""#, "machine.logicalCores is no Int"),
            (#""median": 85"#, #""median": "fast""#, "results[0].median is no Double"),
            (
                #""minimum": 82.45"#, #""minimum": 90"#,
                "results[0] (throughput, single): the minimum is above"
            ),
            (#""median": 85, "minimum": 82.45"#, #""minimum": 82.45"#, "neither a median with a unit"),
            (#""ratioToFloor": 4.25"#, #""ratioToFloor": -4.25"#, "a figure below zero"),
            (#""count": 200000"#, #""count": 200001"#, "the buckets do not hold the count"),
            (#""agreed": 259"#, #""agreed": 260"#, "peers[4] (regopy 1.5.2): 260 answers of 259 agree"),
            (#""peers":"#, #""peers":,"#, "is no JSON"),
        ]
    )
    func fault(old: String, new: String, message: String) throws {
        let text = try Sample.text()
        let place = try #require(text.range(of: old))
        let faulty = text.replacingCharacters(in: place, with: new)
        let error = #expect(throws: InvalidResults.self) {
            try Results(Data(faulty.utf8), path: "results.json")
        }
        #expect(error?.description.hasPrefix("results.json: ") == true)
        #expect(error?.description.contains(message) == true, "\(error?.description ?? "")")
    }

    @Test("Percentiles ascend")
    func percentiles() throws {
        let text = try Sample.text().replacing(/"p50": \d+/, with: #""p50": 99999999"#)
        #expect(throws: InvalidResults.self) { try Results(Data(text.utf8), path: "") }
    }

    @Test("A file that is not there is told by its path")
    func missing() {
        let error = #expect(throws: InvalidResults.self) { try Results(contentsOf: "no/such/file.json") }
        #expect(error?.description.hasPrefix("no/such/file.json: cannot be read") == true)
    }
}

/// Results made up for tests.
enum Sample {
    static func text() throws -> String {
        let url = try #require(
            Bundle.module.url(forResource: "results", withExtension: "json", subdirectory: "Fixtures")
        )
        return try String(contentsOf: url, encoding: .utf8)
    }

    static func results() throws -> Results {
        try Results(Data(text().utf8), path: "results.json")
    }

    static func instructions() throws -> InstructionCounts {
        let text =
            #"{"format":1,"toolchain":"","counts":{"plain":{"instructionsPerCheck":4869.78,"threshold":0.001}}}"#
        return try JSONDecoder().decode(InstructionCounts.self, from: Data(text.utf8))
    }
}
