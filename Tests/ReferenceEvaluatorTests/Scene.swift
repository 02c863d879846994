import IdentityDirectory
import PolicyLanguage
import ReferenceEvaluator
import Testing
import Vocabulary

/// The account of the callers and, unless a test says otherwise, of the resource.
let home: UTF8Text = "111122223333"
let abroad: UTF8Text = "444455556666"

let aliceName: UTF8Text = "arn:aws:iam::111122223333:user/alice"
let roleName: UTF8Text = "arn:aws:iam::111122223333:role/ml/trainer"
let sessionName: UTF8Text = "arn:aws:sts::111122223333:assumed-role/trainer/job"
let guestName: UTF8Text = "arn:aws:sts::111122223333:federated-user/guest"

let alice = caller(aliceName)
let role = caller(roleName)
let root = caller("arn:aws:iam::111122223333:root")
let session: RequestPrincipal = .roleSession(session: arn(sessionName), role: arn(roleName))
/// A federated session that Alice made.
let guest: RequestPrincipal = .federatedUser(session: arn(guestName), user: arn(aliceName))
let service: RequestPrincipal = .service("sns.amazonaws.com")
let provider: RequestPrincipal = .federated(provider: "accounts.example.com")
let canonicalID: UTF8Text = "79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be"

/// A name that is an ARN.
func arn(_ text: UTF8Text) -> ARN {
    guard let arn = ARN(text) else { preconditionFailure("\(text) is no ARN") }
    return arn
}

/// A caller by the name of a request.
func caller(_ text: UTF8Text) -> RequestPrincipal {
    guard let principal = RequestPrincipal(text) else { preconditionFailure("\(text) is no principal") }
    return principal
}

// MARK: Statements

/// The text of a statement; members that are not given are left out.
func statement(
    _ effect: String,
    _ action: String,
    on resource: String?,
    _ principal: String?,
    _ condition: String?,
    sid: String? = nil
) -> String {
    let members = [
        sid.map { #""Sid": "\#($0)""# }, #""Effect": "\#(effect)""#,
        principal.map { #""Principal": \#($0)"# },
        #""Action": "\#(action)""#, resource.map { #""Resource": "\#($0)""# },
        condition.map { #""Condition": \#($0)"# },
    ]
    return "{" + members.compactMap(\.self).joined(separator: ", ") + "}"
}

/// An Allow of everything, unless told otherwise.
func allow(
    _ action: String = "*",
    on resource: String = "*",
    to principal: String? = nil,
    when condition: String? = nil,
    sid: String? = nil
) -> String { statement("Allow", action, on: resource, principal, condition, sid: sid) }

/// A Deny of everything, unless told otherwise.
func deny(
    _ action: String = "*",
    on resource: String = "*",
    to principal: String? = nil,
    when condition: String? = nil,
    sid: String? = nil
) -> String { statement("Deny", action, on: resource, principal, condition, sid: sid) }

/// An Allow in a resource-based policy.
func grant(to names: UTF8Text...) -> String {
    let list = names.map { #""\#($0)""# }.joined(separator: ", ")
    return allow(to: #"{"AWS": [\#(list)]}"#)
}

let everyone = #""*""#

/// A policy of these statements; whatever can be modelled is accepted.
func policy(
    _ statements: [String],
    _ type: PolicyType = .identity,
    name: UTF8Text = "policy",
    carrier: UTF8Text? = nil,
    version: String? = "2012-10-17"
) throws(InvalidDocument) -> EffectivePolicy {
    let head = version.map { #""Version": "\#($0)", "# } ?? ""
    let text = "{\(head)\"Statement\": [\n" + statements.joined(separator: ",\n") + "\n]}"
    let source = SourceText(text, name: "\(name).json")
    return EffectivePolicy(
        name: name,
        carrier: carrier,
        try PolicyReader(mode: .permissive).read(source, as: type)
    )
}

// MARK: Scenes

/// A request with the policies that bear on it, in a line or two.
///
/// Each layer is a list of statements that become one policy with the layer's name. A nil layer does not
/// apply; an empty one grants nothing.
struct Scene: Sendable {
    var principal: RequestPrincipal = alice
    var uniqueID: UTF8Text?
    var action: UTF8Text = "s3:GetObject"
    var resource: UTF8Text = "arn:aws:s3:::vault/a"
    var owner: UTF8Text? = home
    var context: [UTF8Text: ContextValue] = [:]
    /// Statements by level, root first.
    var scps: [[String]]?
    /// Statements by level, root first.
    var rcps: [[String]]?
    var endpoint: [String]?
    var resourcePolicy: [String]?
    var identity: [String]? = []
    var boundary: [String]?
    var session: [String]?
    var requiresTrust = false
    var options = EvaluationOptions()

    var request: AuthorizationRequest {
        get throws {
            AuthorizationRequest(
                principal: principal,
                action: action,
                resource: resource,
                resourceAccount: owner.map { AccountID(unchecked: $0) },
                context: try RequestContext(context.map { ($0.key, $0.value) })
            )
        }
    }

    var policies: EffectivePolicies {
        get throws {
            let request = try request
            var policies = EffectivePolicies(
                principal: principal,
                resourceAccount: request.resourceAccount,
                context: request.context
            )
            policies.principalUniqueID = uniqueID
            policies.serviceControl = try Self.levels(scps, .serviceControl)
            policies.resourceControl = try Self.levels(rcps, .resourceControl)
            policies.endpoint = try Self.list(endpoint, .endpoint)
            policies.resource = try Self.list(resourcePolicy, .resource)
            policies.identity = try Self.list(identity, .identity)
            policies.boundary = try Self.list(boundary, .boundary)
            policies.session = try Self.list(session, .session)
            policies.requiresResourcePolicyTrust = requiresTrust
            return policies
        }
    }

    private static func list(_ statements: [String]?, _ type: PolicyType) throws -> [EffectivePolicy]? {
        try statements.map { [try policy($0, type, name: UTF8Text(type.rawValue))] }
    }

    private static func levels(_ levels: [[String]]?, _ type: PolicyType) throws -> [OrganizationLevel]? {
        try levels?.enumerated().map { index, statements in
            OrganizationLevel(
                id: UTF8Text("level-\(index)"),
                policies: [try policy(statements, type, name: UTF8Text("\(type.rawValue)-\(index)"))]
            )
        }
    }

    /// The answer, which the explanation must share (H5).
    func decide(sourceLocation: Testing.SourceLocation = #_sourceLocation) throws -> ReferenceDecision {
        let decision = SpecificationEvaluator(options: options).decide(try request, under: try policies)
        if decision.outcome != .error {
            #expect(try explain().decision == decision, sourceLocation: sourceLocation)
        }
        return decision
    }

    /// The explanation.
    func explain() throws -> Explanation {
        try SpecificationEvaluator(options: options).explain(try request, under: try policies)
    }

    /// The answer in a few words: `allow by identity`, `implicitDeny by scp`.
    func answer(sourceLocation: Testing.SourceLocation = #_sourceLocation) throws -> String {
        let decision = try decide(sourceLocation: sourceLocation)
        return decision.outcome.name + (decision.layer.map { " by \($0.name)" } ?? "")
    }

    /// The layers that would stop the request by themselves, by name.
    func blockedBy() throws -> [String] { try explain().blockedBy.map(\.name) }

    /// The scene with some of it changed.
    func with(_ change: (inout Scene) -> Void) -> Scene {
        var scene = self
        change(&scene)
        return scene
    }
}
