import Portcullis

/// Policies and principals of one account, and guardrails above it if there are any.
public struct World: Sendable {
    /// The account that everything is in.
    public static let account = "123456789012"

    /// Managed policies.
    public var policies: [PolicyDraft]
    /// Roles.
    public var principals: [PrincipalDraft]
    /// A service control policy as JSON, under which the account is a member of an organization.
    public var guardrails: String?

    /// An account.
    public init(policies: [PolicyDraft], principals: [PrincipalDraft], guardrails: String? = nil) {
        (self.policies, self.principals, self.guardrails) = (policies, principals, guardrails)
    }

    /// How many statements the policies have together.
    public var statementCount: Int { policies.reduce(0) { $0 + $1.statements.count } }

    /// The directory, read from the text that `aws iam get-account-authorization-details` would print.
    ///
    /// - Throws: ``InvalidDirectory``.
    public func directory() throws -> Directory {
        if guardrails != nil { return try Directory(files: files) }
        var pages = [details(of: principals[..<0], policies)]
        for first in stride(from: 0, to: principals.count, by: Self.rolesPerPage) {
            let part = principals[first..<min(first + Self.rolesPerPage, principals.count)]
            pages.append(details(of: part, []))
        }
        return try Directory(authorizationDetails: pages)
    }

    /// The same as the files of a folder of policies, by path relative to the folder.
    public var files: [String: [UInt8]] {
        let account = "accounts/\(Self.account)"
        var files = ["\(account)/authorization-details.json": details(of: principals[...], policies).bytes]
        guard let guardrails else { return files }
        let levels = #""ServiceControlPolicies":["FullAWSAccess"]"#
        let organization = """
            {"Id":"o-workload0","ManagementAccount":"999999999999",
             "Root":{"Id":"r-work",\(levels),"OrganizationalUnits":[
               {"Id":"ou-work-1","Name":"Apps",\(levels),"Accounts":["\(Self.account)"]}]}}
            """
        let attached = #"{"ServiceControlPolicies":["FullAWSAccess","Guardrails"]}"#
        files["organization.json"] = Array(organization.utf8)
        files["service-control-policies/Guardrails.json"] = Array(guardrails.utf8)
        files["\(account)/account.json"] = Array(attached.utf8)
        return files
    }

    /// Small enough that no text comes near the largest file a directory is read from.
    private static let rolesPerPage = 50_000

    private func details(of principals: ArraySlice<PrincipalDraft>, _ policies: [PolicyDraft]) -> SourceText {
        let documents = policies.map { policy in
            let id = JSONText.string(policy.id)
            return #"{"PolicyName":\#(id),"Arn":"\#(arn(of: policy))","DefaultVersionId":"v1","#
                + #""PolicyVersionList":[{"VersionId":"v1","IsDefaultVersion":true,"#
                + #""Document":\#(policy.document)}]}"#
        }
        let roles = principals.indices.map { role(principals[$0], number: $0) }
        return SourceText(
            #"{"UserDetailList":[],"GroupDetailList":[],"RoleDetailList":[\#(roles.joined(separator: ","))],"#
                + #""Policies":[\#(documents.joined(separator: ","))]}"#,
            name: "workload"
        )
    }

    private func arn(of policy: PolicyDraft) -> String { "arn:aws:iam::\(Self.account):policy/\(policy.id)" }

    private func role(_ role: PrincipalDraft, number: Int) -> String {
        let name = role.arn.split(separator: "/").last.map(String.init) ?? ""
        let attached = role.policies.map { position in
            let policy = policies[position]
            return #"{"PolicyName":\#(JSONText.string(policy.id)),"PolicyArn":"\#(arn(of: policy))"}"#
        }
        let tags = role.tags.map {
            #"{"Key":\#(JSONText.string($0.key)),"Value":\#(JSONText.string($0.value))}"#
        }
        let trust =
            #"{"Version":"2012-10-17","Statement":{"Effect":"Deny","Principal":"*","Action":"sts:AssumeRole"}}"#
        return
            #"{"Path":"/","RoleName":"\#(name)","Arn":"\#(role.arn)","RoleId":"AROA\#(1_000_000 + number)","#
            + #""AssumeRolePolicyDocument":\#(trust),"RolePolicyList":[],"#
            + #""AttachedManagedPolicies":[\#(attached.joined(separator: ","))],"#
            + #""Tags":[\#(tags.joined(separator: ","))]}"#
    }
}
