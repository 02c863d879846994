public import DecisionIndex
public import IdentityDirectory
import PolicyLanguage
public import Vocabulary

/// Compiles a directory into an image: the last step of the control plane.
///
/// The stages: policies are lowered into the image's terms and laid out once each; guardrails are attached to
/// accounts, policies to users and roles, resource policies to resources; then the tables are written. The
/// same directory, options and seed give the same bytes.
public struct SnapshotCompiler: Sendable {
    /// The choices where AWS is silent; they are fixed in the image.
    public var options: EvaluationOptions
    /// The secret of the image's hashes; nil to draw one at random.
    public var seed: UInt64?
    /// The most steps that a check of one policy may take (``StepBound``); policies that could take more are
    /// refused.
    ///
    /// Beyond ``StepBound/limitMax`` there is no more to allow.
    public var policyCostMax = StepBound.policyMax

    /// A compiler with the specification's defaults and a random seed, unless told otherwise.
    public init(options: EvaluationOptions = EvaluationOptions(), seed: UInt64? = nil) {
        self.options = options
        self.seed = seed
    }

    /// Compiles a directory.
    ///
    /// - Throws: ``CompileError`` for a directory with more of something than a check may read, or with a policy
    ///   that could cost more than ``policyCostMax``.
    /// - Complexity: O(size of the directory).
    public func compile(_ directory: Directory) throws(CompileError) -> VerifiedImage {
        var costs: [PolicyLowering.Cost]?
        return try compile(directory, reporting: &costs)
    }

    /// Compiles a directory, and tells what each policy costs if there is a list for it.
    func compile(
        _ directory: Directory,
        reporting costs: inout [PolicyLowering.Cost]?
    ) throws(CompileError) -> VerifiedImage {
        let isReporting = costs != nil
        let (image, known) = try withSeed { seed throws(SnapshotBuilder.Failure) in
            var lowering = PolicyLowering(options: options, seed: seed, policyCostMax: policyCostMax)
            if isReporting { lowering.costs = [] }
            _ = try lower(directory, &lowering)
            let known = lowering.costs
            return (try lowering.builder.finish(), known)
        }
        costs = known
        return image
    }

    /// Builds with one seed after the other until the tables are short.
    func withSeed<Result>(
        _ build: (_ seed: UInt64) throws(SnapshotBuilder.Failure) -> Result
    ) throws(CompileError) -> Result {
        var seed = seed ?? UInt64.random(in: .min ... .max)
        for _ in 0..<Self.attemptsMax {
            do throws(SnapshotBuilder.Failure) {
                return try build(seed)
            } catch {
                guard error == .unluckySeed else { throw CompileError(error) }
                // The next seed follows from this one, so that builds stay comparable.
                seed = seed &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            }
        }
        throw CompileError(.unluckySeed)
    }

    private static let attemptsMax = 16

    /// Lays a directory out; answers where its accounts stand.
    func lower(
        _ directory: Directory,
        _ lowering: inout PolicyLowering
    ) throws(SnapshotBuilder.Failure) -> [AccountID: SnapshotBuilder.AccountHandle] {
        let accounts = try addAccounts(of: directory, &lowering)
        try lowering.builder.addPrincipals(try principals(of: directory, &lowering), accounts)
        try lowering.builder.addResources(try resources(of: directory, &lowering), accounts)
        var endpoints: [(id: UTF8Text, policy: SnapshotBuilder.PolicyHandle)] = []
        for (id, policy) in directory.endpoints.sorted(by: { $0.key < $1.key }) {
            endpoints.append((id, try lowering.add(policy)))
        }
        try lowering.builder.addEndpoints(endpoints)
        return accounts
    }
}

/// Why a directory cannot be compiled.
public struct CompileError: Error, Sendable, CustomStringConvertible {
    /// One line for people.
    public let description: String

    init(_ failure: SnapshotBuilder.Failure) {
        description =
            switch failure {
            case .unluckySeed: "no seed keeps the hash tables short"
            case .tooMany(let what): "too many \(what)"
            case .tooCostly(let policy, let steps, let max):
                "policy `\(policy)` may take \(steps) steps a check; at most \(max) are allowed"
            case .tooManyChunks(let bound):
                "a check may have to look at \(bound); at most \(CheckBound.chunksMax) are allowed"
            case .tooLarge: "the image would be larger than 4 GiB"
            }
    }
}
