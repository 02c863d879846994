package import Vocabulary

/// Decides compact requests against images.
package enum Evaluator {
    /// Decides a request with everything taken from the image.
    @inline(__always)
    static func decide(_ request: borrowing CompactRequest, _ image: ImageView, _ scratch: ScratchView)
        -> Decision
    {
        var check = Check(image, request.view, scratch)
        check.takeSession(of: request)
        guard check.resolveCaller() else { return .failed }
        check.resolveTarget()
        return check.decide()
    }

    /// Decides one request, with working memory of its own.
    package static func decide(_ request: CompactRequest, in image: VerifiedImage) -> Decision {
        let scratch = Scratch()
        return withExtendedLifetime((scratch, image)) { decide(request, image.memory.view, scratch.view) }
    }

    /// Decides a request under layers that were compiled for it alone.
    package static func decide(_ request: CompactRequest, under plan: CompiledPolicies) -> Decision {
        let scratch = Scratch()
        return withExtendedLifetime((scratch, plan, request)) {
            var check = Check(plan.image.memory.view, request.view, scratch.view)
            check.take(plan)
            return check.decide()
        }
    }
}

/// The policies that bear on one request, compiled without a directory around them.
package struct CompiledPolicies: Sendable {
    let image: VerifiedImage
    var layers = LayerLists()
    var session: ListRef?
    var requiresTrust = false
    var uniqueID: StringRef?
    var resourceAccount: StringRef?
}

extension CompiledPolicies {
    /// The name of the policy that decided.
    package func policyName(of decision: Decision) -> UTF8Text? { image.policyName(of: decision) }
}

extension CompactRequest {
    /// The name of the session policy that decided.
    package func sessionPolicyName(of decision: Decision) -> UTF8Text? {
        session?.image.policyName(of: decision)
    }
}

extension VerifiedImage {
    /// The name of the policy that decided; nil for an implicit deny.
    package func policyName(of decision: Decision) -> UTF8Text? {
        guard let policy = decision.policy else { return nil }
        return withExtendedLifetime(memory) {
            let view = memory.view
            let chunks = view.header.policies
            for index in chunks.indices {
                let record = view.load(PolicyRecord.self, at: view.load(UInt32.self, chunks, index))
                if record.policyIndex == policy.rawValue { return view.bytes(record.name).text }
            }
            return nil
        }
    }
}

extension Check {
    @inline(__always)
    mutating func takeSession(of request: borrowing CompactRequest) {
        if request.session != nil { takeSessionPolicies(of: request) }
    }

    @inline(never)
    private mutating func takeSessionPolicies(of request: borrowing CompactRequest) {
        guard let policies = request.session else { return }
        let image = policies.image.memory.view
        session = SessionLayer(
            image: image,
            list: policies.list,
            actionKey: ActionKey(
                action,
                colon: Int(self.request.head.actionColon),
                seed: image.header.seed
            )
        )
    }

    mutating func take(_ plan: CompiledPolicies) {
        layers = plan.layers
        if let list = plan.session { session = SessionLayer(image: image, list: list, actionKey: actionKey) }
        target.requiresTrust = plan.requiresTrust
        target.account = plan.resourceAccount.map { image.bytes($0) }
        let head = request.head
        caller.kind = head.kind
        caller.name = request.view(head.principal)
        caller.uniqueID = plan.uniqueID.map { image.bytes($0) }
        switch head.kind {
        case .role: caller.entity = caller.name
        case .roleSession: caller.entity = request.view(head.entity)
        case .federatedUser: caller.entity = head.entity.isEmpty ? nil : request.view(head.entity)
        case .user, .root, .service, .federated, .canonicalUser, .anonymous: break
        }
        caller.account = head.account.isEmpty ? nil : request.view(head.account)
    }
}
