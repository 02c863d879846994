import IdentityDirectory
import PolicyLanguage
import Testing
import Vocabulary

@Suite("B13: what AWS allows a user, group, role or session")
struct DirectoryQuotaTests {
    private static func quotaFaults(
        _ files: [String: String],
        quotas: PolicyQuotas? = .aws,
        mode: ValidationMode = .strict
    ) -> [String] {
        do throws(InvalidDirectory) {
            let reader = PolicyReader(mode: mode, quotas: quotas)
            _ = try Directory(files: files.mapValues { Array($0.utf8) }, reader: reader)
            return []
        } catch {
            let errors = error.diagnostics.filter { $0.severity == .error }
            return errors.map { "\($0.code.rawValue) \($0.location.source)" }
        }
    }

    /// A policy of exactly so many characters, spread with white space, which does not count.
    private static func policy(ofSize size: Int, trust: Bool = false) -> String {
        func text(_ padding: Int) -> String {
            let fill = String(repeating: "x", count: padding)
            return trust
                ? #"{"Id":"\#(fill)","Statement":{"Effect":"Allow","Action":"sts:*","Principal":"*"}}"#
                : #"{"Statement":{"Effect":"Deny","Action":"*","Resource":"arn:aws:s3:::\#(fill)"}}"#
        }
        return text(size - text(0).utf8.count).replacing(",\"", with: " ,\n\t\"")
    }

    /// Policies of altogether so many characters, each with a pattern short enough to match.
    private static func inline(_ folder: String, total: Int) -> [String: String] {
        var files: [String: String] = [:]
        var left = total
        while left > 0 {
            let size = left > 2_000 ? 1_000 : left
            files["\(folder)/inline/p\(files.count).json"] = policy(ofSize: size)
            left -= size
        }
        return files
    }

    @Test(
        "The inline policies of one identity count together, without white space",
        arguments: [("users/ada", 2_048), ("groups/staff", 5_120), ("roles/job", 10_240)]
    )
    func inlineTotals(_ folder: String, _ quota: Int) {
        var files = ["accounts/111122223333/roles/job/trust-policy.json": trustAccount]
        let path = "accounts/111122223333/\(folder)"
        #expect(Self.quotaFaults(files.merging(Self.inline(path, total: quota)) { $1 }) == [])
        files.merge(Self.inline(path, total: quota + 1)) { $1 }
        #expect(Self.quotaFaults(files).allSatisfy { $0.hasPrefix("limit.quota \(path)/") })
        #expect(Self.quotaFaults(files).count == 1)
        #expect(Self.quotaFaults(files, mode: .lenient) == [])
        #expect(Self.quotaFaults(files, mode: .permissive) == [])
        #expect(Self.quotaFaults(files, quotas: nil) == [])
    }

    @Test("An inline policy of a role may be longer than a managed policy; a managed one of AWS, too")
    func managedSize() {
        func resources(_ count: Int) -> String {
            let list = (0..<count).map { "\"arn:aws:s3:::\($0)-\(String(repeating: "x", count: 980))\"" }
            return
                #"{"Statement":{"Effect":"Deny","Action":"*","Resource":[\#(list.joined(separator: ","))]}}"#
        }
        let account = "accounts/111122223333"
        let role = ["\(account)/roles/job/trust-policy.json": trustAccount]
        #expect(
            Self.quotaFaults(role.merging(["\(account)/roles/job/inline/p.json": resources(8)]) { $1 }) == []
        )
        #expect(Self.quotaFaults(["aws-managed-policies/p.json": resources(8)]) == [])
        let own = "\(account)/policies/p.json"
        #expect(Self.quotaFaults([own: resources(8)]) == ["limit.quota \(own)"])
        #expect(Self.quotaFaults([own: resources(8)], mode: .lenient) == [])
        #expect(Self.quotaFaults([own: resources(6)]) == [])
    }

    @Test("Trust policies have a size of their own")
    func trustSize() {
        let file = "accounts/111122223333/roles/job/trust-policy.json"
        #expect(Self.quotaFaults([file: Self.policy(ofSize: 2_048, trust: true)]) == [])
        #expect(Self.quotaFaults([file: Self.policy(ofSize: 2_049, trust: true)]) == ["limit.quota \(file)"])
        var raised = PolicyQuotas.aws
        raised.charactersMax[.trust] = 4_096
        #expect(Self.quotaFaults([file: Self.policy(ofSize: 4_096, trust: true)], quotas: raised) == [])
    }

    private static func attaching(_ count: Int) -> [String: String] {
        let account = "accounts/111122223333"
        var files: [String: String] = [:]
        for index in 0..<count { files["\(account)/policies/p\(index).json"] = allow("s3:Get\(index)") }
        let arns = (0..<count).map { "\"arn:aws:iam::111122223333:policy/p\($0)\"" }.joined(separator: ",\n")
        files["\(account)/users/ada/user.json"] = #"{"AttachedManagedPolicies": [\#(arns)]}"#
        return files
    }

    @Test("Ten managed policies may be attached, or as many as the quota says")
    func attached() throws {
        #expect(Self.quotaFaults(Self.attaching(10)) == [])
        #expect(
            Self.quotaFaults(Self.attaching(11)) == ["limit.quota accounts/111122223333/users/ada/user.json"]
        )
        #expect(Self.quotaFaults(Self.attaching(11), mode: .lenient) == [])
        #expect(Self.quotaFaults(Self.attaching(11), quotas: nil) == [])
        var raised = PolicyQuotas.aws
        raised.attachedPoliciesMax = 20
        #expect(Self.quotaFaults(Self.attaching(20), quotas: raised) == [])
        #expect(Self.quotaFaults(Self.attaching(21), quotas: raised).count == 1)
        let error = #expect(throws: InvalidDirectory.self) {
            try Directory(
                files: Self.attaching(11).mapValues { Array($0.utf8) },
                reader: PolicyReader(quotas: .aws)
            )
        }
        #expect(error?.diagnostics.first?.location.line == 11)
    }

    private static func tags(_ count: Int, key: Int = 8, value: Int = 0) -> String {
        let pairs = (0..<count).map { index in
            let name = "\(index)" + String(repeating: "\u{E9}", count: key - "\(index)".count)
            return "\"\(name)\": \"\(String(repeating: "\u{E9}", count: value))\""
        }
        return "{\(pairs.joined(separator: ", "))}"
    }

    private static let tagCases: [(tags: String, isRefused: Bool)] = [
        (tags(50), false), (tags(51), true), (tags(1, key: 128), false), (tags(1, key: 129), true),
        (tags(1, value: 256), false), (tags(1, value: 257), true),
    ]

    @Test(
        "Tags of a user or role: fifty, keys of 128 and values of 256 characters",
        arguments: tagCases.indices
    )
    func identityTags(_ index: Int) {
        let (tags, isRefused) = Self.tagCases[index]
        let file = "accounts/111122223333/users/ada/user.json"
        #expect(
            Self.quotaFaults([file: #"{"Tags": \#(tags)}"#]) == (isRefused ? ["limit.quota \(file)"] : [])
        )
        #expect(Self.quotaFaults([file: #"{"Tags": \#(tags)}"#], mode: .lenient) == [])
    }

    private static func sessionFaults(
        _ session: String,
        quotas: PolicyQuotas? = .aws,
        mode: ValidationMode = .strict
    ) -> [DiagnosticCode] {
        do throws(InvalidDocument) {
            let text = #"""
                {"principal": "arn:aws:iam::111122223333:role/job", "action": "s3:Get", "resource": "*",
                 "session": \#(session)}
                """#
            _ = try RequestDocument(
                reading: SourceText(text),
                reader: PolicyReader(mode: mode, quotas: quotas)
            )
            return []
        } catch {
            return error.diagnostics.map(\.code)
        }
    }

    @Test("Session tags: fifty, keys of 128 and values of 256 characters", arguments: tagCases.indices)
    func sessionTags(_ index: Int) {
        let (tags, isRefused) = Self.tagCases[index]
        let session = #"{"tags": \#(tags)}"#
        #expect(Self.sessionFaults(session) == (isRefused ? [.quota] : []))
        #expect(Self.sessionFaults(session, quotas: nil) == [])
        #expect(Self.sessionFaults(session, mode: .lenient) == [])
    }

    @Test("Session policies: eleven, of 2,048 characters each")
    func sessionPolicies() {
        func session(_ count: Int, size: Int) -> String {
            let policies = Array(repeating: Self.policy(ofSize: size), count: count)
            return #"{"policies": [\#(policies.joined(separator: ","))]}"#
        }
        #expect(Self.sessionFaults(session(11, size: 2_048)) == [])
        #expect(Self.sessionFaults(session(12, size: 200)) == [.quota])
        #expect(Self.sessionFaults(session(1, size: 2_049)) == [.quota])
        #expect(Self.sessionFaults(session(12, size: 2_049), mode: .lenient) == [])
    }

    @Test("The listings of AWS keep the same quotas")
    func authorizationDetails() {
        let policies = (0..<3).map { index in
            #"{"PolicyName": "p\#(index)", "PolicyDocument": \#(Self.policy(ofSize: 700))}"#
        }
        let user = #"""
            {"UserName": "ada", "Arn": "arn:aws:iam::111122223333:user/ada", "Path": "/",
             "UserPolicyList": [\#(policies.joined(separator: ","))]}
            """#
        let page = SourceText(#"{"UserDetailList": [\#(user)]}"#, name: "page")
        let error = #expect(throws: InvalidDirectory.self) {
            try Directory(authorizationDetails: [page], reader: PolicyReader(quotas: .aws))
        }
        #expect(error?.diagnostics.map(\.code) == [.quota])
        #expect(throws: Never.self) { try Directory(authorizationDetails: [page]) }
    }
}
