import Foundation
import Testing

@testable import Measuring

@Suite("Results are kept as format 1 says")
struct ResultFileTests {
    private func json(_ measurement: Finding) throws -> [String: Any] {
        let data = try JSONEncoder().encode(measurement)
        return try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
    }

    @Test("A summary has the median, the least and the most of its rounds")
    func summary() {
        let summary = Summary([5, 1, 9, 3, 7])
        #expect((summary.median, summary.minimum, summary.maximum, summary.rounds) == (5, 1, 9, 5))
    }

    @Test("A ratio to the floor is the median of the rounds' ratios, of time even where rates are given")
    func ratios() throws {
        let values = [20.0, 30, 80]
        let measurement = Finding("throughput", "single", unit: "ns", Summary(values))
        // The ratios are 2, 1 and 8.
        let times = measurement.beside(floor: [10, 30, 10], values: values)
        #expect(times.floor == 10)
        #expect(times.ratioToFloor == 2)
        #expect(measurement.beside(floor: [40, 30, 160], values: values, isRate: true).ratioToFloor == 2)
    }

    @Test("A cost is an object of numbers, with a flat object of parameters")
    func cost() throws {
        let object = try json(
            Finding(
                "scaling",
                "patterns",
                parameters: ["shape": "exact", "statements": 800],
                unit: "ns",
                Summary([1.5])
            )
        )
        #expect(object["median"] as? Double == 1.5)
        #expect(object["rounds"] as? Int == 1)
        let parameters = try #require(object["parameters"] as? [String: Any])
        #expect(parameters["shape"] as? String == "exact")
        #expect(parameters["statements"] as? Int == 800)
        #expect(object["percentiles"] == nil && object["skipped"] == nil)
    }

    @Test("A distribution has six percentiles and its buckets")
    func distribution() throws {
        var histogram = LatencyHistogram()
        for value in [10, 20, 20, 90] as [UInt64] { histogram.record(value) }
        let object = try json(Finding("latency", "single", workload: "W2", histogram))
        let percentiles = try #require(object["percentiles"] as? [String: Int])
        #expect(Set(percentiles.keys) == ["p50", "p90", "p99", "p99.9", "p99.99", "max"])
        #expect(percentiles["p50"] == 20 && percentiles["max"] == 90)
        #expect(object["buckets"] as? [[Int]] == [[10, 1], [20, 2], [90, 1]])
        #expect(object["count"] as? Int == 4)
    }

    @Test("What is left out says why, and has no figure")
    func skipped() throws {
        let object = try json(Finding("scaling", "principals", skipped: "no memory"))
        #expect(object["skipped"] as? String == "no memory")
        #expect(object["median"] == nil && object["unit"] == nil)
    }

    @Test("The sample in Fixtures is read, and says as much after being written")
    func sample() throws {
        let folder = URL(fileURLWithPath: #filePath).appendingPathComponent("../../../Fixtures").standardized
        let file = try ResultFile(contentsOf: folder.appendingPathComponent("sample-results.json").path)
        #expect(file.format == 1)
        #expect(Set(file.results.map(\.group)).isSuperset(of: ["throughput", "latency", "scaling"]))
        let copy = FileManager.default.temporaryDirectory
            .appendingPathComponent("results-\(UUID().uuidString).json")
        defer { try? FileManager.default.removeItem(at: copy) }
        try file.write(to: copy.path)
        let again = try ResultFile(contentsOf: copy.path)
        #expect(again.results.count == file.results.count)
        #expect(again.results.map(\.ratioToFloor) == file.results.map(\.ratioToFloor))
    }

    @Test("This machine describes itself")
    func machine() {
        let machine = MachineDescription()
        #expect(machine.logicalCores > 0)
        #expect(machine.memoryBytes > 1 << 20)
        #expect(machine.loadAverage.count == 3)
        #expect((1...10_000).contains(machine.clockCost))
    }
}
