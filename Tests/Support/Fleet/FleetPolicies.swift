import Portcullis

/// A set of policies of the size of workload W2: 1,000 roles, each with 8 of 200 policies, and what is changed in it.
struct FleetPolicies {
    static let account = "123456789012"
    static let policyCount = 200
    static let roleCount = 1_000

    private(set) var files: [String: [UInt8]] = [:]
    private var random: SplitMix

    init(seed: UInt64) {
        random = SplitMix(seed)
        for number in 0..<Self.policyCount { files[Self.policyPath(number)] = policy(number) }
        for number in 0..<Self.roleCount {
            files[Self.rolePath(number) + "/role.json"] = role()
            files[Self.rolePath(number) + "/trust-policy.json"] = Array(
                #"{"Version":"2012-10-17","Statement":{"Effect":"Deny","Principal":"*","Action":"sts:AssumeRole"}}"#
                    .utf8
            )
        }
        setProbe(isAllowed: false)
    }

    private static func policyPath(_ number: Int) -> String {
        "accounts/\(account)/policies/policy-\(number).json"
    }

    private static func rolePath(_ number: Int) -> String { "accounts/\(account)/roles/app-\(number)-role" }

    // MARK: The probe

    /// The file whose content decides ``probe()``.
    static let probePath = rolePath(0) + "/inline/probe.json"

    /// A request that the probe's file alone allows or denies.
    static func probe() throws -> CompactRequest {
        try CompactRequest(
            AuthorizationRequest(
                principal: RequestPrincipal(UTF8Text("arn:aws:iam::\(account):role/app-0-role"))
                    ?? .anonymous,
                action: "probe:Ask",
                resource: "arn:aws:probe:::x",
                context: RequestContext([])
            ),
            at: Instant(seconds: 1_700_000_000) ?? .distantPast
        )
    }

    @discardableResult
    mutating func setProbe(isAllowed: Bool) -> [UInt8] {
        let effect = isAllowed ? "Allow" : "Deny"
        let text =
            #"{"Version":"2012-10-17","Statement":{"Effect":"\#(effect)","Action":"probe:Ask","Resource":"*"}}"#
        files[Self.probePath] = Array(text.utf8)
        return Array(text.utf8)
    }

    // MARK: Changes

    /// A change of one or two files: what they hold then, nil for a file that goes.
    mutating func nextChange() -> [String: [UInt8]?] {
        var change: [String: [UInt8]?] = [:]
        let number = random.below(Self.roleCount)
        let inline = Self.rolePath(number) + "/inline/extra-\(random.below(3)).json"
        switch random.below(8) {
        case 0: change[Self.policyPath(random.below(Self.policyCount))] = .some(policy(number))
        case 1: change[Self.rolePath(number) + "/role.json"] = .some(role())
        case 2:
            change[inline] = .some(policy(number))
            change[Self.policyPath(random.below(Self.policyCount))] = .some(policy(number + 7))
        case 3 where files[inline] != nil: change.updateValue(nil, forKey: inline)
        default: change[inline] = .some(policy(number))
        }
        for (path, contents) in change { files[path] = contents }
        return change
    }

    private mutating func role() -> [UInt8] {
        let first = random.below(Self.policyCount)
        let arns = (0..<8).map { index in
            #""arn:aws:iam::\#(Self.account):policy/policy-\#((first + index * 23) % Self.policyCount)""#
        }
        let team = ["pay", "web", "ml"][random.below(3)]
        let text =
            #"{"AttachedManagedPolicies":[\#(arns.joined(separator: ","))],"Tags":{"team":"\#(team)"}}"#
        return Array(text.utf8)
    }

    private mutating func policy(_ number: Int) -> [UInt8] {
        let services = ["s3", "sqs", "sns", "ec2", "dynamodb", "kms", "lambda", "logs"]
        let statements = (0..<4).map { index in
            let service = services[random.below(services.count)]
            let effect = random.below(10) == 0 ? "Deny" : "Allow"
            return
                #"{"Sid":"S\#(index)","Effect":"\#(effect)","Action":["\#(service):Get*","\#(service):List*"],"#
                + #""Resource":"arn:aws:\#(service):*:\#(Self.account):app-\#(random.below(100))-*","#
                + #""Condition":{"StringEquals":{"aws:PrincipalTag/team":"ml"}}}"#
        }
        return Array(
            #"{"Version":"2012-10-17","Statement":[\#(statements.joined(separator: ","))]}"#.utf8
        )
    }
}

/// Numbers that are the same for the same seed.
struct SplitMix {
    private var state: UInt64

    init(_ seed: UInt64) { state = seed }

    mutating func below(_ bound: Int) -> Int {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        return Int((value ^ (value >> 31)) % UInt64(bound))
    }
}
