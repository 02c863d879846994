import IdentityDirectory
import PolicyLanguage
import Testing
import Vocabulary

@Suite("A change keeps the rules by which directories are read")
struct ChangeFaultTests {
    private static let home = "arn:aws:iam::111122223333:"

    private static func arn(_ text: String) -> ARN { ARN(UTF8Text(home + text)) ?? broken }
    private static let broken: ARN = {
        guard let arn = ARN("arn:::::") else { preconditionFailure("five colons are an ARN") }
        return arn
    }()

    private static func policy(_ type: PolicyType) throws -> ValidatedPolicy {
        let principal = type == .resource || type == .trust || type == .endpoint ? #""Principal": "*", "# : ""
        let resource = type == .trust ? "" : #", "Resource": "*""#
        let action = type == .trust ? "sts:AssumeRole" : "s3:*"
        let text =
            #"{"Version": "2012-10-17", "Statement": {"Effect": "Allow", \#(principal)"Action": "\#(action)"\#(resource)}}"#
        return try PolicyReader().read(SourceText(text), as: type)
    }

    private static func editor() throws -> DirectoryEditor {
        let account = "accounts/111122223333"
        let files = [
            "\(account)/policies/reading.json":
                #"{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}}"#,
            "\(account)/users/ada/user.json":
                #"{"AttachedManagedPolicies": ["arn:aws:iam::111122223333:policy/reading"], "Groups": ["staff"]}"#,
            "\(account)/groups/staff/group.json": "{}",
            "\(account)/roles/job/trust-policy.json":
                #"{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Principal": "*", "Action": "sts:AssumeRole"}}"#,
        ]
        return DirectoryEditor(try Directory(files: files.mapValues { Array($0.utf8) }))
    }

    struct Fault: CustomTestStringConvertible, Sendable {
        let name: String
        let change: @Sendable () throws -> DirectoryChange
        let message: String

        init(_ name: String, _ message: String, _ change: @escaping @Sendable () throws -> DirectoryChange) {
            (self.name, self.change, self.message) = (name, change, message)
        }

        var testDescription: String { name }
    }

    static let faults = [
        Fault("a policy of another type", "`\(home)policy/reading` wants a policy of type `identity`") {
            .putManagedPolicy(arn("policy/reading"), try policy(.resource))
        },
        Fault("a policy's ARN that names no policy", "is not the ARN of a managed policy") {
            .putManagedPolicy(arn("user/reading"), try policy(.identity))
        },
        Fault("a policy whose name differs by case", "names ignore case and path") {
            .putManagedPolicy(arn("policy/team/Reading"), try policy(.identity))
        },
        Fault("taking away an attached policy", "is attached, to `\(home)user/ada`") {
            .removeManagedPolicy(arn("policy/reading"))
        },
        Fault("attaching what is not there", "policy `\(home)policy/none` is not in the directory") {
            .attachPolicy(arn("policy/none"), to: arn("user/ada"))
        },
        Fault("a change of somebody unknown", "`\(home)user/eve` is not in the directory") {
            .setTags([:], of: arn("user/eve"))
        },
        Fault("a change under another path", "`\(home)user/team/ada` is not in the directory") {
            .setTags([:], of: arn("user/team/ada"))
        },
        Fault("a user whose name differs by case", "differs from `ada` by case only") {
            .putIdentity(IdentityDescription(arn: arn("user/Ada")))
        },
        Fault("a name that IAM does not allow", "is not the ARN of a user, group or role") {
            .putIdentity(IdentityDescription(arn: arn("user/a:b")))
        },
        Fault("a user outside AWS's partitions", "is not the ARN of a user, group or role") {
            .putIdentity(IdentityDescription(arn: ARN("arn:evil:iam::111122223333:user/bo") ?? broken))
        },
        Fault("a role without trust policy", "a role has a trust policy, and nobody else") {
            .putIdentity(IdentityDescription(arn: arn("role/new")))
        },
        Fault("a user with trust policy", "a role has a trust policy, and nobody else") {
            .setTrustPolicy(try policy(.trust), of: arn("user/ada"))
        },
        Fault("a boundary on a group", "a group has no boundary and no tags") {
            .setBoundary(arn("policy/reading"), of: arn("group/staff"))
        },
        Fault("a role in a group", "a role is in no group") { .setGroups(["staff"], of: arn("role/job")) },
        Fault("a group that is not there", "is in group `none`, which is not in its account") {
            .setGroups(["none"], of: arn("user/ada"))
        },
        Fault("a group in itself", "would contain itself") { .setGroups(["staff"], of: arn("group/staff")) },
        Fault("taking away a group with members", "has members") { .removeIdentity(arn("group/staff")) },
        Fault("tag keys that differ by case", "stands twice but for case") {
            .setTags(["team": "a", "Team": "b"], of: arn("user/ada"))
        },
        Fault("detaching what is not attached", "is not attached to `\(home)role/job`") {
            .detachPolicy(arn("policy/reading"), from: arn("role/job"))
        },
        Fault("an inline policy that is not there", "has no inline policy `x`") {
            .removeInlinePolicy("x", of: arn("user/ada"))
        },
        Fault("a resource file for a user", "is described in the folder `users` or `roles`") {
            .putResource(
                ResourceDescription(arn: arn("user/ada"), account: AccountID(unchecked: "111122223333"))
            )
        },
        Fault("a resource of another account", "belongs to account 111122223333, not to 999999999999") {
            .putResource(
                ResourceDescription(
                    arn: arn("oidc-provider/x"),
                    account: AccountID(unchecked: "999999999999")
                )
            )
        },
        Fault("a resource that is not there", "resource `\(home)oidc-provider/x` is not in the directory") {
            .removeResource(arn("oidc-provider/x"))
        },
        Fault("an endpoint that is not there", "VPC endpoint `vpce-1` is not in the directory") {
            .removeEndpointPolicy("vpce-1")
        },
        Fault("a guardrail without organization", "there is no organization") {
            .putServiceControlPolicy("one", try policy(.serviceControl))
        },
    ]

    @Test("Each fault is told, and changes nothing", arguments: faults)
    func fault(_ fault: Fault) throws {
        var editor = try Self.editor()
        let change = try fault.change()
        let kept = Self.summary(editor.directory)
        let changes: [DirectoryChange] = [.setTags(["kept": "no"], of: Self.arn("user/ada")), change]
        let error = #expect(throws: DirectoryChangeError.self) { try editor.apply(changes) }
        #expect(error?.index == 1)
        #expect(error?.message.contains(fault.message) == true, "\(error?.message ?? "")")
        #expect(Self.summary(editor.directory) == kept)
    }

    /// Names, attachments and tags.
    private static func summary(_ directory: Directory) -> [String] {
        directory.accounts.flatMap { _, account in
            (account.users.values.map { ($0, "user") } + account.roles.values.map { ($0, "role") }
                + account.groups.values.map { ($0, "group") })
                .map { identity, kind in
                    let policies = identity.policies.map(\.name)
                    return "\(kind) \(identity.arn) \(policies) \(identity.groups) \(identity.tags)"
                }
        }.sorted() + directory.managedPolicies.keys.map(\.description).sorted()
    }
}
