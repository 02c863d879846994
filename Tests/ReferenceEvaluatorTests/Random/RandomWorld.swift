import IdentityDirectory
import PolicyLanguage
import ReferenceEvaluator
import Vocabulary

/// A directory with policies in every layer, and requests that come near to them, from one seed.
///
/// There are two member accounts under guardrails, the management account and a stranger's. What evaluators
/// may get wrong is common: shared prefixes, other letter case, missing keys, lists, variables without a value,
/// negated elements, denies in another layer. All of it is valid in strict mode, so that any evaluator can
/// take ``files``, or ``directory``, and be compared with the reference on ``requests``.
struct RandomWorld: Sendable {
    /// What made this world; print it when a comparison fails.
    let seed: UInt64
    /// The directory as files.
    let files: [String: String]
    /// The directory.
    let directory: Directory
    /// The choices under which the requests are decided.
    let options: EvaluationOptions
    /// The questions.
    let requests: [RandomRequest]

    static let canonicalUser = "79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be"
    /// The time of every request.
    static let noon = Instant("2026-03-01T12:00:00Z") ?? .distantPast

    init(seed: UInt64, requestCount: Int) throws {
        self.seed = seed
        var random = RandomSource(seed: seed)
        files = Self.files(&random)
        directory = try Directory(files: files.mapValues { Array($0.utf8) })
        options = Self.options(&random)
        var requests: [RandomRequest] = []
        for _ in 0..<requestCount { requests.append(try RandomRequest(&random)) }
        self.requests = requests
    }

    private static func options(_ random: inout RandomSource) -> EvaluationOptions {
        var options = EvaluationOptions()
        guard random.chance(50) else { return options }
        options.arnWildcards = random.pick(WildcardReach.allCases)
        options.notPrincipal = random.pick(EvaluationOptions.NotPrincipalExemption.allCases)
        options.forAnyValueIfExistsMissing = random.chance(50)
        options.rootUser = random.chance(50)
        options.unparsableRequestValue = random.pick(EvaluationOptions.UnparsableValue.allCases)
        options.ipv4MappedIPv6 = random.pick(EvaluationOptions.MappedIPv6.allCases)
        return options
    }

    // MARK: The directory

    private static func files(_ random: inout RandomSource) -> [String: String] {
        var files: [String: String] = [:]
        addOrganization(to: &files, &random)
        addIdentities(to: &files, &random)
        addResources(to: &files, &random)
        return files
    }

    private static func addOrganization(to files: inout [String: String], _ random: inout RandomSource) {
        for name in ["one", "two"] {
            files["service-control-policies/\(name).json"] =
                RandomStatement.policy(.serviceControl, openPercent: 65, &random)
            files["resource-control-policies/\(name).json"] =
                RandomStatement.policy(.resourceControl, openPercent: 0, &random)
        }
        let usesGuardrails = random.chance(70)
        func attachments(_ random: inout RandomSource) -> String {
            guard usesGuardrails else { return "" }
            let scps = random.pick([["FullAWSAccess"], ["one"], ["one", "two"], ["FullAWSAccess", "two"]])
            let rcps = random.pick([[], [], [], ["one"], ["two"]])
            func list(_ names: [String]) -> String { names.map { #""\#($0)""# }.joined(separator: ", ") }
            return
                #""ServiceControlPolicies": [\#(list(scps))], "ResourceControlPolicies": [\#(list(rcps))], "#
        }
        files["organization.json"] = """
            {"Id": "o-random", "ManagementAccount": "999999999999", "Root": {
             "Id": "r-0", \(attachments(&random))
             "Accounts": ["999999999999", "222233334444"], "OrganizationalUnits": [
             {"Id": "ou-0-1", \(attachments(&random)) "Name": "Unit", "Accounts": ["111122223333"]}]}}
            """
        for account in ["111122223333", "222233334444"] {
            files["accounts/\(account)/account.json"] = #"{\#(attachments(&random))"Name": "n"}"#
        }
        files["accounts/999999999999/account.json"] = #"{"Name": "management"}"#
    }

    private static func addIdentities(to files: inout [String: String], _ random: inout RandomSource) {
        let home = "accounts/111122223333"
        files["\(home)/policies/edge.json"] = RandomStatement.policy(.boundary, openPercent: 70, &random)
        files["\(home)/policies/shared.json"] = RandomStatement.policy(.identity, openPercent: 10, &random)
        func members(_ base: String, _ random: inout RandomSource) -> String {
            var members = [base]
            if random.chance(40) {
                members.append(#""PermissionsBoundary": "arn:aws:iam::111122223333:policy/edge""#)
            }
            if random.chance(40) {
                members.append(#""AttachedManagedPolicies": ["arn:aws:iam::111122223333:policy/shared"]"#)
            }
            if random.chance(60) {
                members.append(#""Tags": {"team": "\#(random.pick(["red", "Red", "blue"]))"}"#)
            }
            return "{" + members.joined(separator: ", ") + "}"
        }
        files["\(home)/users/alice/user.json"] = members(#""Path": "/", "Groups": ["staff"]"#, &random)
        files["\(home)/users/al/user.json"] = members(#""Path": "/team/""#, &random)
        files["\(home)/roles/trainer/role.json"] =
            members(#""Path": "/ml/", "RoleId": "AROAEXAMPLETRAINER01""#, &random)
        let carriers = [
            "\(home)/users/alice", "\(home)/users/al", "\(home)/groups/staff", "\(home)/roles/trainer",
            "accounts/222233334444/users/bob", "accounts/222233334444/roles/auditor",
            "accounts/555566667777/users/olga", "accounts/999999999999/users/admin",
        ]
        for carrier in carriers {
            for name in ["a", "b"].prefix(random.number(1...2)) {
                files["\(carrier)/inline/\(name).json"] =
                    RandomStatement.policy(.identity, openPercent: 45, &random)
            }
            if carrier.contains("/roles/") {
                files["\(carrier)/trust-policy.json"] =
                    RandomStatement.policy(.trust, openPercent: 40, &random)
            }
        }
    }

    private static func addResources(to files: inout [String: String], _ random: inout RandomSource) {
        let resources = [
            ("111122223333", "vault", "arn:aws:s3:::vault"),
            ("222233334444", "depot", "arn:aws:s3:::depot"),
            ("111122223333", "k1", "arn:aws:kms:eu-west-1:111122223333:key/k1"),
            ("222233334444", "k2", "arn:aws:kms:eu-west-1:222233334444:key/k2"),
            ("111122223333", "jobs", "arn:aws:sqs:eu-west-1:111122223333:jobs"),
        ]
        for (account, name, arn) in resources {
            let policy =
                random.chance(80)
                ? #", "Policy": \#(RandomStatement.policy(.resource, openPercent: 50, &random))"# : ""
            let tags = random.chance(60) ? #", "Tags": {"class": "\#(random.pick(["red", "blue"]))"}"# : ""
            files["accounts/\(account)/resource-policies/\(name).json"] =
                #"{"ResourceArn": "\#(arn)"\#(policy)\#(tags)}"#
        }
        files["accounts/111122223333/vpc-endpoints/vpce-1.json"] =
            RandomStatement.policy(.endpoint, openPercent: 60, &random)
    }
}
