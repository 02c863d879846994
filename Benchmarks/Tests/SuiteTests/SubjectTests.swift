import Portcullis
import Testing

@testable import Suite
@testable import Workloads

/// No figure counts before every answer has been compared.
struct SubjectTests {
    @Test("A workload that is answered rightly is measured, each figure above nothing")
    func rightAnswers() throws {
        let round = try Subject(try Workload.w1()).round()
        for figure in [round.floor, round.single, round.floorBatch, round.batch] { #expect(figure > 0) }
    }

    @Test("One wrong answer among a thousand stops the run", arguments: [0, 500, 999])
    func wrongAnswer(index: Int) throws {
        var workload = try Workload.w1()
        workload.expected[index] = workload.expected[index] == .allow ? .explicitDeny : .allow
        #expect(throws: WrongAnswers.self) { try Subject(workload) }
    }
}
