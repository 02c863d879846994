import Foundation
import Portcullis

/// Measures checks on workload folders beside the floor; every answer is compared first.
///
/// The rounds of all workloads and of the floor take turns, and ratios are medians over rounds, so that a
/// machine that others use, too, slows both sides of a ratio.
@main
struct Main {
    static func main() throws {
        let rounds = ProcessInfo.processInfo.environment["ROUNDS"].flatMap { Int($0) } ?? 15
        var subjects: [Subject] = []
        var isWrong = false
        for folder in CommandLine.arguments.dropFirst() {
            for workload in try Workload.all(in: folder) {
                guard let subject = try Subject(workload) else { continue }
                subjects.append(subject)
                if !describe(subject) { isWrong = true }
            }
        }
        if isWrong { exit(1) }
        report(subjects, rounds)
        if ProcessInfo.processInfo.environment["THREADS"] != nil {
            for subject in subjects { Threads(subject).report() }
        }
        for subject in subjects { try reportOtherCalls(subject, rounds) }
    }

    /// What else is asked for: `PREPARED`, `RESOURCES`, `CHANGES`.
    private static func reportOtherCalls(_ subject: Subject, _ rounds: Int) throws {
        let wanted = ProcessInfo.processInfo.environment
        let workload = subject.workload
        var reader = subject.engine.makeReader()
        if wanted["PREPARED"] != nil {
            print(workload.name)
            try PreparedChecks(workload, rounds: rounds).report(&reader)
        }
        if wanted["RESOURCES"] != nil {
            print(workload.name)
            let many = try ManyResources(folder: workload.folder)
            try many.measure(subject.engine)
            try many.measureResiduals(subject.engine)
        }
        if wanted["CHANGES"] != nil {
            print(workload.name)
            try ChangeCost.measure(workload.directory)
        }
    }

    /// Prints size and wrong answers; false when there are any.
    private static func describe(_ subject: Subject) -> Bool {
        let wrong = subject.wrongAnswers()
        print("\(subject.workload.name): \(subject.workload.requests.count) requests", terminator: "; ")
        print("wrong: \(wrong.single) singly, \(wrong.batch) in a batch", terminator: "; ")
        print("the generator's answers differ from the reference's in \(wrong.ofGenerator)")
        print("  compiled in \(subject.compileTime), image \(subject.image.byteCount) bytes")
        return wrong.single == 0 && wrong.batch == 0
    }

    private static func report(_ subjects: [Subject], _ rounds: Int) {
        var measured = [[Round]](repeating: [], count: subjects.count)
        for round in 0...rounds {
            for (index, subject) in subjects.enumerated() {
                let times = subject.round()
                // The first round warms up.
                if round > 0 { measured[index].append(times) }
            }
        }
        let typical = subjects.firstIndex { $0.workload.name == "W2" }
        print("ns a check, medians of \(rounds) rounds; ratios are medians of the rounds' ratios")
        print("      floor  single ratio | floor batch   batch ratio | single/batch  single/W2")
        for (subject, rounds) in zip(subjects, measured) {
            let toTypical = typical.map { typical in
                zip(rounds, measured[typical]).map { $0.single / $1.single }.median
            }
            let figures = String(
                format: "  %7.1f %7.1f %5.2f |     %7.1f %7.1f %5.2f |        %5.2f      %5.2f",
                rounds.map(\.floor).median,
                rounds.map(\.single).median,
                rounds.map { $0.single / $0.floor }.median,
                rounds.map(\.floorBatch).median,
                rounds.map(\.batch).median,
                rounds.map { $0.batch / $0.floorBatch }.median,
                rounds.map { $0.single / $0.batch }.median,
                toTypical ?? .nan
            )
            print(subject.workload.name + figures)
        }
    }
}
