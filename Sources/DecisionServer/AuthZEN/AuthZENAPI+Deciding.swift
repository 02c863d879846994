import Portcullis

extension AuthZENAPI {
    /// Decides one question by the policies in force.
    func decide(_ question: AuthZENQuestion) -> AuthZENAnswer {
        let answer = judge(question)
        return settings.isDryRun ? answer.inDryRun : answer
    }

    private func judge(_ question: AuthZENQuestion) -> AuthZENAnswer {
        do throws(AuthZENRefusal) {
            let decision = try self.decision(question, at: policies.now)
            if decision.isAllowed { return .allowed(revision: decision.revision) }
            return .denied(reason(decision), revision: decision.revision)
        } catch {
            return .denied(error.reason, revision: policies.engine.revision)
        }
    }

    /// What the engine says.
    ///
    /// - Throws: ``AuthZENRefusal`` for a question that cannot be put to it.
    func decision(_ question: AuthZENQuestion, at now: Instant) throws(AuthZENRefusal) -> Decision {
        let request = try mapping.request(question)
        let compact: CompactRequest
        do throws(RequestError) {
            compact = try CompactRequest(request, at: now)
        } catch {
            throw .malformedRequest
        }
        return policies.engine.authorize(compact)
    }

    /// Why it was denied, for administrators; policies are named where the settings say so.
    private func reason(_ decision: Decision) -> String {
        let forbids = decision.outcome == .explicitDeny
        let words =
            switch decision.outcome {
            case .explicitDeny: "a policy forbids the request"
            case .implicitDeny, .allow: "no policy allows the request"
            case .error: "the subject is not in the directory, or the request cannot be evaluated"
            }
        guard settings.disclosesPolicies, let layer = decision.layer else { return words }
        guard forbids, let policy = policies.engine.policyName(of: decision),
            let statement = decision.statement
        else {
            return "\(words): no \(layer.policyPhrase) allows it"
        }
        return "\(words): statement \(statement) of \(layer.policyPhrase) `\(policy)`"
    }
}
