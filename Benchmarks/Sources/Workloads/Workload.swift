import Portcullis
import ReferenceEvaluator

/// A world with requests, each with the reference evaluator's answer.
public struct Workload: Sendable {
    /// `W1` to `W5`, or what a folder or a scaling world is called.
    public let name: String
    /// What the directory was read from.
    public let world: World
    /// Who exists, and which policies bear on whom.
    public let directory: Directory
    /// The requests as a file states them, with the answers that came with them.
    public let drafts: [RequestDraft]
    /// The requests before they are laid out.
    public let asked: [WorkloadRequest]
    /// The requests laid out.
    public let requests: [CompactRequest]
    /// The reference evaluator's answers.
    public internal(set) var expected: [Outcome]

    /// A workload of a world and requests; the answers are found here.
    ///
    /// - Throws: ``InvalidDirectory`` or ``RequestError``.
    public init(name: String, _ world: World, _ drafts: [RequestDraft]) throws {
        try self.init(name: name, world, try world.directory(), drafts)
    }

    init(name: String, _ world: World, _ directory: Directory, _ drafts: [RequestDraft]) throws {
        (self.name, self.world, self.directory, self.drafts) = (name, world, directory, drafts)
        asked = try drafts.map {
            try WorkloadRequest($0, isContextComplete: Self.hasCompleteContexts(name))
        }
        requests = try asked.map { try $0.compact() }
        let evaluator = SpecificationEvaluator()
        expected = try asked.map { try $0.decide(by: evaluator, in: directory) }
    }

    /// Whether a workload's contexts are taken for all there is; see ``WorkloadRequest``.
    static func hasCompleteContexts(_ name: String) -> Bool { name.hasPrefix("W4") }

    /// How many requests came with an answer that is not the reference evaluator's.
    public var contradictionCount: Int {
        zip(drafts, expected).count { draft, answer in draft.expected.map { $0 != answer } ?? false }
    }

    /// How many requests have each answer.
    public var answerCounts: [Outcome: Int] { Dictionary(expected.map { ($0, 1) }, uniquingKeysWith: +) }
}
