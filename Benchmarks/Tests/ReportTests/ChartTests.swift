import Foundation
import Testing

@testable import Report

@Suite("Charts show what the results say")
struct ChartTests {
    @Test(
        "Figures have three digits and the unit that fits",
        arguments: [
            (224.04, "ns", "224 ns"), (1100, "ms", "1.1 s"), (55_000_000, "bytes", "55 MB"),
            (4_464_285, "checks/s", "4.46 M/s"), (999.7, "ns", "1 µs"), (0, "ns", "0 ns"),
            (0.04, "ms", "40 µs"),
        ]
    )
    func quantity(value: Double, unit: String, text: String) {
        #expect(Quantity.text(value, unit: unit) == text)
    }

    @Test(
        "Thousands stand apart",
        arguments: [(0, "0"), (999, "999"), (1000, "1,000"), (10_000_000, "10,000,000")]
    )
    func grouped(value: Double, text: String) { #expect(Quantity.grouped(value) == text) }

    @Test(
        "A scale holds its values, ends at round numbers and has few ticks",
        arguments: [
            (Scale.Kind.linear, [3.0, 23_000_000]), (.logarithmic, [27.0, 913]), (.logarithmic, [0.3, 4e9]),
            (.logarithmic, [5.0]), (.linear, [0.0]),
        ]
    )
    func scale(kind: Scale.Kind, values: [Double]) {
        let scale = Scale(kind, around: values, places: (0, 100))
        for value in values {
            #expect(scale.place(of: value) >= -0.01)
            #expect(scale.place(of: value) <= 100.01)
        }
        #expect((2...9).contains(scale.ticks.count))
        #expect(scale.ticks == scale.ticks.sorted())
    }

    @Test("A latency stands at 1/(1-q) of its first place in the distribution")
    func latency() throws {
        let latency = try measurement(
            #""count":1000,"percentiles":{"p50":1,"max":9},"buckets":[[1,900],[4,90],[8,9],[9,1]]"#
        )
        let points = LatencyChart.points(of: latency)
        #expect(points.map(\.y) == [1, 4, 8, 9])
        #expect(zip(points.map(\.x), [1.0, 10, 100, 1000]).allSatisfy { abs($0 - $1) < 1e-9 })
    }

    @Test("Sizes are drawn in ascending order, what was left out is not drawn but told")
    func sizes() throws {
        let results = try Sample.results()
        let principals = try #require(
            ScalingChart(results: results).plots.first { $0.title.contains("principals") }
        )
        #expect(principals.series[0].points.map(\.x) == [10, 100, 1000, 10_000, 100_000, 1_000_000])
        #expect(principals.series.map(\.isReference) == [false, true])
        #expect(
            results.skippedTable?.rows == [
                ["scaling", "principals, 10,000,000 principals", "needs 9 GB, 4 GB are free"]
            ]
        )
    }

    @Test("Throughput has a line a workload, and the line of the best one if threads cost nothing")
    func throughput() throws {
        let plot = try #require(ThroughputChart(results: Sample.results()).plots.first)
        #expect(
            plot.series.map(\.name) == ["W1, single", "W2, single", "W3, single", "W4, single", "linear"]
        )
        let best = plot.series[0].points[0].y
        #expect(plot.series[4].points.map(\.y) == [best, 2 * best])
    }

    @Test("Texts along an axis do not touch")
    func apart() {
        let scale = Scale(between: 1...64, places: (0, 630))
        #expect(scale.apart([1, 2, 4, 8, 16, 32, 64], by: 34) == [1, 8, 16, 32, 64])
    }

    @Test(
        "Parts are few and about as large as each other",
        arguments: [(8, [4, 4]), (6, [6]), (7, [4, 3]), (13, [5, 5, 3]), (0, [])]
    )
    func parts(count: Int, sizes: [Int]) {
        #expect(Array(0..<count).divided(by: 6).map(\.count) == sizes)
        #expect(Array(0..<count).divided(by: 6).flatMap { $0 } == Array(0..<count))
    }

    @Test("Peers stand in the order of their speed")
    func peers() throws {
        let plot = try #require(PeersChart(results: Sample.results()).plots.first)
        #expect(plot.bars.map(\.value) == plot.bars.map(\.value).sorted(by: >))
        #expect(plot.bars.filter { !$0.isOther }.map(\.name) == ["Portcullis"])
    }

    private func measurement(_ members: String) throws -> Report.Measurement {
        let text = #"{"group":"latency","name":"single","parameters":{},"unit":"ns",\#(members)}"#
        return try JSONDecoder().decode(Report.Measurement.self, from: Data(text.utf8))
    }
}
