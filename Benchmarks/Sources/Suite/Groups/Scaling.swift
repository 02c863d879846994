import Foundation
import Measuring
import Portcullis
import Workloads

/// Checks on worlds of which one quantity grows, from point to point.
struct Scaling {
    private let run: Run

    init(_ run: Run) { self.run = run }

    /// What a point took, from which the next, ten times as large, is estimated.
    private struct Effort {
        let name: String
        let bytes: Int
        let seconds: Double
    }

    func measure() throws {
        var last: Effort?
        for point in ScalingPoint.all(run.extent) {
            run.begin("scaling \(point.name) \(point.parameter)")
            if let reason = point.skipped ?? obstacle(to: point, after: last) {
                run.add(Finding("scaling", point.name, parameters: point.parameters, skipped: reason))
                last = last.map { Effort(name: $0.name, bytes: $0.bytes * 10, seconds: $0.seconds * 10) }
                continue
            }
            last = try measure(point)
        }
    }

    /// Why a point cannot be measured here, going by the one before, a tenth of its size.
    private func obstacle(to point: ScalingPoint, after last: Effort?) -> String? {
        guard let last, last.name == point.name, ["statements", "principals"].contains(point.name) else {
            return nil
        }
        let (needed, available) = (last.bytes * 10, ProcessMemory.availableBytes)
        if needed > available / 10 * 9 {
            return "needs about \(gigabytes(needed)) GB; \(gigabytes(available)) GB are free"
        }
        let seconds = last.seconds * 10
        guard seconds > run.extent.scalingSecondsMax else { return nil }
        return "would take about \(Int(seconds)) s; \(Int(run.extent.scalingSecondsMax)) s are allowed"
    }

    private func gigabytes(_ bytes: Int) -> String { String(format: "%.1f", Double(bytes) / 1e9) }

    private func measure(_ point: ScalingPoint) throws -> Effort {
        ProcessMemory.resetPeak()
        let before = ProcessMemory.residentBytes
        let clock = WallClock()
        let start = clock.now()
        do {
            try measureFigures(point)
        } catch let error as CompileError {
            // Such as more policies on one caller than a check may meet.
            run.add(
                Finding("scaling", point.name, parameters: point.parameters, skipped: "\(error)")
            )
        }
        return Effort(
            name: point.name,
            bytes: max(0, ProcessMemory.peakResidentBytes - before),
            seconds: Double(clock.now() - start) / 1e9
        )
    }

    private func measureFigures(_ point: ScalingPoint) throws {
        let subject = try Subject(try point.world.workload())
        var rounds: [Round] = []
        for round in 0...run.extent.slowRounds {
            let times = subject.round()
            if round > 0 { rounds.append(times) }
        }
        let names = (single: point.name, batch: "\(point.name), batch")
        for result in Throughput.results(rounds, "scaling", nil, point.parameters, names: names) {
            run.add(result)
        }
        for (name, unit, value) in [
            ("compile", "ms", subject.compileMilliseconds), ("image", "bytes", Double(subject.image.byteCount)),
        ] {
            run.add(
                Finding(
                    "scaling",
                    "\(point.name), \(name)",
                    parameters: point.parameters,
                    unit: unit,
                    Summary([value])
                )
            )
        }
    }
}
