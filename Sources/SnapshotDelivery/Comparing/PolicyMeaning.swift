import Portcullis

/// What statements say, without their place, their `Sid` and the name of their policy.
struct StatementMeaning: Hashable {
    private struct ConditionMeaning: Hashable {
        let `operator`: ConditionOperator
        let key: UTF8Text
        let operands: Set<Operand>
    }

    private let expandsVariables: Bool
    private let effect: Effect
    private let principal: PrincipalElement?
    private let action: ActionElement
    private let resource: ResourceElement?
    private let conditions: Set<ConditionMeaning>

    init(_ statement: Statement, _ version: PolicyVersion) {
        expandsVariables = version.expandsVariables
        effect = statement.effect
        principal = statement.principal
        action = statement.action
        resource = statement.resource
        conditions = Set(
            statement.conditions.map {
                ConditionMeaning(operator: $0.operator, key: $0.key, operands: Set($0.operands))
            }
        )
    }
}

/// Allowing and denying statements, by number; a set of policies together is one of these, too.
struct PolicyMeaning: Hashable {
    var allows: Set<Int> = []
    var denies: Set<Int> = []

    mutating func formUnion(_ other: PolicyMeaning) {
        allows.formUnion(other.allows)
        denies.formUnion(other.denies)
    }

    /// Whether something that this allows may not be allowed by another.
    func mayAllowMore(than other: PolicyMeaning) -> Bool {
        !allows.isSubset(of: other.allows) || !other.denies.isSubset(of: denies)
    }
}

/// Numbers statements, the same number for the same meaning, and reads each policy once.
struct MeaningTable {
    private var numbers: [StatementMeaning: Int] = [:]
    private var read: [ObjectIdentifier: PolicyMeaning] = [:]

    mutating func meaning(of policy: EffectivePolicy) -> PolicyMeaning {
        if let known = read[policy.identity] { return known }
        var meaning = PolicyMeaning()
        for statement in policy.document.statements {
            let next = numbers.count
            let number = numbers[StatementMeaning(statement, policy.document.version), default: next]
            numbers[StatementMeaning(statement, policy.document.version)] = number
            switch statement.effect {
            case .allow: meaning.allows.insert(number)
            case .deny: meaning.denies.insert(number)
            }
        }
        read[policy.identity] = meaning
        return meaning
    }

    mutating func meaning(of policies: [EffectivePolicy]) -> PolicyMeaning {
        var meaning = PolicyMeaning()
        for policy in policies { meaning.formUnion(self.meaning(of: policy)) }
        return meaning
    }
}
