import Vocabulary

/// Writes the folder of a ``RandomWorld``: organization, identities, resources.
struct RandomFiles {
    private let population: RandomPopulation
    private let policies: RandomPolicy
    private(set) var files: [String: String] = [:]

    init(_ population: RandomPopulation, hasFaults: Bool, _ random: inout RandomSource) {
        self.population = population
        policies = RandomPolicy(population: population, hasFaults: hasFaults)
        addOrganization(&random)
        addIdentities(&random)
        addResources(&random)
    }

    // MARK: Organization

    private mutating func addOrganization(_ random: inout RandomSource) {
        let usesGuardrails = random.chance(65)
        files["accounts/\(RandomPopulation.stranger)/account.json"] = #"{"Name": "stranger"}"#
        files["accounts/\(RandomPopulation.management)/account.json"] = #"{"Name": "management"}"#
        for account in [RandomPopulation.home, RandomPopulation.partner] {
            files["accounts/\(account)/account.json"] =
                "{\(attachments(usesGuardrails, &random))\"Name\": \"n\"}"
        }
        if random.chance(6) {
            // Accounts that belong to no organization.
            for account in [RandomPopulation.home, RandomPopulation.partner] {
                files["accounts/\(account)/account.json"] = #"{"Name": "n"}"#
            }
            return
        }
        for name in ["one", "two"] {
            files["service-control-policies/\(name).json"] =
                policies.text(.serviceControl, openPercent: 75, &random)
            files["resource-control-policies/\(name).json"] =
                policies.text(.resourceControl, openPercent: 0, &random)
        }
        // One to four levels of units; the accounts hang at different depths.
        let depth = random.number(1...4)
        var unit = ""
        for level in (1...depth).reversed() {
            let accounts =
                (level == depth ? [RandomPopulation.home] : []) + (level == 1 ? [RandomPopulation.bare] : [])
            unit =
                #"{"Id": "ou-0-\#(level)", \#(attachments(usesGuardrails, &random))"Name": "Unit", "Accounts": "#
                + Self.list(accounts) + (unit.isEmpty ? "" : #", "OrganizationalUnits": [\#(unit)]"#) + "}"
        }
        let roots = [RandomPopulation.partner] + (random.chance(80) ? [RandomPopulation.management] : [])
        files["organization.json"] = """
            {"Id": "o-random", "ManagementAccount": "\(RandomPopulation.management)", "Root": {
             "Id": "r-0", \(attachments(usesGuardrails, &random))
             "Accounts": \(Self.list(roots)), "OrganizationalUnits": [\(unit)]}}
            """
    }

    private static func list(_ names: [String]) -> String {
        "[" + names.map { #""\#($0)""# }.joined(separator: ", ") + "]"
    }

    private func attachments(_ usesGuardrails: Bool, _ random: inout RandomSource) -> String {
        guard usesGuardrails else { return "" }
        let open = ["FullAWSAccess"]
        let scps = random.pick([open, open, open, open + ["two"], ["one"], ["one", "two"], open + ["one"]])
        let rcps = random.pick([[], [], [], [], ["one"], ["two"]])
        let isMissing = random.chance(2)
        return (isMissing ? "" : #""ServiceControlPolicies": \#(Self.list(random.chance(1) ? [] : scps)), "#)
            + #""ResourceControlPolicies": \#(Self.list(rcps)), "#
    }

    // MARK: Identities

    private mutating func addIdentities(_ random: inout RandomSource) {
        let home = "accounts/\(RandomPopulation.home)"
        files["\(home)/policies/edge.json"] = policies.text(.boundary, openPercent: 75, &random)
        files["\(home)/policies/team/shared.json"] = policies.text(.identity, openPercent: 10, &random)
        files["aws-managed-policies/ReadOnly.json"] = policies.text(.identity, openPercent: 5, &random)
        files["\(home)/groups/staff/group.json"] = random.pick([#"{"Groups": ["all"]}"#, "{}"])
        files["\(home)/groups/all/group.json"] = "{}"
        for group in ["staff", "all"] { addInlinePolicies("\(home)/groups/\(group)", &random) }
        for person in population.people {
            files["\(person.folder)/\(person.kind).json"] = record(of: person, &random)
            addInlinePolicies(person.folder, &random)
            if person.kind == "role" {
                files["\(person.folder)/trust-policy.json"] = policies.text(.trust, openPercent: 40, &random)
            }
        }
    }

    private mutating func addInlinePolicies(_ folder: String, _ random: inout RandomSource) {
        for name in ["a", "b"].prefix(random.number(1...2)) {
            files["\(folder)/inline/\(name).json"] = policies.text(.identity, openPercent: 35, &random)
        }
    }

    private func record(of person: RandomPopulation.Person, _ random: inout RandomSource) -> String {
        var members = [#""Path": "\#(person.path)""#]
        if let id = person.uniqueID {
            members.append(#""\#(person.kind == "user" ? "User" : "Role")Id": "\#(id)""#)
        }
        if person.name == "alice" { members.append(#""Groups": ["staff"]"#) }
        let isHome = person.account == RandomPopulation.home
        if isHome, random.chance(35) {
            members.append(#""PermissionsBoundary": "arn:aws:iam::\#(person.account):policy/edge""#)
        }
        var attached = random.chance(20) ? ["arn:aws:iam::aws:policy/ReadOnly"] : []
        if isHome, random.chance(35) { attached.append("arn:aws:iam::\(person.account):policy/team/shared") }
        members.append(#""AttachedManagedPolicies": \#(Self.list(attached))"#)
        if random.chance(60) {
            let team = random.pick(["team", "Team"])
            let value = random.pick(["red", "Red", "blue", ""])
            members.append(#""Tags": {"\#(team)": "\#(value)", "Gr\#u{F6}\#u{DF}e": "10"}"#)
        }
        return "{" + members.joined(separator: ", ") + "}"
    }

    // MARK: Resources

    private mutating func addResources(_ random: inout RandomSource) {
        for (index, thing) in population.things.enumerated() {
            var members = [#""ResourceArn": "\#(thing.arn)""#]
            if random.chance(80) {
                members.append(#""Policy": \#(policies.text(.resource, openPercent: 50, &random))"#)
            }
            if random.chance(55) {
                members.append(
                    #""Tags": {"\#(random.pick(["class", "Class"]))": "\#(random.pick(["red", "blue"]))"}"#
                )
            }
            if random.chance(12) { members.append(#""RequiresResourcePolicyTrust": \#(random.chance(50))"#) }
            files["accounts/\(thing.account)/resource-policies/thing-\(index).json"] =
                "{" + members.joined(separator: ", ") + "}"
        }
        files["accounts/\(RandomPopulation.home)/vpc-endpoints/vpce-1.json"] =
            policies.text(.endpoint, openPercent: 60, &random)
        files["accounts/\(RandomPopulation.partner)/vpc-endpoints/vpce-2.json"] =
            policies.text(.endpoint, openPercent: 60, &random)
    }
}
