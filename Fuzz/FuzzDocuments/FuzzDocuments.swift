import IdentityDirectory
import PolicyLanguage
import ReferenceEvaluator
import Vocabulary

/// Reads any bytes as a policy of each type in each mode, as a request, and as authorization details.
///
/// What is accepted is then decided with: nothing may trap, and an explanation must agree with its decision.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    // INVARIANT: the fuzzer hands over `count` readable bytes at `start`.
    let bytes = unsafe Array(UnsafeBufferPointer(start: start, count: count))
    let source = SourceText(bytes)
    for mode in ValidationMode.allCases {
        let reader = PolicyReader(mode: mode, quotas: .aws)
        for type in PolicyType.allCases {
            guard let policy = try? reader.read(source, as: type) else { continue }
            decide(under: policy)
        }
    }
    if let document = try? RequestDocument(reading: source) { decide(document) }
    _ = try? Directory(authorizationDetails: [source])
    return 0
}

private let context = try? RequestContext([
    ("aws:username", .single("a*")), ("aws:tagkeys", .multi(["x", "y"])),
    ("aws:sourceip", .single("::ffff:10.0.0.1")),
    ("aws:currenttime", .single("2026-03-01T12:00:00Z")), ("s3:max-keys", .single("10abc")),
])

private func decide(under policy: ValidatedPolicy) {
    guard let context, let principal = RequestPrincipal("arn:aws:iam::111122223333:user/a"),
        let user = principal.account
    else { return }
    let request = AuthorizationRequest(
        principal: principal,
        action: "s3:GetObject",
        resource: "arn:aws:s3:::b/a*",
        context: context
    )
    var policies = EffectivePolicies(principal: principal, resourceAccount: user, context: context)
    policies.identity = [EffectivePolicy(name: "p", policy)]
    policies.resource = [EffectivePolicy(name: "p", policy)]
    policies.serviceControl = [OrganizationLevel(id: "r", policies: [EffectivePolicy(name: "p", policy)])]
    compare(request, policies)
}

private func decide(_ document: RequestDocument) {
    var policies = EffectivePolicies(
        principal: document.request.principal,
        resourceAccount: document.request.resourceAccount,
        context: document.request.context
    )
    policies.session = document.session?.policies
    compare(document.request, policies)
}

private func compare(_ request: AuthorizationRequest, _ policies: EffectivePolicies) {
    let evaluator = SpecificationEvaluator()
    let decision = evaluator.decide(request, under: policies)
    guard let explanation = try? evaluator.explain(request, under: policies) else {
        precondition(decision.outcome == .error, "an explanation failed where a decision did not")
        return
    }
    precondition(explanation.decision == decision, "an explanation disagrees with its decision")
    _ = ExplanationText().render(explanation)
    _ = JSONWriter.text(explanation.json(includesAllStatements: true))
}
