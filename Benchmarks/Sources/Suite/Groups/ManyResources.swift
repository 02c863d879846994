import Measuring
import Portcullis
import ReferenceEvaluator
import Workloads

/// One caller's action on up to 10,000 resources, in one call and one by one; and what is left of the question
/// before any resource is known.
final class ManyResources {
    private static let resourceCount = 10_000
    private static let callerCount = 20
    /// All answers are compared with those of single checks, and one in so many with the reference evaluator's.
    private static let comparedStep = 97

    private let subject: Subject
    private let run: Run
    private let questions: [WorkloadRequest]
    private let resources: [UTF8Text]
    private let batch: ResourceBatch
    private var reader: AuthorizationReader
    private var decisions: [Decision]
    private var wrong = 0

    init(_ subject: Subject, _ run: Run) throws {
        (self.subject, self.run) = (subject, run)
        let asked = subject.workload.asked
        resources = asked.prefix(Self.resourceCount).map(\.request.resource)
        let step = max(1, asked.count / Self.callerCount)
        questions = stride(from: 0, to: asked.count, by: step).map { asked[$0] }
        batch = try ResourceBatch(resources)
        reader = subject.engine.makeReader()
        decisions = [Decision](repeating: .malformedRequest, count: resources.count)
    }

    func measure() throws {
        let rounds = run.extent.slowRounds
        var together = [Double](repeating: 0, count: rounds)
        var alone = together
        for question in questions {
            let request = try question.compact()
            let single = try resources.map { resource in
                var one = question
                one.request.resource = resource
                return try one.compact()
            }
            for round in 0..<rounds {
                together[round] += time { Self.decide(request, batch, &decisions, &reader) }
                alone[round] += time { Self.decide(single.span, &reader) }
            }
            try compare(question, single)
        }
        try WrongAnswers.demandNone(wrong, of: "a list of resources", in: subject.workload.name)
        let count = Double(questions.count * resources.count)
        for (name, values) in [("resource list", together), ("resource list, one by one", alone)] {
            add(name, Summary(values.map { $0 / count }))
        }
        try measureResiduals()
    }

    private func add(_ name: String, _ summary: Summary) {
        let count = Double(resources.count)
        run.add(
            Finding(
                "throughput",
                name,
                workload: subject.workload.name,
                parameters: ["threads": 1, "resources": .number(count)],
                unit: "ns",
                summary
            )
        )
    }

    private func time(_ body: () -> Void) -> Double {
        let clock = ThreadClock()
        let start = clock.now()
        body()
        return Double(clock.now() - start)
    }

    private static func decide(
        _ request: borrowing CompactRequest,
        _ resources: borrowing ResourceBatch,
        _ decisions: inout [Decision],
        _ reader: inout AuthorizationReader
    ) {
        var span = decisions.mutableSpan
        reader.authorize(request, resources: resources, into: &span)
    }

    private static func decide(_ requests: Span<CompactRequest>, _ reader: inout AuthorizationReader) {
        for index in requests.indices { _ = reader.authorize(requests, at: index) }
    }

    private func compare(_ question: WorkloadRequest, _ single: [CompactRequest]) throws {
        let evaluator = SpecificationEvaluator()
        for index in single.indices {
            if reader.authorize(single[index]) != decisions[index] { wrong += 1 }
            guard index % Self.comparedStep == 0 else { continue }
            var one = question
            one.request.resource = resources[index]
            let answer = try one.decide(by: evaluator, in: subject.workload.directory)
            if answer != decisions[index].outcome { wrong += 1 }
        }
    }

    // MARK: Residuals

    private func measureResiduals() throws {
        var values: [Double] = []
        for question in questions {
            let request = try question.compact()
            var residual: ResourceResidual?
            let cost = try milliseconds { residual = try subject.engine.residual(of: request) }
            values.append(cost * 1e6)
            try residual.map { try compare(question, $0) }
        }
        try WrongAnswers.demandNone(wrong, of: "residuals", in: subject.workload.name)
        add("residual", Summary(values))
    }

    private func compare(_ question: WorkloadRequest, _ residual: ResourceResidual) throws {
        for index in stride(from: 0, to: resources.count, by: Self.comparedStep) {
            guard residual.covers(resources[index]), let answer = residual.allows(resources[index]) else {
                continue
            }
            var one = question
            one.request.resource = resources[index]
            if reader.authorize(try one.compact()).isAllowed != answer { wrong += 1 }
        }
    }
}
