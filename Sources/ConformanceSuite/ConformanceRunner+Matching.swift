import IdentityDirectory
import PolicyLanguage
import ReferenceEvaluator
import Vocabulary

extension ConformanceRunner {
    /// The statement of a vector as a policy of its own.
    private func policy(_ vector: ConformanceVector, as type: PolicyType) throws(InvalidDocument)
        -> EffectivePolicy?
    {
        guard let policies = vector.policies else { return nil }
        if let resource = policies["resource"] {
            return EffectivePolicy(
                name: "policy",
                try PolicyReader(mode: .permissive).read(resource, as: .resource)
            )
        }
        guard let statement = policies["statement"] else { return nil }
        var text = "{"
        switch policies["version"] {
        case let version? where version.kind == .string: text += "\"Version\":\"\(version.text)\","
        case .some: break
        case nil: text += "\"Version\":\"2012-10-17\","
        }
        let bytes = Array(text.utf8) + Array("\"Statement\":".utf8) + statement.sourceBytes + Array("}".utf8)
        return EffectivePolicy(
            name: "policy",
            try PolicyReader(mode: .permissive).read(SourceText(bytes, name: vector.id), as: type)
        )
    }

    private func type(_ vector: ConformanceVector, default fallback: PolicyType = .identity) -> PolicyType {
        vector.policies?["policyType"]?.string.flatMap { PolicyType(rawValue: $0.description) } ?? fallback
    }

    private func context(_ vector: ConformanceVector) throws(InvalidDocument) -> RequestContext {
        guard let context = vector.request?["context"] else { return RequestContext() }
        let bytes =
            Array(#"{"principal":"anonymous","action":"a:b","resource":"*","context":"#.utf8)
            + context.sourceBytes
            + Array("}".utf8)
        return try RequestDocument(reading: SourceText(bytes)).request.context
    }

    private func match(_ isMatch: Bool, _ vector: ConformanceVector) -> ConformanceResult.Verdict {
        compare(isMatch ? "match" : "nomatch", with: vector)
    }

    /// Compares one element's answer with the vector, then asks the evaluator a whole request in which the
    /// statement is an identity policy: it must allow, or deny, just when all elements match.
    private func judge(
        _ isMatch: Bool,
        _ vector: ConformanceVector,
        _ policy: EffectivePolicy,
        _ probe: StatementProbe
    ) -> ConformanceResult.Verdict {
        let verdict = match(isMatch, vector)
        guard verdict == .passed, (try? probe.request.validate()) != nil else { return verdict }
        let statement = policy.document.statements[0]
        guard statement.resource != nil, let conditionsHold = try? probe.conditionsHold(statement) else {
            return verdict
        }
        let applies = probe.matchesAction(statement) && probe.matchesResource(statement) && conditionsHold
        let wanted: Outcome = !applies ? .implicitDeny : statement.effect == .allow ? .allow : .explicitDeny
        var policies = EffectivePolicies(
            principal: probe.request.principal,
            resourceAccount: probe.request.principal.account,
            context: probe.context
        )
        policies.identity = [policy]
        let outcome = evaluator.decide(probe.request, under: policies, options: probe.options).outcome
        return outcome == wanted
            ? verdict : .failed("the whole request: expected \(wanted.name), got \(outcome.name)")
    }

    /// Somebody with identity policies, where a vector does not care who asks.
    private static let somebody = ARN("arn:aws:iam::111122223333:user/somebody").map {
        RequestPrincipal.user($0)
    }

    private func statementMatching(
        _ vector: ConformanceVector,
        action: UTF8Text = "a:b",
        resource: UTF8Text = "*",
        principal: RequestPrincipal = somebody ?? .anonymous,
        owner: AccountID? = nil
    ) throws(InvalidDocument) -> StatementProbe {
        var options = EvaluationOptions()
        try options.apply(vector.json["options"])
        return StatementProbe(
            request: AuthorizationRequest(
                principal: principal,
                action: action,
                resource: resource,
                resourceAccount: owner
            ),
            context: try context(vector),
            options: options
        )
    }

    /// All conditions of the statement together.
    func matchConditions(_ vector: ConformanceVector) throws(InvalidDocument) -> ConformanceResult.Verdict {
        guard let policy = try policy(vector, as: type(vector)) else { return .failed("no statement") }
        let probe = try statementMatching(vector)
        do throws(RequestError) {
            return judge(try probe.conditionsHold(policy.document.statements[0]), vector, policy, probe)
        } catch {
            return compare("error", with: vector)
        }
    }

    /// The action element by itself.
    func matchAction(_ vector: ConformanceVector) throws(InvalidDocument) -> ConformanceResult.Verdict {
        guard let policy = try policy(vector, as: type(vector)) else { return .failed("no statement") }
        let probe = try statementMatching(vector, action: vector.requestText("action") ?? "")
        return judge(probe.matchesAction(policy.document.statements[0]), vector, policy, probe)
    }

    /// The resource element by itself.
    func matchResource(_ vector: ConformanceVector) throws(InvalidDocument) -> ConformanceResult.Verdict {
        guard let policy = try policy(vector, as: type(vector)) else { return .failed("no statement") }
        let probe = try statementMatching(vector, resource: vector.requestText("resource") ?? "")
        return judge(probe.matchesResource(policy.document.statements[0]), vector, policy, probe)
    }

    /// The principal element by itself, or a resource policy that is asked about one caller only.
    func matchPrincipal(_ vector: ConformanceVector) throws(InvalidDocument) -> ConformanceResult.Verdict {
        guard let policy = try policy(vector, as: .resource) else { return .failed("no statement") }
        guard let principal = principal(vector) else { return .failed("no principal") }
        let owner = vector.requestText("resourceAccount").flatMap { AccountID($0) }
        let probe = try statementMatching(vector, principal: principal, owner: owner)
        if vector.expect == "match" || vector.expect == "nomatch" {
            let strength = probe.principalStrength(policy.document.statements[0])
            if let wanted = vector.json["expectStrength"]?.string, wanted.description != strength.name {
                return .failed("expected strength \(wanted), got \(strength.name)")
            }
            return match(strength > .none, vector)
        }
        let matching = policy.document.statements.filter { probe.principalStrength($0) > .none }
        let outcome: Outcome =
            matching.contains { $0.effect == .deny }
            ? .explicitDeny : matching.isEmpty ? .implicitDeny : .allow
        return compare(outcome.name, with: vector)
    }

    /// The caller, from one name or from all the names it answers to.
    private func principal(_ vector: ConformanceVector) -> RequestPrincipal? {
        if let identities = vector.request?["principalIdentities"] {
            return principal(answeringTo: identities)
        }
        if let parent = vector.requestText("principalParent") { return .federated(provider: parent) }
        guard let value = vector.request?["principal"] else { return nil }
        let bytes =
            value.kind == .object ? Array(value.sourceBytes) : Array(JSONWriter.text(.text(value.text)).utf8)
        let text = Array(#"{"action":"a:b","resource":"*","principal":"#.utf8) + bytes + Array("}".utf8)
        return try? RequestDocument(reading: SourceText(text)).request.principal
    }

    private func principal(answeringTo identities: JSONValue) -> RequestPrincipal? {
        if let service = identities["Service"]?.string { return .service(service) }
        if let provider = identities["Federated"]?.string { return .federated(provider: provider) }
        let names = identities["AWS"].map { $0.kind == .array ? Array($0.elements) : [$0] } ?? []
        let arns = names.compactMap { $0.string.flatMap { ARN($0) } }
        let session = arns.first {
            $0.resource.hasPrefix("assumed-role/") || $0.resource.hasPrefix("federated-user/")
        }
        let role = arns.first { $0.resource.hasPrefix("role/") }
        if let session, let role { return .roleSession(session: session, role: role) }
        let user = arns.first { $0.resource.hasPrefix("user/") }
        return (session ?? role ?? user ?? arns.first).flatMap { RequestPrincipal($0.text) }
    }

    /// A bare glob.
    func matchWildcards(_ vector: ConformanceVector) -> ConformanceResult.Verdict {
        guard let pattern = vector.policies?["pattern"]?.string, let value = vector.requestText("value")
        else {
            return .failed("no pattern or value")
        }
        if vector.requestText("mode") == "star-only", pattern.firstOffset(of: UInt8(ascii: "?")) != nil {
            return .skipped("a glob without `?`")
        }
        if vector.request?["ignoreCase"]?.bool == true {
            return match(WildcardPattern(asciiLowercasing: pattern).matches(value.asciiLowercased), vector)
        }
        return match(WildcardPattern(pattern).matches(value), vector)
    }

    /// A pattern with variables, as a Resource or a `StringLike` value reads it.
    func matchVariables(_ vector: ConformanceVector) -> ConformanceResult.Verdict {
        guard let text = vector.policies?["pattern"]?.string, let value = vector.requestText("value"),
            let context = try? context(vector)
        else { return .failed("no pattern or value") }
        guard let template = try? PatternTemplate(text, .anywhere, expandsVariables: true) else {
            return .failed("not a pattern: \(text)")
        }
        return match(template.resolved(in: context)?.matches(value) ?? false, vector)
    }
}
