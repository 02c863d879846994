import IdentityDirectory
import PolicyLanguage
import PolicySimulation
import Portcullis
import Testing
import Vocabulary

@Suite("Simulation: single cases")
struct SimulationCaseTests {
    private func policy(_ text: String, _ id: String = "p") throws -> SimulationPolicy {
        SimulationPolicy(
            id: id,
            source: .none,
            reading: try PolicyReader().read(SourceText(text), as: .identity)
        )
    }

    private static let statement = #"{"Effect": "Allow", "Action": "a:*", "Resource": "*"}"#

    @Test("With nothing in it everything is denied")
    func empty() throws {
        let outcome = try SimulationCase().outcome(of: "a:Do", on: "*")
        #expect(outcome.decision == .implicitDeny)
        #expect(outcome.statements.isEmpty)
        #expect(outcome.isAllowedByBoundary == nil)
        #expect(outcome.isAllowedByOrganization == nil)
    }

    @Test(
        "Statements are found where they stand, in characters",
        arguments: [
            ("{\"Version\":\"2012-10-17\",\"Statement\":[\(statement)]}", [1, 38, 1, 91]),
            ("\n\n {\"Version\": \"2012-10-17\",\r\n\"Statement\":\n\t\(statement)}", [5, 2, 5, 55]),
            (
                "{\"Statement\": [{\"Sid\": \"\", \"Effect\": \"Allow\", \"Action\": \"a:*\", \"Resource\": \"arn:aws:s3:::é}\\\"\"}]}",
                [1, 16, 1, 96]
            ),
        ]
    )
    func spans(_ text: String, _ numbers: [Int]) throws {
        var simulation = SimulationCase()
        simulation.identity = [try policy(text)]
        let resource: UTF8Text = text.contains("s3") ? "arn:aws:s3:::é}\"" : "*"
        let span = try #require(try simulation.outcome(of: "a:Do", on: resource).statements.first?.span)
        #expect([span.start.line, span.start.column, span.end.line, span.end.column] == numbers)
    }

    @Test("Of a policy inside a larger file the policy's own lines count")
    func embedded() throws {
        let text = "{\"x\": 1,\n \"y\": {\"Version\": \"2012-10-17\",\n\"Statement\": \(Self.statement)}}"
        let value = try #require(try JSONDocument(reading: SourceText(text)).root["y"])
        let validated = try PolicyReader().read(value, as: .identity)
        var simulation = SimulationCase()
        simulation.identity = [SimulationPolicy(id: "y", source: .none, reading: validated)]
        let span = try #require(try simulation.outcome(of: "a:Do", on: "*").statements.first?.span)
        #expect(span.start.line == 2)
        #expect(span.start.column == 14)
    }

    @Test("The same statement is told once, however many resources it allows")
    func combined() throws {
        var simulation = SimulationCase()
        simulation.identity = [try policy("{\"Version\": \"2012-10-17\", \"Statement\": \(Self.statement)}")]
        let result = try simulation.result(of: "a:Do", on: ["arn:aws:s3:::a", "arn:aws:s3:::b"])
        #expect(result.outcome.statements.count == 1)
        #expect(result.resources.map(\.outcome.decision) == [.allowed, .allowed])
        #expect(result.outcome.layers == [:])
        #expect(try simulation.result(of: "a:Do", on: ["*"]).outcome.layers == nil)
    }

    @Test("Guardrails end what is told about layers")
    func ended() throws {
        var simulation = SimulationCase()
        simulation.identity = [try policy("{\"Version\": \"2012-10-17\", \"Statement\": \(Self.statement)}")]
        simulation.serviceControl = [OrganizationLevel(id: "r-1", policies: [])]
        let outcome = try simulation.result(of: "a:Do", on: ["arn:aws:s3:::a"]).outcome
        #expect(outcome.decision == .implicitDeny)
        #expect(outcome.isAllowedByOrganization == false)
        #expect(outcome.layers == nil)
    }

    @Test("Decisions are ordered by how much they restrict")
    func order() {
        #expect(SimulationDecision.allCases.sorted() == [.allowed, .implicitDeny, .explicitDeny])
    }

    @Test("What cannot be evaluated is a fault of its kind")
    func faults() throws {
        var simulation = SimulationCase()
        simulation.identity = [
            try policy(
                #"{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "a:*", "Resource": "*", "Condition": {"NumericEquals": {"a:Size": "1"}}}}"#
            )
        ]
        #expect(throws: SimulationFault.self) { try simulation.outcome(of: "malformed", on: "*") }
        simulation.options.unparsableRequestValue = .error
        simulation.context["a:Size"] = .single("large")
        #expect { try simulation.outcome(of: "a:Do", on: "*") } throws: {
            ($0 as? SimulationFault)?.kind == .policyEvaluation
        }
        simulation.options.unparsableRequestValue = .noMatch
        #expect(try simulation.outcome(of: "a:Do", on: "*").decision == .implicitDeny)
    }
}
