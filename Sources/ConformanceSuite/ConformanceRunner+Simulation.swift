import IdentityDirectory
import PolicyLanguage
import ReferenceEvaluator
import Vocabulary

extension ConformanceRunner {
    /// Policies are taken as they are: whether a product would have stored them is asked by `parse-*` vectors.
    private static let reader = PolicyReader(mode: .permissive)

    /// A request decided under policies given layer by layer.
    func simulate(
        _ vector: ConformanceVector,
        options base: EvaluationOptions = EvaluationOptions()
    ) throws(InvalidDocument) -> ConformanceResult.Verdict {
        var options = base
        try options.apply(vector.json["options"])
        guard let value = hostileFile(vector)?["request"] ?? vector.request else {
            return .failed("no request")
        }
        var document: RequestDocument
        do throws(InvalidDocument) {
            document = try RequestDocument(value, ignoresUnknownMembers: true)
        } catch {
            return compare("error", with: vector, "\(error)")
        }
        let layers = hostileFile(vector)?["policies"] ?? vector.policies
        let policies = try effectivePolicies(layers, document.request, value)
        // Peers write words where an account belongs; the layers say all that matters here.
        if vector.dialect != nil, let owner = document.request.resourceAccount, AccountID(owner.text) == nil {
            document.request.resourceAccount = nil
        }
        let decision = evaluator.decide(document.request, under: policies, options: options)
        return try judge(decision, document.request, policies, options, vector)
    }

    private func judge(
        _ decision: ReferenceDecision,
        _ request: AuthorizationRequest,
        _ policies: EffectivePolicies,
        _ options: EvaluationOptions,
        _ vector: ConformanceVector
    ) throws(InvalidDocument) -> ConformanceResult.Verdict {
        let verdict = compare(decision.outcome.name, with: vector, decision.error?.description ?? "")
        guard verdict == .passed, decision.outcome != .error else { return verdict }
        if let layer = vector.json["expectDecidedBy"]?.string, layer.description != decision.layer?.name {
            return .failed("expected to be decided by \(layer), was by \(decision.layer?.name ?? "nothing")")
        }
        let explanation: Explanation
        // A vector that may take so long only is about deciding.
        guard vector.millisecondsMax == nil else { return verdict }
        do throws(RequestError) {
            let evaluator = SpecificationEvaluator(options: options)
            explanation = try evaluator.explain(request, under: policies)
        } catch {
            return .failed("the request is decided and cannot be explained: \(error)")
        }
        return try judge(explanation, of: decision, by: vector)
    }

    // MARK: Layers

    private func effectivePolicies(
        _ layers: JSONValue?,
        _ request: AuthorizationRequest,
        _ value: JSONValue
    ) throws(InvalidDocument) -> EffectivePolicies {
        let arn = ARN(request.resource)
        var account = request.resourceAccount
        if account == nil, let owner = arn?.account, AccountID.isWellFormed(owner) {
            account = AccountID(owner)
        }
        var policies = EffectivePolicies(
            principal: request.principal,
            resourceAccount: account,
            context: request.context
        )
        policies.requiresResourcePolicyTrust =
            value["requiresResourcePolicyTrust"]?.bool ?? false
        guard let layers else { return policies }
        policies.identity = try list(layers["identity"], .identity) ?? []
        policies.boundary = try list(layers["boundary"], .boundary)
        if policies.boundary?.isEmpty == true { policies.boundary = nil }
        policies.session = try list(layers["session"], .session)
        policies.resource = try list(layers["resource"], .resource)
        policies.endpoint = try list(layers["endpoint"], .endpoint)
        policies.serviceControl = try levels(layers["scps"], .serviceControl)
        policies.resourceControl = try levels(layers["rcps"], .resourceControl)
        return policies
    }

    /// - Parameter level: the level of an organization, so that no two policies of a request bear one name.
    private func list(
        _ value: JSONValue?,
        _ type: PolicyType,
        level: Int? = nil
    ) throws(InvalidDocument) -> [EffectivePolicy]? {
        guard let value else { return nil }
        var policies: [EffectivePolicy] = []
        for document in value.kind == .array ? Array(value.elements) : [value] {
            let policy = try Self.reader.read(document, as: type)
            let place = level.map { " of level \($0)" } ?? ""
            let name = UTF8Text("\(type.rawValue) policy \(policies.count)\(place)")
            policies.append(EffectivePolicy(name: name, policy))
        }
        return policies
    }

    private func levels(_ value: JSONValue?, _ type: PolicyType) throws(InvalidDocument)
        -> [OrganizationLevel]?
    {
        guard let value else { return nil }
        var levels: [OrganizationLevel] = []
        for level in value.elements {
            levels.append(
                OrganizationLevel(
                    id: UTF8Text("level \(levels.count)"),
                    policies: try list(level, type, level: levels.count) ?? []
                )
            )
        }
        // Guardrails that apply with no level at all grant nothing.
        return levels.isEmpty ? [OrganizationLevel(id: "no level", policies: [])] : levels
    }

    // MARK: A whole directory

    /// A request decided in a folder of files given in the vector.
    func simulateInDirectory(_ vector: ConformanceVector) throws(InvalidDocument) -> ConformanceResult.Verdict
    {
        var options = EvaluationOptions()
        try options.apply(vector.json["options"])
        guard let files = vector.json["files"], let value = vector.request else {
            return .failed("no files or request")
        }
        var contents: [String: [UInt8]] = [:]
        for (path, content) in files.members { contents[path.text.description] = Array(content.sourceBytes) }
        let reader = PolicyReader(quotas: vector.quotas)
        let directory: Directory
        do throws(InvalidDirectory) {
            directory = try Directory(files: contents, reader: reader)
        } catch {
            return compare("invalid", with: vector, "the directory cannot be read: \(error)")
        }
        let document: RequestDocument
        do throws(InvalidDocument) {
            document = try RequestDocument(value, reader: reader)
        } catch {
            return compare("error", with: vector, "\(error)")
        }
        let policies: EffectivePolicies
        do throws(RequestError) {
            policies = try directory.effectivePolicies(
                for: document.request,
                session: document.session,
                at: document.at ?? RequestDocument.defaultTime
            )
        } catch {
            return compare("error", with: vector, error.description)
        }
        let decision = evaluator.decide(document, in: directory, options: options)
        return try judge(decision, document.request, policies, options, vector)
    }
}

extension RequestDocument {
    /// When a vector does not say when it is asked.
    static let defaultTime = Instant(seconds: 1_772_366_400) ?? .distantPast
}
