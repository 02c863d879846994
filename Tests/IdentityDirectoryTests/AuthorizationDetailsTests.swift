import IdentityDirectory
import PolicyLanguage
import Testing
import Vocabulary

/// `allowAll` as AWS hands it out: URL-encoded.
private let encodedAllowAll =
    "%7B%22Version%22%3A%222012-10-17%22%2C%22Statement%22%3A%7B%22Effect%22%3A%22Allow%22%2C%22Action%22%3A%22*%22%2C%22Resource%22%3A%22*%22%7D%7D"

/// A JSON string that holds a text.
private func quoted(_ text: String) -> String {
    "\"" + text.map { $0 == "\"" ? "\\\"" : $0 == "\n" ? "\\n" : String($0) }.joined() + "\""
}

private func user(_ members: String, name: String = "alice", path: String = "/team/") -> String {
    """
    {"UserDetailList": [{"Path": "\(path)", "UserName": "\(name)", "UserId": "AIDAALICE",
      "Arn": "arn:aws:iam::111122223333:user\(path)\(name)"\(members.isEmpty ? "" : ", " + members)}]}
    """
}

private func role(_ members: String) -> String {
    """
    {"RoleDetailList": [{"Path": "/", "RoleName": "r", "RoleId": "AROAR", "Arn": "arn:aws:iam::111122223333:role/r",
      \(members)}]}
    """
}

private func policy(_ arn: String, _ members: String) -> String {
    #"{"Policies": [{"PolicyName": "p", "Arn": "\#(arn)", \#(members)}]}"#
}

private func versions(_ text: String) -> String {
    #""DefaultVersionId": "v2", "PolicyVersionList": [\#(text)]"#
}

@Suite("Authorization details")
struct AuthorizationDetailsTests {
    private func directory(_ pages: String...) throws -> Directory {
        try Directory(
            authorizationDetails: pages.enumerated().map { SourceText($1, name: "page-\($0).json") }
        )
    }

    static let whole = """
        {"UserDetailList": [
          {"Path": "/team/", "UserName": "alice", "UserId": "AIDAALICE",
           "Arn": "arn:aws:iam::111122223333:user/team/alice", "CreateDate": "2025-11-03T09:12:44+00:00",
           "UserPolicyList": [{"PolicyName": "own", "PolicyDocument": \(allowAll)}],
           "GroupList": ["developers"],
           "AttachedManagedPolicies": [{"PolicyName": "p", "PolicyArn": "arn:aws:iam::111122223333:policy/p"}],
           "PermissionsBoundary": {"PermissionsBoundaryType": "Policy",
                                   "PermissionsBoundaryArn": "arn:aws:iam::aws:policy/Edge"},
           "Tags": [{"Key": "team", "Value": "ml"}]}],
         "GroupDetailList": [
          {"Path": "/", "GroupName": "developers", "GroupId": "AGPADEV",
           "Arn": "arn:aws:iam::111122223333:group/developers",
           "GroupPolicyList": [{"PolicyName": "g", "PolicyDocument": \(quoted(allowAll))}],
           "AttachedManagedPolicies": []}],
         "RoleDetailList": [
          {"Path": "/ml/", "RoleName": "trainer", "RoleId": "AROATRAINER",
           "Arn": "arn:aws:iam::111122223333:role/ml/trainer",
           "AssumeRolePolicyDocument": \(trustAccount),
           "InstanceProfileList": [{"InstanceProfileName": "ignored", "Roles": []}],
           "RolePolicyList": [{"PolicyName": "r", "PolicyDocument": "\(encodedAllowAll)"}],
           "AttachedManagedPolicies": [], "Tags": [], "PermissionsBoundary": null,
           "RoleLastUsed": {"Region": "eu-west-1"}, "SomethingNew": 1}],
         "Policies": [
          {"PolicyName": "p", "PolicyId": "ANPA", "Arn": "arn:aws:iam::111122223333:policy/p", "Path": "/",
           "DefaultVersionId": "v2", "AttachmentCount": 1, "IsAttachable": true,
           "PolicyVersionList": [
            {"Document": \(allow("s3:*")), "VersionId": "v1", "IsDefaultVersion": false},
            {"Document": \(allow("kms:*")), "VersionId": "v2", "IsDefaultVersion": true}]},
          {"PolicyName": "Edge", "Arn": "arn:aws:iam::aws:policy/Edge", "DefaultVersionId": "v2",
           "PolicyVersionList": [{"Document": \(allowAll), "VersionId": "v2", "IsDefaultVersion": true}]}],
         "IsTruncated": false}
        """

    @Test("Users, groups, roles and policies are read as AWS prints them")
    func wholeListing() throws {
        let directory = try directory(Self.whole)
        let account = try #require(directory.accounts[account])
        let alice = try #require(account.users["alice"])
        #expect(
            alice.arn.text == "arn:aws:iam::111122223333:user/team/alice" && alice.uniqueID == "AIDAALICE"
        )
        #expect(alice.policies.map(\.name) == ["arn:aws:iam::111122223333:policy/p", "own"])
        #expect(alice.groups == ["developers"] && alice.tags == ["team": "ml"])
        #expect(alice.boundary?.name == "arn:aws:iam::aws:policy/Edge")
        #expect(account.groups["developers"]?.policies.map(\.name) == ["g"])
        let trainer = try #require(account.roles["trainer"])
        #expect(trainer.trustPolicy?.carrier == trainer.arn.text)
        #expect(trainer.policies.map(\.carrier) == [trainer.arn.text] && trainer.boundary == nil)
    }

    @Test("Of a managed policy the default version is in force")
    func defaultVersion() throws {
        let policy = try #require(
            try directory(Self.whole).managedPolicies["arn:aws:iam::111122223333:policy/p"]
        )
        let action = policy.document.statements.first?.action
        guard case .action(let patterns) = action else { throw InvalidDocument([]) }
        #expect(patterns.map(\.text) == ["kms:*"])
    }

    @Test("Several pages are one listing")
    func pages() throws {
        let first = #"{"UserDetailList": [], "IsTruncated": true, "Marker": "more"}"#
        #expect(try directory(first, Self.whole).accounts[account]?.users.count == 1)
        #expect(faults(pages: Self.whole, first).map(\.code) == [.directoryPages])
        #expect(faults(pages: #"{"Policies": [], "NextToken": "x"}"#).map(\.code) == [.directoryPages])
    }

    @Test(
        "A document may be an object, a string of JSON or URL-encoded",
        arguments: [
            allowAll, quoted(allowAll), quoted(" \n" + allowAll), quoted(encodedAllowAll),
        ]
    )
    func documentForms(document: String) throws {
        let page = user(#""UserPolicyList": [{"PolicyName": "p", "PolicyDocument": \#(document)}]"#)
        let policies = try directory(page).accounts[account]?.users["alice"]?.policies
        #expect(policies?.first?.document.statements.count == 1)
    }

    @Test("In a URL-encoded document a plus sign stays a plus sign")
    func plusSign() throws {
        let document =
            #"%7B%22Statement%22%3A%7B%22Effect%22%3A%22Allow%22%2C%22Action%22%3A%22*%22%2C%22Resource%22%3A%22arn%3aaws%3as3%3A%3A%3Ab%2Fa+b%22%7D%7D"#
        let page = user(#""UserPolicyList": [{"PolicyName": "p", "PolicyDocument": "\#(document)"}]"#)
        let statement = try #require(
            try directory(page).accounts[account]?.users["alice"]?.policies.first?.document.statements.first
        )
        guard case .resource(let patterns) = statement.resource else { throw InvalidDocument([]) }
        #expect(patterns.map(\.text) == ["arn:aws:s3:::b/a+b"])
    }

    @Test("A fault inside an encoded document is placed in that document")
    func faultPlace() {
        let page = role(#""AssumeRolePolicyDocument": "{\"Statement\":\n{}}""#)
        let found = faults(pages: page)
        #expect(
            found.allSatisfy {
                $0.location.source == "page-0.json#RoleDetailList[0].AssumeRolePolicyDocument"
            }
        )
        #expect(found.contains { $0.code == .schemaMissing && $0.location.line == 2 })
    }

    @Test("AWS's own policies may be listed once more, as long as they say the same")
    func repeatedAWSPolicy() throws {
        let arn = "arn:aws:iam::aws:policy/Edge"
        func page(_ document: String) -> String {
            policy(arn, versions(#"{"Document": \#(document), "VersionId": "v2", "IsDefaultVersion": true}"#))
        }
        #expect(try directory(page(allowAll), page(quoted(allowAll))).managedPolicies.count == 1)
        let found = faults(pages: page(allowAll), page(allow("s3:*")))
        #expect(summary(found) == ["directory.duplicate page-1.json:1"])
        let list = allowAll.replacing("\"*\"", with: "[\"*\"]")
        #expect(faults(pages: page(allowAll), page(list)).map(\.code) == [.directoryDuplicate])
        #expect(faults(pages: page(list), page(list)).isEmpty)
    }

    static let faultyPages: [(String, String, [DiagnosticCode])] = [
        ("another JSON file", "{}", [.directoryLayout]),
        ("not an object", "[]", [.schemaType]),
        ("not JSON", "", [.jsonSyntax]),
        ("a list of another kind", #"{"Policies": {}}"#, [.schemaType]),
        ("an element of another kind", #"{"Policies": [1]}"#, [.schemaType]),
        ("a user without ARN", #"{"UserDetailList": [{"UserName": "a"}]}"#, [.schemaMissing]),
        (
            "a user without name", #"{"UserDetailList": [{"Arn": "arn:aws:iam::111122223333:user/a"}]}"#,
            [.schemaMissing]
        ),
        (
            "an ARN of another name",
            #"{"UserDetailList": [{"UserName": "a", "Arn": "arn:aws:iam::111122223333:user/b"}]}"#,
            [.directoryLayout]
        ),
        (
            "an ARN of another path",
            #"{"UserDetailList": [{"UserName": "a", "Path": "/x/", "Arn": "arn:aws:iam::111122223333:user/a"}]}"#,
            [.directoryLayout]
        ),
        (
            "an ARN of another kind",
            #"{"UserDetailList": [{"UserName": "a", "Arn": "arn:aws:iam::111122223333:role/a"}]}"#,
            [.directoryLayout]
        ),
        ("a role without trust policy", role(#""Tags": []"#), [.schemaMissing]),
        ("a boundary without ARN", user(#""PermissionsBoundary": {}"#), [.schemaMissing]),
        (
            "a boundary nobody described",
            user(#""PermissionsBoundary": {"PermissionsBoundaryArn": "arn:aws:iam::aws:policy/X"}"#),
            [.directoryReference]
        ),
        ("a group nobody described", user(#""GroupList": ["x"]"#), [.directoryReference]),
        (
            "a managed policy nobody described",
            user(#""AttachedManagedPolicies": [{"PolicyArn": "arn:aws:iam::aws:policy/X"}]"#),
            [.directoryReference]
        ),
        (
            "an inline policy without name", user(#""UserPolicyList": [{"PolicyDocument": {}}]"#),
            [.schemaMissing]
        ),
        (
            "an inline policy without document", user(#""UserPolicyList": [{"PolicyName": "p"}]"#),
            [.schemaMissing]
        ),
        (
            "an inline policy twice",
            user(
                #""UserPolicyList": [{"PolicyName": "p", "PolicyDocument": \#(allowAll)}, {"PolicyName": "P", "PolicyDocument": \#(allowAll)}]"#
            ), [.directoryDuplicate]
        ),
        (
            "a bad escape", user(#""UserPolicyList": [{"PolicyName": "p", "PolicyDocument": "%7"}]"#),
            [.jsonSyntax]
        ),
        (
            "another bad escape", user(#""UserPolicyList": [{"PolicyName": "p", "PolicyDocument": "%7x"}]"#),
            [.jsonSyntax]
        ),
        (
            "an escape that is not UTF-8",
            user(#""UserPolicyList": [{"PolicyName": "p", "PolicyDocument": "%7B%22%FF%22%7D"}]"#),
            [.jsonUTF8, .jsonSyntax]
        ),
        (
            "a malformed policy",
            user(
                #""UserPolicyList": [{"PolicyName": "p", "PolicyDocument": {"Statement": {"Effect": "Deny"}}}]"#
            ), [.schemaMissing, .schemaMissing]
        ),
        (
            "tags that differ only in case",
            user(#""Tags": [{"Key": "a", "Value": "1"}, {"Key": "A", "Value": "2"}]"#), [.directoryDuplicate]
        ),
        ("a tag without value", user(#""Tags": [{"Key": "a"}]"#), [.schemaMissing]),
        ("a policy of no account", policy("arn:aws:iam::x:policy/p", versions("")), [.directoryLayout]),
        (
            "no default version",
            policy("arn:aws:iam::aws:policy/p", versions(#"{"Document": {}, "VersionId": "v1"}"#)),
            [.directoryLayout]
        ),
        (
            "two default versions",
            policy(
                "arn:aws:iam::aws:policy/p",
                versions(
                    #"{"Document": {}, "IsDefaultVersion": true}, {"Document": {}, "IsDefaultVersion": true}"#
                )
            ), [.directoryLayout]
        ),
        (
            "a default version under another name",
            policy(
                "arn:aws:iam::aws:policy/p",
                versions(#"{"Document": \#(allowAll), "VersionId": "v1", "IsDefaultVersion": true}"#)
            ), [.directoryLayout]
        ),
        ("a customer's policy twice", #"{"Policies": [\#(customer), \#(customer)]}"#, [.directoryDuplicate]),
    ]

    private static let customer =
        #"{"Arn": "arn:aws:iam::111122223333:policy/p", \#(versions(#"{"Document": \#(allowAll), "VersionId": "v2"}"#))}"#

    @Test("What refuses a listing", arguments: faultyPages)
    func refused(what: String, page: String, codes: [DiagnosticCode]) {
        #expect(faults(pages: page).map(\.code) == codes, "\(what)")
    }

    @Test("In a folder, a listing stands beside the other files of its account")
    func inFolder() throws {
        let files = [
            "accounts/111122223333/authorization-details-2.json": Self.whole,
            "accounts/111122223333/authorization-details-10.json":
                user(#""GroupList": ["developers"]"#, name: "bob", path: "/"),
            "accounts/111122223333/users/carol/user.json": #"{"Groups": ["developers"]}"#,
        ]
        let users = try IdentityDirectoryTests.directory(files).accounts[account]?.users
        #expect(users?.keys.sorted() == ["alice", "bob", "carol"])
    }

    @Test("In a folder, a listing of another account is refused, and so is a name in both")
    func otherAccountInFolder() {
        let other = faults(["accounts/999999999999/authorization-details.json": Self.whole])
        #expect(other.count { $0.code == .directoryLayout } == 4)
        let both = faults([
            "accounts/111122223333/authorization-details.json": Self.whole,
            "accounts/111122223333/users/alice/user.json": "{}",
        ])
        #expect(both.map(\.code) == [.directoryDuplicate])
    }

    @Test("The last page is the one with the greatest number, not the last by letters")
    func pageOrder() {
        let more = #"{"Policies": [], "IsTruncated": true}"#
        let end = #"{"Policies": [], "IsTruncated": false}"#
        let path = "accounts/111122223333/authorization-details-"
        #expect(faults([path + "2.json": more, path + "10.json": end]).isEmpty)
        #expect(faults([path + "2.json": end, path + "10.json": more]).map(\.code) == [.directoryPages])
    }
}
