import Measuring
import Portcullis
import Workloads

/// What a check costs, one by one and in every other way of asking, and how many a second threads make together.
struct Throughput {
    private let subject: Subject
    private let run: Run

    init(_ subject: Subject, _ run: Run) { (self.subject, self.run) = (subject, run) }

    /// Single checks and batches of all workloads, whose rounds take turns with each other and with the floor,
    /// so that a machine that others use, too, slows all alike.
    static func measureTogether(_ subjects: [Subject], _ run: Run) {
        run.begin("single checks and batches")
        var measured = [[Round]](repeating: [], count: subjects.count)
        for round in 0...run.extent.rounds {
            for (index, subject) in subjects.enumerated() {
                let times = subject.round()
                // The first round warms up.
                if round > 0 { measured[index].append(times) }
            }
        }
        for (subject, rounds) in zip(subjects, measured) {
            for result in results(rounds, "throughput", subject.workload.name, ["threads": 1]) {
                run.add(result)
            }
        }
    }

    /// Single checks and batches beside their floors.
    static func results(
        _ rounds: [Round],
        _ group: String,
        _ workload: String?,
        _ parameters: [String: Finding.Parameter],
        names: (single: String, batch: String) = ("single", "batch")
    ) -> [Finding] {
        func result(_ name: String, _ values: [Double], _ floor: [Double]) -> Finding {
            Finding(group, name, workload: workload, parameters: parameters, unit: "ns", Summary(values))
                .beside(floor: floor, values: values)
        }
        return [
            result(names.single, rounds.map(\.single), rounds.map(\.floor)),
            result(names.batch, rounds.map(\.batch), rounds.map(\.floorBatch)),
        ]
    }

    func measure() throws {
        ThreadThroughput(subject, run).measure()
        try PreparedChecks(subject, run).measure()
        try ManyResources(subject, run).measure()
    }
}
