import Portcullis
import Testing

@testable import Workloads

@Suite("In a scaling world one quantity grows")
struct ScalingWorldTests {
    private func workload(_ change: (inout ScalingWorld) -> Void) throws -> Workload {
        var world = ScalingWorld()
        world.principals = 50
        world.requests = 200
        change(&world)
        return try world.workload()
    }

    @Test("There are as many statements as were asked for", arguments: [1, 10, 799, 1_000])
    func statements(count: Int) throws {
        #expect(try workload { $0.statements = count }.world.statementCount == count)
    }

    @Test("There are as many roles as were asked for", arguments: [1, 300])
    func principals(count: Int) throws {
        let workload = try workload { $0.principals = count }
        #expect(workload.world.principals.count == count)
        #expect(workload.directory.accounts.values.reduce(0) { $0 + $1.roles.count } == count)
    }

    @Test("With enough roles every policy is attached to one")
    func attachments() throws {
        let workload = try workload {
            $0.statements = 1_600
            $0.principals = 100
        }
        let attached = Set(workload.world.principals.flatMap(\.policies))
        #expect(attached.count == workload.world.policies.count)
    }

    @Test("Each role has as many statements as were asked for", arguments: [4, 32, 256])
    func statementsPerPrincipal(count: Int) throws {
        let workload = try workload { $0.statementsPerPrincipal = count }
        for role in workload.world.principals {
            #expect(role.policies.reduce(0) { $0 + workload.world.policies[$1].statements.count } == count)
        }
    }

    @Test("Each statement has as many conditions, and all of them hold", arguments: [0, 1, 8])
    func conditions(count: Int) throws {
        let (with, without) = (
            try workload { $0.conditionsPerStatement = count }, try workload { $0.conditionsPerStatement = 0 }
        )
        let statements = with.world.policies.flatMap(\.statements)
        #expect(statements.allSatisfy { $0.conditions.count == count })
        #expect(with.expected == without.expected)
        #expect(with.expected.contains(.allow))
    }

    @Test("Statements of each shape allow something and leave something", arguments: PatternShape.allCases)
    func shapes(shape: PatternShape) throws {
        let workload = try workload { $0.shape = shape }
        let statements = workload.world.policies.flatMap(\.statements)
        #expect(statements.allSatisfy { $0.isNotAction == (shape == .notAction) })
        #expect(statements.allSatisfy { $0.isNotResource == (shape == .notResource) })
        if shape == .exact { #expect(!statements.contains { $0.resources[0].contains("*") }) }
        if shape == .variable { #expect(statements.allSatisfy { $0.resources[0].contains("${") }) }
        #expect(Set(workload.expected).isSuperset(of: [.allow, .implicitDeny]))
    }
}
