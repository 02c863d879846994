import Foundation
import Measuring
import Portcullis
import ReferenceEvaluator
import Workloads

/// What an explanation costs, and the reference evaluator's decision without one.
struct ExplanationCost {
    private static let questionCount = 200

    private let subject: Subject
    private let run: Run

    init(_ subject: Subject, _ run: Run) { (self.subject, self.run) = (subject, run) }

    func measure() throws {
        let (workload, evaluator) = (subject.workload, SpecificationEvaluator())
        let questions = workload.asked.prefix(Self.questionCount)
        let wrong = try zip(questions, workload.expected).count { question, answer in
            try question.explain(by: evaluator, in: workload.directory).decision.outcome != answer
        }
        try WrongAnswers.demandNone(wrong, of: "explanations", in: workload.name)
        let values = try interleaved(
            rounds: run.extent.slowRounds,
            [
                {
                    try milliseconds {
                        for question in questions {
                            _ = try question.explain(by: evaluator, in: workload.directory)
                        }
                    }
                },
                {
                    try milliseconds {
                        for question in questions {
                            _ = try question.decide(by: evaluator, in: workload.directory)
                        }
                    }
                },
            ]
        )
        for (name, values) in zip(["explain", "reference decision"], values) {
            let summary = Summary(values.map { $0 / Double(questions.count) })
            run.add(Finding("explain", name, workload: workload.name, unit: "ms", summary))
        }
    }
}

/// What it takes to read a directory and to compile it.
struct CompileCost {
    private let subject: Subject
    private let run: Run

    init(_ subject: Subject, _ run: Run) { (self.subject, self.run) = (subject, run) }

    func measure() throws {
        let workload = subject.workload
        let reading = try run.extent.slowRounds { try milliseconds { _ = try workload.world.directory() } }
        run.add(Finding("compile", "read", workload: workload.name, unit: "ms", reading))
        let compiling = try run.extent.slowRounds {
            try milliseconds { _ = try SnapshotCompiler(seed: 7).compile(workload.directory) }
        }
        run.add(Finding("compile", "compile", workload: workload.name, unit: "ms", compiling))
    }
}

/// What it takes to make a snapshot file ready for checks.
struct LoadCost {
    private let subject: Subject
    private let run: Run

    init(_ subject: Subject, _ run: Run) { (self.subject, self.run) = (subject, run) }

    func measure() throws {
        let file = TemporaryFile()
        try subject.image.write(to: file.path)
        let ways: [(String, SnapshotFileAccess)] = [
            ("map and verify", .mapped), ("copy and verify", .copied),
        ]
        for (name, access) in ways {
            let summary = try run.extent.slowRounds {
                try milliseconds { _ = try VerifiedImage(contentsOf: file.path, access: access) }
            }
            run.add(
                Finding(
                    "load",
                    name,
                    workload: subject.workload.name,
                    parameters: ["bytes": .number(Double(subject.image.byteCount))],
                    unit: "ms",
                    summary
                )
            )
        }
    }
}

/// A place for a file that is gone with this object.
final class TemporaryFile {
    let path = FileManager.default.temporaryDirectory
        .appendingPathComponent("portcullis-suite-\(UUID().uuidString)").path

    deinit { try? FileManager.default.removeItem(atPath: path) }
}
