/// A question: may this principal do this action on this resource, with these facts (A1).
public struct AuthorizationRequest: Sendable, Hashable {
    /// Who asks.
    public var principal: RequestPrincipal
    /// `service:Name`, compared without regard to ASCII case (D1).
    public var action: UTF8Text
    /// An ARN, or `*` for an action that has no resource (D6).
    public var resource: UTF8Text
    /// The account that owns the resource, where the caller knows it and the ARN does not say.
    public var resourceAccount: AccountID?
    /// The facts of the request (A2).
    public var context: RequestContext

    /// Takes the parts as they are; ``validate()`` says whether they can be evaluated.
    public init(
        principal: RequestPrincipal,
        action: UTF8Text,
        resource: UTF8Text,
        resourceAccount: AccountID? = nil,
        context: RequestContext = RequestContext()
    ) {
        self.principal = principal
        self.action = action
        self.resource = resource
        self.resourceAccount = resourceAccount
        self.context = context
    }

    /// Checks what evaluation relies on (A4): no control characters, a well-formed action, bounded sizes, a caller
    /// in a partition of AWS, an owner that does not contradict the resource.
    ///
    /// - Throws: ``RequestError``; the request is then denied with reason `error`.
    public func validate() throws(RequestError) {
        for text in principal.texts { try Self.check(text, .principal) }
        guard principal.sessionName?.isSessionName ?? true, principal.isInAWSPartition else {
            throw RequestError(.malformedPrincipal, in: .principal)
        }
        try Self.check(action, .action)
        try Self.check(resource, .resource)
        try Self.check(owner: resourceAccount, of: resource)
        guard Self.isWellFormedAction(action) else { throw RequestError(.malformedAction, in: .action) }
        guard !resource.isEmpty else { throw RequestError(.empty, in: .resource) }
        try context.validate()
    }

    static func check(_ text: UTF8Text, _ part: RequestError.Part) throws(RequestError) {
        if text.count > Limits.requestStringBytesMax { throw RequestError(.tooLong, in: part) }
        if text.containsControlCharacter { throw RequestError(.controlCharacter, in: part) }
    }

    /// An owner that is named has twelve digits, and is the account in the ARN where there is one (G1).
    ///
    /// Were one of two to win, whoever states it could turn a request across accounts into one inside an account.
    ///
    /// - Throws: ``RequestError`` (A4).
    package static func check(owner: AccountID?, of resource: UTF8Text) throws(RequestError) {
        guard let owner else { return }
        guard AccountID.isWellFormed(owner.text) else { throw RequestError(.malformedAccount, in: .resource) }
        guard let arn = ARN(resource), AccountID.isWellFormed(arn.account) else { return }
        if arn.account != owner.text { throw RequestError(.contradictoryAccount, in: .resource) }
    }

    /// Whether the action makes a session of a role, which the role's trust policy must allow (G3).
    package var assumesRole: Bool { action.asciiLowercased.begins(with: "sts:assumerole") }

    /// Exactly one colon, both sides letters, digits, `-`, `_` or `.`: a request names one action, so no wildcard.
    static func isWellFormedAction(_ action: UTF8Text) -> Bool {
        guard let colon = action.firstOffset(of: UInt8(ascii: ":")), colon > 0, colon + 1 < action.count
        else {
            return false
        }
        return action.bytes.enumerated().allSatisfy { offset, byte in
            offset == colon || byte.isASCIILetter || byte.isASCIIDigit || byte == UInt8(ascii: "-")
                || byte == UInt8(ascii: "_") || byte == UInt8(ascii: ".")
        }
    }
}

/// Why a request cannot be evaluated.
///
/// It is denied, with this as the reason (A4).
public struct RequestError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The part at fault.
    public enum Part: String, Sendable {
        case principal, action, resource, context
    }

    /// What is wrong with it.
    public enum Reason: String, Sendable {
        case controlCharacter = "contains a control character"
        case tooLong = "is too long"
        case tooManyKeys = "has too many context keys"
        case duplicateKey = "gives a context key twice (key names ignore case)"
        case malformedAction = "is not of the form service:Name"
        case malformedPrincipal = "is not a principal"
        case unknownPrincipal = "is not in the directory"
        case malformedAccount = "has an owner that is not twelve digits"
        case contradictoryAccount = "has another owner than the account in its ARN"
        case notSingleValued = "holds a list where one value belongs"
        case empty = "is empty"
        case invalidUTF8 = "is not valid UTF-8"
        case unparsableValue = "has a value that its condition operator cannot read"
    }

    /// The part at fault.
    public let part: Part
    /// What is wrong with it.
    public let reason: Reason
    /// The context key at fault, where there is one.
    public let key: UTF8Text?

    /// Names a fault.
    public init(_ reason: Reason, in part: Part, key: UTF8Text? = nil) {
        self.part = part
        self.reason = reason
        self.key = key
    }

    /// One line for people.
    public var description: String {
        let subject = key.map { "context key `\($0)`" } ?? part.rawValue
        return "malformed request: \(subject) \(reason.rawValue)"
    }
}
