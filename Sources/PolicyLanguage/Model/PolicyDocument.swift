public import Vocabulary

/// A policy as written, read into the grammar's own words (B1).
///
/// It may still break a rule of the policy type it is used as; ``ValidatedPolicy`` cannot.
public struct PolicyDocument: Sendable {
    /// The text the policy was read from.
    public let source: SourceText
    /// Which edition of the language the policy speaks.
    public let version: PolicyVersion
    /// The `Id` element.
    public let id: UTF8Text?
    /// The statements in order.
    public let statements: [Statement]
    /// Where the document begins in its source.
    public let offset: Int
    /// The document as JSON.
    let json: JSONValue
    /// Whether `Version` and `Id` are written out.
    let hasVersion: Bool

    /// Line and column of an offset in the source.
    public func location(of offset: Int) -> SourceLocation { source.location(of: offset) }
}

/// The editions of the policy language (B4).
public enum PolicyVersion: String, Sendable, Hashable {
    /// The first edition, also meant when `Version` is missing: `${…}` is plain text.
    case v2008 = "2008-10-17"
    /// The current edition: policy variables are expanded.
    case v2012 = "2012-10-17"

    /// Whether `${…}` is a variable.
    public var expandsVariables: Bool { self == .v2012 }
}

/// One statement of a policy.
public struct Statement: Sendable {
    /// Its position in the document, from 0.
    public let index: Int
    /// The `Sid` element.
    public let sid: UTF8Text?
    /// What the statement does when it applies.
    public let effect: Effect
    /// Whom it concerns; nil where the element is absent.
    public let principal: PrincipalElement?
    /// Which actions it concerns.
    public let action: ActionElement
    /// Which resources it concerns; nil where the element is absent, as in a trust policy.
    public let resource: ResourceElement?
    /// What must hold besides; all of them (E1).
    public let conditions: [Condition]
    /// Where the statement begins in its source, in bytes.
    public let offset: Int
    /// `Statement` or `Statement[2]`.
    public let path: String
    /// Where its elements begin.
    let elementOffsets: ElementOffsets
}

/// Where the elements of a statement begin in its source, in bytes; 0 for one that is absent.
///
/// A document is shorter than 4 GiB, as its nodes' offsets are.
struct ElementOffsets: Sendable {
    var sid: UInt32 = 0
    var effect: UInt32 = 0
    var principal: UInt32 = 0
    var action: UInt32 = 0
    var resource: UInt32 = 0

    /// The offset of an element, whichever of its pair it is.
    subscript(element: String) -> Int? {
        let offset: UInt32 =
            switch element {
            case "Sid": sid
            case "Effect": effect
            case "Principal", "NotPrincipal": principal
            case "Action", "NotAction": action
            case "Resource", "NotResource": resource
            default: 0
            }
        return offset == 0 ? nil : Int(offset)
    }
}
