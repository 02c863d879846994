package import Vocabulary

/// Decides compact requests against images.
package enum Evaluator {
    /// Decides a request with everything taken from the image.
    @inline(__always)
    static func decide(_ request: borrowing CompactRequest, _ image: ImageView, _ scratch: ScratchView)
        -> Decision
    {
        decide(request.view, request.sessionView, image, scratch)
    }

    /// Decides a request by its views alone, which its owner keeps meanwhile.
    @inline(__always)
    static func decide(
        _ view: RequestView,
        _ session: @autoclosure () -> SessionPolicyView?,
        _ image: ImageView,
        _ scratch: ScratchView
    ) -> Decision {
        var check = Check(image, view, scratch)
        if view.head.hasSessionPolicies { check.takeSessionPolicies(session()) }
        guard check.resolveCaller() else { return .failed }
        check.resolveTarget()
        return check.decide()
    }

    /// Decides one request, with working memory of its own.
    package static func decide(_ request: CompactRequest, in image: VerifiedImage) -> Decision {
        let scratch = Scratch()
        return withExtendedLifetime((scratch, image)) { decide(request, image.view, scratch.view) }
    }

    /// Decides a request under layers that were compiled for it alone.
    package static func decide(_ request: CompactRequest, under plan: CompiledPolicies) -> Decision {
        let scratch = Scratch()
        return withExtendedLifetime((scratch, plan, request)) {
            var check = Check(plan.image.view, request.view, scratch.view)
            check.take(plan)
            return check.decide()
        }
    }
}

/// The policies that bear on one request, compiled without a directory around them.
package struct CompiledPolicies: Sendable {
    let image: VerifiedImage
    var layers = LayerLists()
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
        return withExtendedLifetime(self) {
            let view = view
            let (chunks, added) = (view.header.policies, view.changes.policies)
            for index in 0..<(chunks.indices.count + added.indices.count) {
                let place =
                    index < chunks.indices.count
                    ? view.load(UInt32.self, chunks, index)
                    : view[change: UInt32.self, added, index - chunks.indices.count]
                let record = view.load(PolicyRecord.self, at: place)
                if record.policyIndex == policy.rawValue { return view.bytes(record.name).text }
            }
            return nil
        }
    }
}

extension Check {
    @inline(never)
    mutating func takeSessionPolicies(_ policies: SessionPolicyView?) {
        guard let policies else { return }
        sessionImage = policies.image
        layers.apply(.session, policies.list)
    }

    mutating func take(_ plan: CompiledPolicies) {
        layers = plan.layers
        sessionImage = image
        target.requiresTrust = plan.requiresTrust
        if let account = plan.resourceAccount { target.account = image.bytes(account) }
        let head = request.head
        caller.kind = head.kind
        caller.name = request.view(head.principal)
        if let id = plan.uniqueID { caller.uniqueID = image.bytes(id) }
        switch head.kind {
        case .role: caller.entity = caller.name
        case .roleSession: caller.entity = request.view(head.entity)
        case .federatedUser: if !head.entity.isEmpty { caller.entity = request.view(head.entity) }
        case .user, .root, .service, .federated, .canonicalUser, .anonymous: break
        }
        if !head.account.isEmpty { caller.account = request.view(head.account) }
    }
}
