import Foundation
import Measuring
import Portcullis
import Workloads

/// Checks on worlds of which one quantity grows, from point to point.
struct Scaling {
    private let run: Run

    init(_ run: Run) { self.run = run }

    /// What a point took, or would have.
    private struct Effort {
        /// The most memory of this process.
        let bytes: Double
        let seconds: Double

        /// What a point ten times as large takes: ten times what has come since the one before this.
        func extrapolated(since previous: Effort) -> Effort {
            Effort(
                bytes: bytes + 10 * max(0, bytes - previous.bytes),
                seconds: seconds + 10 * max(0, seconds - previous.seconds)
            )
        }
    }

    func measure() throws {
        var efforts: [String: [Effort]] = [:]
        for point in ScalingPoint.all(run.extent) {
            run.begin("scaling \(point.name) \(point.parameter)")
            let known = efforts[point.name] ?? []
            let expected =
                known.count < 2 || !point.growsTenfold
                ? nil : known[known.count - 1].extrapolated(since: known[known.count - 2])
            if let reason = point.skipped ?? expected.flatMap(obstacle) {
                run.add(Finding("scaling", point.name, parameters: point.parameters, skipped: reason))
                if let expected { efforts[point.name, default: []].append(expected) }
                continue
            }
            efforts[point.name, default: []].append(try measure(point))
        }
    }

    /// Why a point that takes so much cannot be measured here.
    private func obstacle(_ expected: Effort) -> String? {
        let available = Double(ProcessMemory.availableBytes + ProcessMemory.residentBytes) * 0.9
        if expected.bytes > available {
            return "needs about \(gigabytes(expected.bytes)) GB; there are \(gigabytes(available)) GB"
        }
        guard expected.seconds > run.extent.scalingSecondsMax else { return nil }
        return
            "would take about \(Int(expected.seconds)) s; \(Int(run.extent.scalingSecondsMax)) s are allowed"
    }

    private func gigabytes(_ bytes: Double) -> String { String(format: "%.1f", bytes / 1e9) }

    private func measure(_ point: ScalingPoint) throws -> Effort {
        ProcessMemory.resetPeak()
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
            bytes: Double(ProcessMemory.peakResidentBytes),
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
            ("compile", "ms", subject.compileMilliseconds),
            ("image", "bytes", Double(subject.image.byteCount)),
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
