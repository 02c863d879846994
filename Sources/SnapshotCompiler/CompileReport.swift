public import DecisionIndex
public import IdentityDirectory
public import PolicyLanguage
public import Vocabulary

/// What checks by a compiled directory may cost.
public struct CompileReport: Sendable {
    /// A policy and the most steps that a check of it takes.
    public struct Policy: Sendable {
        /// The ARN of a managed policy, the name of any other.
        public let name: UTF8Text
        /// The user, group, role or resource that carries an inline policy; nil for a managed one.
        public let carrier: UTF8Text?
        /// Where the document stands.
        public let location: SourceLocation
        /// In steps (``StepBound``).
        public let cost: Int
    }

    /// The policies, equal ones once, from the most costly on.
    public let policies: [Policy]
    /// The most policies that a single check may meet.
    public let bound: CheckBound
    /// The limit that each policy keeps, in steps.
    public let policyCostMax: Int
}

extension SnapshotCompiler {
    /// The most steps that a check of a policy takes (``StepBound``), whatever the request holds.
    ///
    /// - Throws: ``CompileError`` for a policy with more statements than an image may hold.
    /// - Complexity: O(size of the policy).
    public func cost(of document: PolicyDocument) throws(CompileError) -> Int {
        do throws(SnapshotBuilder.Failure) {
            var builder = SnapshotBuilder(options: options, seed: 0)
            let policy = PolicyPlan(name: "", statements: document.plans(options))
            let handle = try builder.add(policy)
            return Int(clamping: builder.steps(of: handle))
        } catch {
            throw CompileError(error)
        }
    }

    /// Compiles a directory, and tells what checks by it may cost.
    ///
    /// - Throws: ``CompileError`` as ``compile(_:)``.
    /// - Complexity: O(size of the directory); sorting the policies besides.
    public func compileWithReport(
        _ directory: Directory
    ) throws(CompileError) -> (image: VerifiedImage, report: CompileReport) {
        var costs: [PolicyLowering.Cost]? = []
        let image = try compile(directory, reporting: &costs)
        let policies = (costs ?? []).map { policy, steps in
            CompileReport.Policy(
                name: policy.name,
                carrier: policy.carrier,
                location: policy.document.location(of: policy.document.offset),
                cost: Int(clamping: steps)
            )
        }
        let report = CompileReport(
            policies: policies.sorted { ($1.cost, $0.name) < ($0.cost, $1.name) },
            bound: image.checkBound,
            policyCostMax: policyCostMax
        )
        return (image, report)
    }
}
