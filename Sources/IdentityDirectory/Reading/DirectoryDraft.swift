import PolicyLanguage
import Vocabulary

/// A directory as far as it has been read: names are not yet joined to what bears them.
///
/// Readers of every format fill a draft; ``directory()`` then joins and refuses, so that both formats keep
/// the same rules.
struct DirectoryDraft {
    let reader: PolicyReader
    var faults = DirectoryFaults()
    var organization: OrganizationDraft?
    var accounts: [AccountID: AccountDraft] = [:]
    var serviceControlPolicies: [UTF8Text: EffectivePolicy] = ["FullAWSAccess": BuiltInPolicies.fullAccess]
    var resourceControlPolicies: [UTF8Text: EffectivePolicy] = [:]
    var managedPolicies: [UTF8Text: EffectivePolicy] = [:]
    var resources: [UTF8Text: Resource] = [:]
    var endpoints: [UTF8Text: EffectivePolicy] = [:]
    private var claims: [UTF8Text: Place] = [:]
    private var awsDocuments: [UTF8Text: JSONValue] = [:]

    init(_ reader: PolicyReader) { self.reader = reader }

    /// Takes a name for the thing at `place`; a second claim is a fault that names both places.
    ///
    /// IAM's names are unique ignoring case, so that `Alice` and `alice` are one user.
    mutating func claim(_ thing: String, ignoringCase: Bool = true, at place: Place) -> Bool {
        let key = ignoringCase ? UTF8Text(thing).asciiLowercased : UTF8Text(thing)
        guard let first = claims[key] else {
            claims[key] = place
            return true
        }
        let note = ignoringCase ? " (names ignore case)" : ""
        faults.report(
            .directoryDuplicate,
            "\(thing) is described twice, first at \(first.location)\(note)",
            at: place
        )
        return false
    }

    /// - Parameter isManaged: whether the size of an identity policy is measured by itself (B13).
    mutating func policy(_ value: JSONValue, as type: PolicyType, isManaged: Bool = true) -> ValidatedPolicy?
    {
        guard !faults.isFull else { return nil }
        do throws(InvalidDocument) {
            return try (isManaged ? reader : reader.withoutManagedSize).read(value, as: type)
        } catch {
            faults.append(error)
            return nil
        }
    }

    /// - Parameter isManaged: whether the size of an identity policy is measured by itself (B13).
    mutating func policy(_ source: SourceText, as type: PolicyType, isManaged: Bool = true)
        -> ValidatedPolicy?
    {
        guard !faults.isFull else { return nil }
        do throws(InvalidDocument) {
            return try (isManaged ? reader : reader.withoutManagedSize).read(source, as: type)
        } catch {
            faults.append(error)
            return nil
        }
    }

    /// Reads a JSON file that is no policy itself.
    mutating func json(_ source: SourceText, bytesMax: Int) -> JSONValue? {
        do throws(InvalidDocument) {
            return try JSONDocument(reading: source, bytesMax: bytesMax).root
        } catch {
            faults.append(error)
            return nil
        }
    }

    /// Checks a name of a user, group, role or policy.
    mutating func checkName(_ name: UTF8Text, at place: Place) {
        guard !name.isIAMName(in: reader.mode) else { return }
        faults.report(.directoryLayout, "`\(name)` cannot be a name in IAM", at: place)
    }

    // MARK: Accounts and identities

    mutating func add(_ identity: IdentityDraft) {
        let thing = "\(identity.kind.rawValue) `\(identity.name)` of account \(identity.account)"
        checkName(identity.name, at: identity.place)
        checkQuotas(identity)
        guard claim(thing, at: identity.place) else { return }
        accounts[identity.account, default: AccountDraft()].add(identity)
    }

    // MARK: Managed policies

    /// Adds a policy of AWS itself.
    ///
    /// Each account's listing repeats it, so the same text may come again.
    mutating func addAWSManagedPolicy(_ arn: UTF8Text, _ document: JSONValue, at place: Place) {
        if let first = awsDocuments[arn] {
            guard !document.hasSameContent(as: first) else { return }
            let message = "two different versions of `\(arn)`; the other is at \(first.location)"
            return faults.report(.directoryDuplicate, message, at: place)
        }
        awsDocuments[arn] = document
        addManagedPolicy(arn, document, isOfCustomer: false, at: place)
    }

    /// Adds a policy of a customer; its name is unique in the account, whatever its path.
    mutating func addCustomerPolicy(_ arn: ARN, _ document: JSONValue, at place: Place) {
        let name = arn.resource.lastPathComponent
        guard claim("managed policy `\(name)` of account \(arn.account)", at: place) else { return }
        addManagedPolicy(arn.text, document, isOfCustomer: true, at: place)
    }

    private mutating func addManagedPolicy(
        _ arn: UTF8Text,
        _ document: JSONValue,
        isOfCustomer: Bool,
        at place: Place
    ) {
        checkName(arn.lastPathComponent, at: place)
        guard let policy = policy(document, as: .identity, isManaged: isOfCustomer) else { return }
        managedPolicies[arn] = EffectivePolicy(name: arn, policy)
    }
}

/// An account as far as it has been read.
struct AccountDraft {
    var name: UTF8Text?
    var guardrails = GuardrailsDraft()
    var place: Place?
    var identities: [IdentityKind: [UTF8Text: IdentityDraft]] = [:]

    mutating func add(_ identity: IdentityDraft) {
        identities[identity.kind, default: [:]][identity.name] = identity
    }
}

/// A user, group or role as far as it has been read.
struct IdentityDraft {
    let kind: IdentityKind
    let account: AccountID
    let name: UTF8Text
    let place: Place
    let arn: ARN
    var uniqueID: UTF8Text?
    var inlinePolicies: [EffectivePolicy] = []
    var attachedPolicies: [Reference] = []
    var boundary: Reference?
    var groups: [Reference] = []
    var trustPolicy: EffectivePolicy?
    var tags: [UTF8Text: UTF8Text] = [:]

    init(_ kind: IdentityKind, _ name: UTF8Text, in account: AccountID, arn: ARN, at place: Place) {
        self.kind = kind
        self.account = account
        self.name = name
        self.arn = arn
        self.place = place
    }
}

extension JSONValue {
    /// Whether two values say the same, whatever their white space and escapes.
    ///
    /// Members must come in the same order: one source wrote both.
    func hasSameContent(as other: JSONValue) -> Bool {
        guard kind == other.kind else { return false }
        switch kind {
        case .object:
            let (left, right) = (Array(members), Array(other.members))
            return left.count == right.count
                && zip(left, right).allSatisfy {
                    $0.key.text == $1.key.text && $0.value.hasSameContent(as: $1.value)
                }
        case .array:
            let (left, right) = (Array(elements), Array(other.elements))
            return left.count == right.count && zip(left, right).allSatisfy { $0.hasSameContent(as: $1) }
        case .string, .number, .true, .false, .null:
            return text == other.text
        }
    }
}
