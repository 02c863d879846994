import Foundation
import Measuring
import Portcullis
import Workloads

/// One run: the groups that are asked for on the workloads that are asked for, in turn.
final class Run {
    let extent: Extent
    private let options: RunOptions
    private let progress: Progress
    private let choice: WorkloadChoice
    private(set) var file: ResultFile

    init(_ options: RunOptions) {
        self.options = options
        extent = options.extent
        let workloads = WorkloadChoice(options.workloads) { _ in }.count
        let progress = Progress(total: Self.stepCount(options, workloads: workloads) + 2 * workloads)
        self.progress = progress
        choice = WorkloadChoice(options.workloads) { progress.begin($0) }
        file = ResultFile(mode: extent.mode, sources: PackageFolder.url(""))
    }

    /// Steps once there are so many workloads and their answers are compared.
    private static func stepCount(_ options: RunOptions, workloads: Int) -> Int {
        options.groups.reduce(0) { sum, group in
            switch group {
            case .scaling: sum + ScalingPoint.all(options.extent).count
            case .throughput: sum + workloads + 1
            default: sum + workloads
            }
        }
    }

    /// Says what is done next.
    func begin(_ step: String) { progress.begin(step) }

    /// Keeps a result.
    func add(_ result: Finding) { file.results.append(result) }

    /// Measures everything.
    ///
    /// - Throws: ``WrongAnswers`` and whatever keeps a workload from being made.
    func measure() throws {
        if options.groups != [.scaling] {
            let subjects = try choice.workloads().map { workload in
                begin("comparing the answers of \(workload.name)")
                return try Subject(workload)
            }
            progress.expect(Self.stepCount(options, workloads: subjects.count))
            for group in options.groups { try measure(group, subjects) }
        }
        if options.groups.contains(.scaling) { try Scaling(self).measure() }
        progress.end()
    }

    private func measure(_ group: MeasuredGroup, _ subjects: [Subject]) throws {
        if group == .throughput { Throughput.measureTogether(subjects, self) }
        let largest = subjects.max { $0.image.byteCount < $1.image.byteCount }
        for subject in subjects where group != .scaling {
            begin("\(subject.workload.name) \(group.rawValue)")
            switch group {
            case .throughput: try Throughput(subject, self).measure()
            case .latency: Latency(subject, self).measure()
            case .explain: try ExplanationCost(subject, self).measure()
            case .compile: try CompileCost(subject, self).measure()
            case .load: try LoadCost(subject, self).measure()
            case .change: try ChangeCost(subject, self).measure()
            // What reloading costs checks grows with the image.
            case .reloading where subject === largest: try ReloadingCost(subject, self).measure()
            case .reloading: break
            case .memory: try MemoryCost(subject, self).measure()
            case .scaling: break
            }
        }
    }
}
