import Foundation
import Portcullis
import Testing

@testable import Workloads

@Suite("A workload that is written and read again is the same")
struct WorkloadFolderTests {
    private let folder = FileManager.default.temporaryDirectory
        .appendingPathComponent("workloads-\(UUID())").path

    private func again(_ workload: Workload) throws -> [Workload] {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try WorkloadFolder.write(workload, in: folder)
        return try WorkloadFolder.workloads(in: folder)
    }

    private func expectSame(_ one: Workload, _ other: Workload) {
        #expect(one.name == other.name)
        #expect(one.expected == other.expected)
        #expect(other.contradictionCount == 0)
        #expect(one.world.policies.map(\.document) == other.world.policies.map(\.document))
        #expect(one.world.principals.map(\.policies) == other.world.principals.map(\.policies))
        #expect(one.world.guardrails == other.world.guardrails)
        #expect(one.asked.map(\.request) == other.asked.map(\.request))
    }

    @Test("W1")
    func w1() throws {
        let workload = try Workload.w1()
        let read = try again(workload)
        try #require(read.count == 1)
        expectSame(workload, read[0])
    }

    @Test("W5, with its guardrails in a file of their own")
    func w5() throws {
        var small = ScalingWorld()
        small.requests = 300
        let workload = try Workload.w5(of: try small.workload())
        let read = try again(workload)
        try #require(read.count == 1)
        expectSame(workload, read[0])
    }

    @Test("W4, whose requests state facts that the engine would know otherwise")
    func w4() throws {
        let workload = try Workload.w4(try ManagedPolicies(contentsOf: nil))
        let read = try again(workload)
        try #require(read.count == 1)
        expectSame(workload, read[0])
    }

    @Test("A folder without workloads is refused")
    func nothing() {
        #expect(throws: WorkloadError.self) { try WorkloadFolder.workloads(in: folder) }
    }
}
