package import Vocabulary

/// What a compiler hands to the ``SnapshotBuilder``: policies in the image's own terms, not yet laid out.

/// A pattern of texts.
package enum PatternPlan: Hashable, Sendable {
    /// A symbol of a pattern that needs the automaton.
    package enum Symbol: Hashable, Sendable {
        case literal(UInt8)
        case anyScalar, anyRun, anyScalarInPart, anyRunInPart
        case variable(key: UTF8Text, defaultValue: UTF8Text?)
    }

    case everything
    case exact(UTF8Text)
    case prefix(UTF8Text)
    /// Literal text and unrestricted runs, written `*`.
    case glob(UTF8Text)
    case symbols([Symbol])

    /// The simplest form of a list of symbols.
    package init(_ symbols: [Symbol]) {
        var text: [UInt8] = []
        var runs = 0
        for symbol in symbols {
            switch symbol {
            // A literal star or a variable cannot be written in the simple forms.
            case .literal(UInt8(ascii: "*")):
                guard !symbols.contains(where: { $0.isWildcardOrVariable }) else {
                    self = .symbols(symbols)
                    return
                }
                text.append(UInt8(ascii: "*"))
            case .literal(let byte): text.append(byte)
            case .anyRun:
                text.append(UInt8(ascii: "*"))
                runs += 1
            case .anyScalar, .anyScalarInPart, .anyRunInPart, .variable:
                self = .symbols(symbols)
                return
            }
        }
        if runs == 0 {
            self = .exact(UTF8Text(text))
        } else if text == [UInt8(ascii: "*")] {
            self = .everything
        } else if runs == 1, symbols.last == .anyRun {
            self = .prefix(UTF8Text(text.dropLast()))
        } else {
            self = .glob(UTF8Text(text))
        }
    }
}

extension PatternPlan.Symbol {
    fileprivate var isWildcardOrVariable: Bool {
        if case .literal = self { false } else { true }
    }
}

/// A pattern of actions, in lower case.
package struct ActionPlan: Hashable, Sendable {
    package var text: UTF8Text
    package var pattern: PatternPlan

    /// Names a pattern as written, in lower case, and as compiled.
    package init(text: UTF8Text, pattern: PatternPlan) {
        self.text = text
        self.pattern = pattern
    }
}

/// An entry of a principal element.
package enum PrincipalPlan: Hashable, Sendable {
    case everyone
    case account(UTF8Text), arn(UTF8Text), uniqueID(UTF8Text), service(UTF8Text), federated(UTF8Text)
    case canonicalUser(UTF8Text)
}

/// An element that may be absent, or say what it does not concern.
package enum ElementPlan<Item: Hashable & Sendable>: Hashable, Sendable {
    case absent
    case positive([Item])
    case negated([Item])
}

/// A policy value.
package enum OperandPlan: Hashable, Sendable {
    case pattern(PatternPlan)
    case number(isNegative: Bool, exponent: Int, digits: UTF8Text)
    case date(seconds: Int64, nanoseconds: UInt32)
    case bool(Bool)
    case boolVariable(PatternPlan)
    case binary([UInt8])
    case ip(address: UInt128, prefixLength: Int, isIPv4: Bool)
    case arn([PatternPlan])
    case unreadable
}

/// One key under one operator.
package struct ConditionPlan: Hashable, Sendable {
    /// How several values of a key are taken together.
    package enum Qualifier: UInt8, Sendable {
        case none, forAllValues, forAnyValue
    }

    package var code: ConditionCode
    package var qualifier: Qualifier
    package var ifExists: Bool
    /// In lower case.
    package var key: UTF8Text
    package var operands: [OperandPlan]

    /// Describes a condition.
    package init(
        code: ConditionCode,
        qualifier: Qualifier,
        ifExists: Bool,
        key: UTF8Text,
        operands: [OperandPlan]
    ) {
        self.code = code
        self.qualifier = qualifier
        self.ifExists = ifExists
        self.key = key
        self.operands = operands
    }
}

/// A statement.
package struct StatementPlan: Hashable, Sendable {
    package var effect: Effect
    /// Never absent.
    package var actions: ElementPlan<ActionPlan>
    package var resources: ElementPlan<PatternPlan>
    package var principals: ElementPlan<PrincipalPlan>
    package var conditions: [ConditionPlan]

    /// Describes a statement.
    package init(
        effect: Effect,
        actions: ElementPlan<ActionPlan>,
        resources: ElementPlan<PatternPlan>,
        principals: ElementPlan<PrincipalPlan>,
        conditions: [ConditionPlan]
    ) {
        self.effect = effect
        self.actions = actions
        self.resources = resources
        self.principals = principals
        self.conditions = conditions
    }
}

/// A policy.
package struct PolicyPlan: Hashable, Sendable {
    package var name: UTF8Text
    package var statements: [StatementPlan]

    /// Describes a policy.
    package init(name: UTF8Text, statements: [StatementPlan]) {
        self.name = name
        self.statements = statements
    }
}

/// A user or role.
package struct PrincipalPlanEntry: Sendable {
    /// What kind of identity it is.
    package enum Kind: Sendable {
        case user, role, serviceLinkedRole
    }

    package var kind: Kind
    package var arn: ARN
    package var uniqueID: UTF8Text?
    package var account: AccountID
    package var identity: [AttachmentList.Item]
    package var boundary: AttachmentList.Item?
    package var tags: [UTF8Text: UTF8Text]

    /// Describes an identity.
    package init(
        kind: Kind,
        arn: ARN,
        uniqueID: UTF8Text?,
        account: AccountID,
        identity: [AttachmentList.Item],
        boundary: AttachmentList.Item?,
        tags: [UTF8Text: UTF8Text]
    ) {
        self.kind = kind
        self.arn = arn
        self.uniqueID = uniqueID
        self.account = account
        self.identity = identity
        self.boundary = boundary
        self.tags = tags
    }
}

/// Policies attached at one place.
package enum AttachmentList {
    /// A policy that the builder has laid out.
    package typealias Item = SnapshotBuilder.PolicyHandle
}
