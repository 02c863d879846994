import Portcullis
import Testing

@testable import Workloads

@Suite("Workloads are made as their descriptions say")
struct SyntheticWorkloadTests {
    /// A small world of W2's kind.
    private static func small() throws -> Workload {
        var world = ScalingWorld()
        world.statements = 400
        world.principals = 200
        world.requests = 1_000
        return try world.workload()
    }

    @Test("The same seed gives the same workload, another seed another")
    func determinism() throws {
        let (one, other) = (try Workload.w1(seed: "a"), try Workload.w1(seed: "a"))
        #expect(one.drafts.map(\.json) == other.drafts.map(\.json))
        #expect(one.drafts.map(\.json) != (try Workload.w1(seed: "b")).drafts.map(\.json))
        let (first, second) = (try Self.small(), try Self.small())
        #expect(first.world.policies.map(\.document) == second.world.policies.map(\.document))
        #expect(first.drafts.map(\.json) == second.drafts.map(\.json))
    }

    @Test("W1 is a policy of three statements, with 700 Allows, 150 Denies and 150 of nothing")
    func w1() throws {
        let workload = try Workload.w1()
        #expect(workload.world.statementCount == 3)
        #expect(workload.world.principals.count == 1)
        #expect(workload.answerCounts == [.allow: 700, .explicitDeny: 150, .implicitDeny: 150])
        #expect(workload.contradictionCount == 0)
    }

    @Test("Statements have the proportions of the generator: a tenth Denies, a fifth with conditions")
    func proportions() {
        var random = RandomSource(seed: "proportions")
        let synthesis = StatementSynthesis(applicationCount: 40)
        let statements = (0..<20_000).map { _ in synthesis.statement(&random) }
        func share(_ holds: (StatementDraft) -> Bool) -> Double {
            Double(statements.count(where: holds)) / Double(statements.count)
        }
        #expect(abs(share(\.isDeny) - 0.10) < 0.01)
        #expect(abs(share { !$0.conditions.isEmpty } - 0.20) < 0.01)
        #expect(abs(share { $0.actions[0].hasSuffix(":*") } - 0.15) < 0.01)
        #expect(!statements.contains { $0.isDeny && $0.resources == ["*"] })
        for service in Service.all {
            let expected = Double(service.weight) / 100
            #expect(abs(share { $0.actions[0].hasPrefix(service.name + ":") } - expected) < 0.01)
        }
    }

    @Test("Each of a service's patterns matches the resources it is for", arguments: Service.all.map(\.name))
    func resources(name: String) throws {
        let service = try #require(Service.named(name))
        var random = RandomSource(seed: name)
        for application in 0..<50 {
            let resource = UTF8Text(service.resource(application, &random))
            #expect(ARN(resource) != nil)
            #expect(WildcardPattern(UTF8Text(service.applicationPattern(application))).matches(resource))
            #expect(WildcardPattern(UTF8Text(service.innerPattern(application))).matches(resource))
            #expect(!WildcardPattern(UTF8Text(service.applicationPattern(application + 1))).matches(resource))
            let parts = (0..<200).map { _ in service.partPattern(application, &random) }
            #expect(parts.contains { WildcardPattern(UTF8Text($0)).matches(resource) })
        }
    }

    @Test("The guardrails of W5 are eight Denies, and turn some Allows into Denies but never the reverse")
    func guardrails() throws {
        let plain = try Self.small()
        let guarded = try Workload.w5(of: plain)
        #expect(guarded.name == "W5")
        let statements = try JSONDocument(reading: SourceText(World.eightDenies)).root["Statement"]?.elements
        #expect(statements.map { Array($0).count } == 8)
        let pairs = Array(zip(plain.expected, guarded.expected))
        #expect(!pairs.contains { $0 != .allow && $1 == .allow })
        #expect(guarded.directory.organization != nil)
    }

    @Test("Without a file of managed policies those of the project are taken, under another name")
    func managedFallback() throws {
        let managed = try ManagedPolicies(contentsOf: nil)
        #expect(managed.isFallback)
        #expect(managed.policies.count == 200)
        let workload = try Workload.w4(managed)
        #expect(workload.name == "W4-fixture")
        #expect(workload.world.principals.allSatisfy { $0.policies.count == 10 })
        #expect(workload.requests.count > 10_000)
        #expect(workload.answerCounts.count == 3)
    }
}
