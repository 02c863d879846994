package import IdentityDirectory
import PolicyLanguage
import Vocabulary

extension RandomWorld {
    /// A change of the world's directory; some cannot be applied.
    package mutating func nextChange() throws -> DirectoryChange {
        let person = population.people[random.number(0...(population.people.count - 1))]
        let arn = try name(random.chance(94) ? person.arn : person.arn + "-other")
        switch random.number(0...17) {
        case 0, 1: return .putManagedPolicy(try managedPolicy(), try policy(.identity))
        case 2: return .removeManagedPolicy(try managedPolicy())
        case 3: return .attachPolicy(try managedPolicy(), to: try carrier(arn))
        case 4: return .detachPolicy(try managedPolicy(), from: try carrier(arn))
        case 5, 6: return .putInlinePolicy(inlineName(), try policy(.identity), of: try carrier(arn))
        case 7: return .removeInlinePolicy(inlineName(), of: try carrier(arn))
        case 8: return .setBoundary(random.chance(60) ? try managedPolicy() : nil, of: arn)
        case 9: return .setTags(tags(), of: arn)
        case 10:
            return .setGroups(random.pick([[], ["staff"], ["all"], ["staff", "all"]]), of: try carrier(arn))
        case 11: return .setTrustPolicy(try policy(.trust), of: try name(random.pick(population.roles).arn))
        case 12: return .putIdentity(try identity(person))
        case 13: return .removeIdentity(try carrier(arn))
        case 14, 15: return try resourceChange()
        case 16:
            let id = UTF8Text(random.pick(["vpce-1", "vpce-2", "vpce-3"]))
            return random.chance(70)
                ? .putEndpointPolicy(id, try policy(.endpoint)) : .removeEndpointPolicy(id)
        default:
            let name = UTF8Text(random.pick(["one", "two"]))
            return random.chance(60)
                ? .putServiceControlPolicy(name, try policy(.serviceControl))
                : .putResourceControlPolicy(name, try policy(.resourceControl))
        }
    }

    // MARK: Parts

    private func name(_ text: String) throws -> ARN {
        guard let arn = ARN(UTF8Text(text)) else { throw DirectoryChangeError("`\(text)` is no ARN") }
        return arn
    }

    private mutating func managedPolicy() throws -> ARN {
        let home = "arn:aws:iam::\(RandomPopulation.home):policy/"
        return try name(
            random.pick([
                home + "edge", home + "team/shared", "arn:aws:iam::aws:policy/ReadOnly", home + "new",
            ])
        )
    }

    /// Mostly a user or role, now and then a group.
    private mutating func carrier(_ arn: ARN) throws -> ARN {
        guard random.chance(15) else { return arn }
        return try name("arn:aws:iam::\(RandomPopulation.home):group/\(random.pick(["staff", "all"]))")
    }

    private mutating func inlineName() -> UTF8Text { UTF8Text(random.pick(["a", "b", "c"])) }

    private mutating func tags() -> [UTF8Text: UTF8Text] {
        random.pick([[:], ["team": "red"], ["Team": "blue", "Gr\u{F6}\u{DF}e": "10"], ["class": "red"]])
    }

    private mutating func policy(_ type: PolicyType) throws -> ValidatedPolicy {
        let policies = RandomPolicy(population: population, hasFaults: false)
        return try PolicyReader().read(SourceText(policies.text(type, openPercent: 40, &random)), as: type)
    }

    /// The identity anew, now and then below another path.
    private mutating func identity(_ person: RandomPopulation.Person) throws -> IdentityDescription {
        let path = random.chance(25) ? "/moved/" : person.path
        let arn = try name("arn:aws:iam::\(person.account):\(person.kind)\(path)\(person.name)")
        var description = IdentityDescription(arn: arn)
        description.uniqueID = random.chance(50) ? "AIDAEXAMPLE000000009" : nil
        description.inlinePolicies = ["a": try policy(.identity)]
        if random.chance(30) { description.attachedPolicies = [try managedPolicy()] }
        if random.chance(20) { description.boundary = try managedPolicy() }
        if person.kind == "role" { description.trustPolicy = try policy(.trust) }
        if person.kind == "user", random.chance(30) { description.groups = ["staff"] }
        description.tags = tags()
        return description
    }

    private mutating func resourceChange() throws -> DirectoryChange {
        let thing = random.pick(population.things)
        let arn = try name(random.chance(80) ? thing.arn : thing.arn + "/below")
        if random.chance(25) { return .removeResource(arn) }
        var description = ResourceDescription(
            arn: arn,
            account: AccountID(unchecked: UTF8Text(thing.account))
        )
        if random.chance(80) { description.policy = try policy(.resource) }
        if random.chance(20) { description.requiresResourcePolicyTrust = random.chance(50) }
        description.tags = tags()
        return .putResource(description)
    }
}
