import Measuring
import Testing
import Workloads

@testable import Suite

/// The command line is understood whole or refused.
struct ArgumentsTests {
    @Test("Everything that can be said of a run")
    func run() throws {
        let words =
            "run --full --only latency,scaling --workload W1,W3 --managed-policies p --folder d --json o"
        let command = try Command(words.split(separator: " ").map(String.init))
        guard case .run(let options) = command else {
            Issue.record("no run")
            return
        }
        #expect(options.extent.mode == .full)
        #expect(options.groups == [.latency, .scaling])
        #expect(options.workloads.names == ["W1", "W3"])
        #expect(options.workloads.managedPolicies == "p")
        #expect(options.workloads.folder == "d")
        #expect(options.json == "o")
    }

    @Test("A run is quick, and of everything, unless told otherwise")
    func defaults() throws {
        guard case .run(let options) = try Command(["run"]) else {
            Issue.record("no run")
            return
        }
        #expect(options.extent.mode == .quick)
        #expect(options.groups == MeasuredGroup.allCases)
    }

    @Test(
        "What is misspelt or lacks its value is refused",
        arguments: [
            [], ["walk"], ["run", "--only", "speed"], ["run", "--json"], ["run", "fast"], ["export"],
            ["export", "d", "--full"], ["resident", "elsewhere", "p"],
        ]
    )
    func refused(words: [String]) {
        #expect(throws: WorkloadError.self) { try Command(words) }
    }
}
