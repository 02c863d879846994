import Measuring
import Portcullis
import Workloads

/// How long a change of one policy or one principal takes until a reader decides by it, and how long publishing
/// takes while readers read.
struct ChangeCost {
    private let subject: Subject
    private let run: Run

    init(_ subject: Subject, _ run: Run) { (self.subject, self.run) = (subject, run) }

    func measure() throws {
        let directory = subject.workload.directory
        let engine = try AuthorizationEngine(directory: directory, compiler: SnapshotCompiler(seed: 7))
        let roles = directory.accounts.values.flatMap(\.roles.values).map(\.arn).sorted { $0.text < $1.text }
        let own = Set(subject.workload.world.policies.map(\.id))
        let policies = directory.managedPolicies.keys.sorted().compactMap { ARN($0) }.filter {
            own.contains($0.resource.description.dropFirst("policy/".count).description)
        }
        let texts = try ["Allow", "Deny"].map { effect in
            let text =
                #"{"Version":"2012-10-17","Statement":{"Effect":"\#(effect)","Action":"s3:*","Resource":"*"}}"#
            return try PolicyReader().read(SourceText(text), as: .identity)
        }
        try measure("managed policy", engine) { number in
            .putManagedPolicy(policies[number * 7_919 % policies.count], texts[number % 2])
        }
        try measure("role's own policy", engine) { number in
            .putInlinePolicy("own", texts[number % 2], of: roles[number * 7_919 % roles.count])
        }
        try measure("role's tags", engine) { number in
            .setTags(["team": UTF8Text("t\(number)")], of: roles[number * 7_919 % roles.count])
        }
        measurePublishing()
    }

    private func measure(
        _ name: String,
        _ engine: AuthorizationEngine,
        _ change: (Int) -> DirectoryChange
    ) throws {
        var reader = engine.makeReader()
        let request = try subject.workload.asked[0].compact()
        let clock = WallClock()
        var (histogram, stale) = (LatencyHistogram(), 0)
        for number in 0..<run.extent.changeCount {
            let next = change(number)
            let start = clock.now()
            let revision = try engine.apply([next])
            if reader.authorize(request).revision != revision { stale += 1 }
            histogram.record(clock.now() - start)
        }
        try WrongAnswers.demandNone(stale, of: "changes (decided by an old revision)", in: name)
        run.add(Finding("change", name, workload: subject.workload.name, histogram))
    }

    /// A thousand swaps a second of the same image, each timed, while one thread does nothing but check.
    private func measurePublishing() {
        let (engine, image, requests) = (subject.engine, subject.image, subject.workload.requests)
        let reading = RepeatedTask { isStopped in
            var reader = engine.makeReader()
            var index = 0
            while !isStopped() {
                _ = reader.authorize(requests[index])
                index = index + 1 == requests.count ? 0 : index + 1
            }
        }
        defer { reading.stop() }
        var histogram = LatencyHistogram()
        let clock = WallClock()
        var loop = OpenLoop(ratePerSecond: Double(ThreadThroughput.swapsPerSecond), clock: clock)
        for _ in 0..<run.extent.changeCount {
            _ = loop.waitForTurn()
            let start = clock.now()
            engine.replace(with: image)
            histogram.record(clock.now() - start)
        }
        run.add(
            Finding(
                "change",
                "swap under load",
                workload: subject.workload.name,
                parameters: [
                    "swapsPerSecond": .number(Double(ThreadThroughput.swapsPerSecond)), "threads": 1,
                ],
                histogram
            )
        )
    }
}
