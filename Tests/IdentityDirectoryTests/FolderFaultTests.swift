import IdentityDirectory
import PolicyLanguage
import Testing
import Vocabulary

private let user = "accounts/111122223333/users/alice/user.json"
private let group = "accounts/111122223333/groups/"
private let role = "accounts/111122223333/roles/r/"
private let resource = "accounts/111122223333/resource-policies/"

private func organization(_ root: String) -> String {
    """
    {"Id": "o-e", "ManagementAccount": "999999999999", "Root":
     \(root)}
    """
}

@Suite("What refuses a folder")
struct FolderFaultTests {
    @Test(
        "Each fault is reported with its code, file and line",
        arguments: FolderFaultCases.all
    )
    func fault(_ fault: FaultCase) {
        #expect(summary(faults(fault.files)) == fault.expected)
    }

    @Test(
        "A malformed policy refuses the whole folder",
        arguments: [
            "service-control-policies/p.json", "resource-control-policies/p.json",
            "aws-managed-policies/p.json",
            "accounts/111122223333/policies/p.json", "accounts/111122223333/users/a/inline/p.json",
            "accounts/111122223333/groups/a/inline/p.json", "accounts/111122223333/vpc-endpoints/vpce-1.json",
        ]
    )
    func malformedPolicy(path: String) {
        let policy =
            #"{"Version": "2012-10-17", "Statement": {"Effect": "Dney", "Action": "*", "Resource": "*", "Principal": "*"}}"#
        #expect(faults([path: policy]).contains { $0.code == .schemaEffect && $0.location.source == path })
        #expect(!faults([path: "not JSON"]).isEmpty)
    }

    @Test("A malformed trust or resource policy refuses the whole folder")
    func malformedResourcePolicy() {
        let found = faults([
            role + "trust-policy.json": #"{"Statement": {"Effect": "Allow", "Action": "sts:AssumeRole"}}"#,
            resource + "r.json":
                "{\"ResourceArn\": \"arn:aws:s3:::b\",\n \"Policy\": {\"Statement\": {\"Effect\": \"Deny\"}}}",
        ])
        #expect(summary(found).contains("schema.missing \(role)trust-policy.json:1"))
        #expect(summary(found).contains("schema.missing \(resource)r.json:2"))
    }

    @Test("The message of a duplicate names both places, that of a reference the name")
    func messages() {
        let twice = faults(["accounts/111122223333/users/Alice/user.json": "{}", user: "{}"])
        #expect(twice.first?.message.contains("accounts/111122223333/users/Alice/user.json:1:1") == true)
        let dangling = faults([user: #"{"Groups": ["nobody"]}"#])
        #expect(dangling.first?.message.contains("`nobody`") == true)
    }

    @Test("Every fault of every file is reported, in the order of files and positions")
    func allFaults() {
        let found = faults([
            "b.json": "", "a.json": "", user: "{\"Groups\": [\"x\", \"y\"],\n\"Nme\": 1}",
        ])
        #expect(
            summary(found) == [
                "directory.layout a.json:1", "directory.reference \(user):1", "directory.reference \(user):1",
                "schema.unknown \(user):2", "directory.layout b.json:1",
            ]
        )
    }

    @Test("Faults beyond the limit are counted")
    func omittedFaults() throws {
        let files = Dictionary(uniqueKeysWithValues: (0..<1_005).map { ("\($0).txt", "") })
        let error = try #require(throws: InvalidDirectory.self) { try directory(files) }
        #expect(error.diagnostics.count == 1_000 && error.omittedCount == 5)
        #expect(error.description.hasSuffix("and at least 5 more"))
    }

    @Test("Groups that contain each other are refused, each ring once, with its members named")
    func cycles() {
        let found = faults([
            group + "a/group.json": #"{"Groups": ["b"]}"#, group + "b/group.json": #"{"Groups": ["c"]}"#,
            group + "c/group.json": #"{"Groups": ["b"]}"#, group + "d/group.json": #"{"Groups": ["d", "b"]}"#,
            group + "e/group.json": #"{"Groups": ["f"]}"#, group + "f/group.json": "{}",
        ])
        #expect(found.map(\.code) == [.directoryCycle, .directoryCycle])
        #expect(
            found.map(\.message) == [
                "groups contain each other: `b` in `c` in `b`", "groups contain each other: `d` in `d`",
            ]
        )
    }

    @Test("A ring of many groups is found without deep recursion")
    func longCycle() {
        let files = (0..<5_000).map { index in
            (group + "g\(index)/group.json", #"{"Groups": ["g\#((index + 1) % 5_000)"]}"#)
        }
        #expect(faults(Dictionary(uniqueKeysWithValues: files)).map(\.code) == [.directoryCycle])
    }

    @Test("Past the limit of faults, policies are no longer read")
    func unreadPolicies() throws {
        var files = Dictionary(uniqueKeysWithValues: (0..<1_000).map { ("\($0).txt", "") })
        files["a/b.txt"] = ""
        files["service-control-policies/p.json"] = "{}"
        let error = try #require(throws: InvalidDirectory.self) { try directory(files) }
        #expect(error.omittedCount == 1)
    }

    @Test(
        "A file cut short is refused or read, never a crash",
        arguments: FolderLayoutTests.full.keys.sorted()
    )
    func truncated(path: String) throws {
        let whole = Array(try #require(FolderLayoutTests.full[path]).utf8)
        var files = FolderLayoutTests.full.mapValues { Array($0.utf8) }
        for length in 0..<whole.count {
            files[path] = Array(whole[..<length])
            let isRead = (try? Directory(files: files)) != nil
            // Only white space may be missing from a file that can still be read.
            let rest = UTF8Text(Array(whole[length...])).bytes
            #expect(!isRead || rest.allSatisfy { $0 == 0x20 || $0 == 0x0A })
        }
    }

    @Test("An organization of more levels than can be in force is refused")
    func depth() {
        // The JSON reader allows 32 levels of nesting, so the tree is cut off at one or the other limit.
        var unit = #"{"Id": "ou-15", "Accounts": ["111122223333"]}"#
        for level in (1..<15).reversed() {
            unit = #"{"Id": "ou-\#(level)", "OrganizationalUnits": [\#(unit)]}"#
        }
        let found = faults([
            "organization.json": organization(#"{"Id": "r-a", "OrganizationalUnits": [\#(unit)]}"#)
        ])
        #expect(found.map(\.code) == [.depthLimit])
    }
}
