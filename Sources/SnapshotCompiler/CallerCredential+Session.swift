public import DecisionIndex
public import IdentityDirectory
public import Vocabulary

extension CallerCredential {
    /// What a session carries, with its policies compiled.
    ///
    /// - Throws: ``CompileError`` for session policies with more of something than a check may read.
    public init(_ session: SessionFacts, options: EvaluationOptions) throws(CompileError) {
        self.init()
        sessionName = session.name
        tags = session.tags
        isMultiFactorAuthenticated = session.isMultiFactorAuthenticated
        multiFactorAuthAgeSeconds = session.multiFactorAuthAgeSeconds
        issuedAt = session.issuedAt
        sourceIdentity = session.sourceIdentity
        federatedProvider = session.federatedProvider
        guard let policies = session.policies else { return }
        do throws(SnapshotBuilder.Failure) {
            let seed = UInt64.random(in: .min ... .max)
            self.policies = try RequestCompiler.compile(session: policies, options: options, seed: seed)
        } catch {
            throw CompileError(error)
        }
    }
}
