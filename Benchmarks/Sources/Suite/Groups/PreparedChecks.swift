import Measuring
import Portcullis
import Workloads

/// Prepared requests beside plain ones that ask the same, a thousand each.
///
/// First nothing changes between checks; then every check asks about another resource at another time. A few of
/// them in turn show what a check costs whose request is in the nearest cache.
final class PreparedChecks {
    private static let resourcesPerQuestion = 8
    private static let passesPerRound = 20
    private static let fewCount = 64

    private let subject: Subject
    private let run: Run
    private let questions: [WorkloadRequest]
    private let plain: [CompactRequest]
    private let prepared: [PreparedRequest]
    /// For each question the resources that others of its service ask about.
    private let resources: [[UTF8Text]]
    private var reader: AuthorizationReader
    private var allowed: UInt64 = 0

    init(_ subject: Subject, _ run: Run) throws {
        (self.subject, self.run) = (subject, run)
        questions = Array(subject.workload.asked.prefix(1_000))
        plain = Array(subject.workload.requests.prefix(1_000))
        prepared = try questions.map { try $0.prepared() }
        reader = subject.engine.makeReader()
        func service(_ question: WorkloadRequest) -> Substring {
            question.request.action.description.prefix { $0 != ":" }
        }
        let byService = Dictionary(grouping: questions, by: service).mapValues { $0.map(\.request.resource) }
        resources = questions.enumerated().map { index, question in
            let others = byService[service(question)] ?? []
            return (0..<Self.resourcesPerQuestion).map { others[(index + $0 * 7) % others.count] }
        }
    }

    private static let names = [
        "single, repeated", "prepared", "prepared, changed parts", "prepared, \(fewCount) in turn",
    ]

    func measure() throws {
        try compareAnswers()
        let values = try interleaved(
            rounds: run.extent.rounds,
            [
                { self.time { _ in self.allowed &+= self.subject.floor.run(0..<self.plain.count) } },
                { self.time { _ in Self.ask(self.plain, &self.reader, &self.allowed) } },
                {
                    try self.restore()
                    return self.time { _ in Self.ask(self.prepared, &self.reader, &self.allowed) }
                },
                { self.time { self.askOthers($0) } },
                {
                    try self.restore()
                    return self.timeFew()
                },
            ]
        )
        for (index, name) in Self.names.enumerated() {
            run.add(
                Finding(
                    "throughput",
                    name,
                    workload: subject.workload.name,
                    parameters: ["threads": 1],
                    unit: "ns",
                    Summary(values[index + 1])
                ).beside(floor: values[0], values: values[index + 1])
            )
        }
    }

    /// Compares every question that is asked below, with all its resources.
    private func compareAnswers() throws {
        var wrong = zip(prepared, subject.workload.expected).count { reader.authorize($0).outcome != $1 }
        for round in 0..<Self.resourcesPerQuestion {
            for index in questions.indices {
                var question = questions[index]
                question.request.resource = resources[index][round]
                try prepared[index].setResource(question.request.resource)
                prepared[index].setTime(question.now)
                if reader.authorize(prepared[index]) != reader.authorize(try question.compact()) {
                    wrong += 1
                }
            }
        }
        try WrongAnswers.demandNone(wrong, of: "prepared requests", in: subject.workload.name)
    }

    /// Gives every prepared request its own resource and time again.
    private func restore() throws {
        for (question, request) in zip(questions, prepared) {
            try request.setResource(question.request.resource)
            request.setTime(question.now)
        }
    }

    /// Nanoseconds of processor time a check, over twenty passes.
    private func time(_ pass: (Int) -> Void) -> Double {
        let clock = ThreadClock()
        let start = clock.now()
        for number in 0..<Self.passesPerRound { pass(number) }
        return Double(clock.now() - start) / Double(Self.passesPerRound * questions.count)
    }

    /// Nanoseconds of processor time a check of the first few, over as many checks as the others make.
    private func timeFew() -> Double {
        let few = Array(prepared.prefix(Self.fewCount))
        let passes = Self.passesPerRound * questions.count / few.count
        let clock = ThreadClock()
        let start = clock.now()
        for _ in 0..<passes { Self.ask(few, &reader, &allowed) }
        return Double(clock.now() - start) / Double(passes * few.count)
    }

    private static func ask(
        _ array: [CompactRequest],
        _ reader: inout AuthorizationReader,
        _ allowed: inout UInt64
    ) {
        let requests = array.span
        for index in requests.indices where reader.authorize(requests, at: index).isAllowed { allowed &+= 1 }
    }

    private static func ask(
        _ array: [PreparedRequest],
        _ reader: inout AuthorizationReader,
        _ allowed: inout UInt64
    ) {
        let requests = array.span
        for index in requests.indices where reader.authorize(requests[index]).isAllowed { allowed &+= 1 }
    }

    private func askOthers(_ round: Int) {
        let now = Instant(seconds: 1_772_366_400 + Int64(round) * 3_600) ?? .distantPast
        Self.ask(prepared, resources, round % Self.resourcesPerQuestion, now, &reader, &allowed)
    }

    private static func ask(
        _ array: [PreparedRequest],
        _ arrayOfResources: [[UTF8Text]],
        _ number: Int,
        _ now: Instant,
        _ reader: inout AuthorizationReader,
        _ allowed: inout UInt64
    ) {
        let (requests, resources) = (array.span, arrayOfResources.span)
        for index in requests.indices {
            guard (try? requests[index].setResource(resources[index][number])) != nil else { continue }
            requests[index].setTime(now)
            if reader.authorize(requests[index]).isAllowed { allowed &+= 1 }
        }
    }
}
