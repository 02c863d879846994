import Portcullis
import PolicySimulation

/// A request to simulate, read from its parameters.
struct SimulationRequest {
    /// What is simulated.
    var simulation: SimulationCase
    /// The actions in order.
    let actions: [UTF8Text]
    /// The resources in order; empty for `*`.
    let resources: [UTF8Text]

    /// How many actions and resources one request may name; AWS states no number.
    private static let actionsMax = 4_000
    private static let resourcesMax = 1_000
    private static let policyCharacters = 1...131_072
    private static let policiesMax = 100

    /// Reads the parameters of `SimulateCustomPolicy` or `SimulatePrincipalPolicy`.
    ///
    /// - Parameter directory: whose principals are simulated; nil where the policies are all passed as text.
    init(
        _ parameters: inout QueryParameters,
        principalsOf directory: Directory?
    ) throws(QueryFault) {
        let inputs = try parameters.texts(
            "PolicyInputList",
            count: Self.policyCharacters,
            countMax: Self.policiesMax
        )
        let callerARN = try parameters.text("CallerArn").map { UTF8Text($0) }
        if let directory {
            simulation = try Self.principal(&parameters, directory, callerARN)
        } else {
            guard inputs != nil else { throw .validation("`PolicyInputList` is missing") }
            simulation = SimulationCase()
            do throws(SimulationFault) {
                if let callerARN { try simulation.setCaller(callerARN, in: nil) }
            } catch {
                throw QueryFault(error)
            }
        }
        actions = try Self.actions(&parameters)
        resources = try Self.resources(&parameters)
        simulation.identity += try Self.policies(inputs ?? [], "PolicyInputList", as: .identity)
        try Self.readCeilings(&parameters, into: &simulation)
        try Self.readResourceSide(&parameters, into: &simulation, actions)
        simulation.context = try Self.context(&parameters)
        for resource in resources { try check(resource) }
    }

    private static func principal(
        _ parameters: inout QueryParameters,
        _ directory: Directory,
        _ caller: UTF8Text?
    ) throws(QueryFault) -> SimulationCase {
        let source = UTF8Text(try parameters.required("PolicySourceArn", count: 20...2_048))
        let excluded = try exclusions(&parameters)
        do throws(SimulationFault) {
            return try SimulationCase(policiesOf: source, caller: caller, in: directory, excluding: excluded)
        } catch {
            throw QueryFault(error)
        }
    }

    // MARK: What is asked

    private static func actions(_ parameters: inout QueryParameters) throws(QueryFault) -> [UTF8Text] {
        let names = try parameters.texts("ActionNames", count: 3...128, countMax: actionsMax) ?? []
        guard !names.isEmpty else { throw .validation("`ActionNames` is missing or empty") }
        for name in names {
            let isWellFormed =
                name.split(separator: ":", omittingEmptySubsequences: false).count == 2
                && name.utf8.allSatisfy { UInt8(ascii: "!")...UInt8(ascii: "~") ~= $0 }
            guard isWellFormed, !name.contains("*"), !name.contains("?") else {
                throw .invalidInput("`\(name)` is not the name of one action, such as s3:GetObject")
            }
        }
        return names.map { UTF8Text($0) }
    }

    private static func resources(_ parameters: inout QueryParameters) throws(QueryFault) -> [UTF8Text] {
        let resources = (try parameters.texts("ResourceArns", countMax: resourcesMax) ?? []).map {
            UTF8Text($0)
        }
        for resource in resources where resource != "*" && ARN(resource) == nil {
            throw .invalidInput("`\(resource)` is neither an ARN nor `*`")
        }
        if let option = try parameters.text("ResourceHandlingOption", count: 1...64) {
            guard let scenario = SimulationScenario(rawValue: option) else {
                let known = SimulationScenario.allCases.map(\.rawValue).joined(separator: ", ")
                throw .invalidInput("`ResourceHandlingOption` is none of \(known)")
            }
            do throws(SimulationFault) { try scenario.check(resources) } catch { throw QueryFault(error) }
        }
        return resources == ["*"] ? [] : resources
    }

    private func check(_ resource: UTF8Text) throws(QueryFault) {
        do throws(RequestError) {
            try AuthorizationRequest(principal: .anonymous, action: actions[0], resource: resource).validate()
        } catch {
            throw .invalidInput("`\(resource)` cannot be asked about: \(error)")
        }
    }

    // MARK: Policies

    private static func policies(
        _ texts: [String],
        _ name: String,
        as type: PolicyType,
        _ source: SimulationPolicy.Source = .none
    ) throws(QueryFault) -> [SimulationPolicy] {
        var policies: [SimulationPolicy] = []
        for text in texts {
            let id = "\(name).\(policies.count + 1)"
            policies.append(SimulationPolicy(id: id, source: source, reading: try policy(text, id, as: type)))
        }
        return policies
    }

    /// Reads what AWS would take.
    private static func policy(
        _ text: String,
        _ name: String,
        as type: PolicyType
    ) throws(QueryFault) -> ValidatedPolicy {
        do throws(InvalidDocument) {
            return try PolicyReader(mode: .lenient).read(SourceText(text, name: name), as: type)
        } catch {
            let fault = error.diagnostics.first { $0.severity == .error } ?? error.diagnostics.first
            throw .invalidInput(fault?.description ?? "\(name) is not a policy")
        }
    }

    private static func readCeilings(
        _ parameters: inout QueryParameters,
        into simulation: inout SimulationCase
    ) throws(QueryFault) {
        let name = "PermissionsBoundaryPolicyInputList"
        let texts = try parameters.texts(name, count: policyCharacters, countMax: policiesMax) ?? []
        guard texts.count <= 1 else { throw .invalidInput("`\(name)` has more than one policy") }
        if let boundary = try policies(texts, name, as: .boundary).first { simulation.boundary = boundary }
        let levels = "OrderedOrganizationPolicyInputList"
        guard let names = try parameters.elements(levels, countMax: 7) else { return }
        simulation.serviceControl = names.isEmpty ? nil : []
        for name in names {
            let list = "\(name).ServiceControlPolicyInputList"
            let texts = try parameters.texts(list, count: policyCharacters, countMax: policiesMax) ?? []
            let policies = try policies(texts, list, as: .serviceControl)
            simulation.serviceControl?.append(
                OrganizationLevel(id: UTF8Text(name), policies: policies.map(\.policy))
            )
        }
    }

    private static func readResourceSide(
        _ parameters: inout QueryParameters,
        into simulation: inout SimulationCase,
        _ actions: [UTF8Text]
    ) throws(QueryFault) {
        if let owner = try parameters.text("ResourceOwner") {
            let root = ARN(UTF8Text(owner)).flatMap {
                $0.service == "iam" && $0.resource == "root" ? $0.account : nil
            }
            guard let account = AccountID(root ?? UTF8Text(owner)) else {
                throw .invalidInput("`ResourceOwner` is no account, such as arn:aws:iam::111122223333:root")
            }
            guard simulation.caller != nil else {
                throw .invalidInput("`ResourceOwner` needs a `CallerArn`")
            }
            simulation.resourceOwner = account
        }
        guard let text = try parameters.text("ResourcePolicy", count: policyCharacters) else { return }
        guard simulation.caller != nil else {
            throw .invalidInput("`ResourcePolicy` needs a `CallerArn`, whom its principals can name")
        }
        let assumesRole = actions.allSatisfy { $0.asciiLowercased.begins(with: "sts:assumerole") }
        let policy = try policy(text, "ResourcePolicy", as: assumesRole ? .trust : .resource)
        simulation.resourcePolicy = SimulationPolicy(id: "ResourcePolicy", source: .resource, reading: policy)
    }

    // MARK: Facts and exclusions

    private static func context(_ parameters: inout QueryParameters) throws(QueryFault) -> RequestContext {
        var pairs: [(key: UTF8Text, value: ContextValue)] = []
        for name in try parameters.elements("ContextEntries", countMax: 1_000) ?? [] {
            let key = UTF8Text(try parameters.required("\(name).ContextKeyName", count: 5...256))
            guard let type = try parameters.word("\(name).ContextKeyType", SimulationContextType.self) else {
                throw .validation("`\(name).ContextKeyType` is missing")
            }
            let list = "\(name).ContextKeyValues"
            let values = try parameters.texts(list, count: 0...131_072, countMax: 10_000) ?? []
            do throws(SimulationFault) {
                pairs.append((key, try type.value(values.map { UTF8Text($0) }, of: key)))
            } catch {
                throw QueryFault(error)
            }
        }
        do throws(RequestError) {
            let context = try RequestContext(pairs)
            try AuthorizationRequest.validate(context: context)
            return context
        } catch {
            throw .invalidInput("\(error)")
        }
    }

    private static func exclusions(_ parameters: inout QueryParameters) throws(QueryFault)
        -> [SimulationExclusion]
    {
        var exclusions: [SimulationExclusion] = []
        for name in try parameters.elements("PolicyExclusionList", countMax: 256) ?? [] {
            var found: [SimulationExclusion] = []
            if let kind = try parameters.word("\(name).PolicyType", SimulationExclusion.Kind.self) {
                found.append(.kind(kind))
            }
            if let arn = try parameters.text("\(name).PolicyArn", count: 20...2_048) {
                found.append(.managed(arnPattern: arn))
            }
            let inline = "\(name).InlinePolicyIdentifier"
            if let policy = try parameters.text("\(inline).PolicyName", count: 1...128) {
                guard
                    let carrier = try parameters.word(
                        "\(inline).AttachmentType",
                        SimulationExclusion.Carrier.self
                    )
                else { throw .validation("`\(inline).AttachmentType` is missing") }
                let pattern = try parameters.required("\(inline).AttachmentName", count: 1...128)
                found.append(.inline(name: policy, carrier: carrier, carrierPattern: pattern))
            }
            guard found.count == 1 else {
                throw .invalidInput("`\(name)` needs one of PolicyType, PolicyArn and InlinePolicyIdentifier")
            }
            exclusions += found
        }
        return exclusions
    }
}
