/// The kinds of finding.
///
/// Raw values are stable: they appear in JSON output and in conformance vectors.
public enum DiagnosticCode: String, Sendable, Hashable, CaseIterable {
    /// The text is not JSON (RFC 8259), or an escape names U+0000 or half of a surrogate pair.
    case jsonSyntax = "json.syntax"
    /// A byte sequence is not UTF-8.
    case jsonUTF8 = "json.utf8"
    /// A key stands twice in one object, or twice by IAM's rule that key names ignore case (B1, A2).
    case duplicateKey = "json.duplicateKey"

    /// Nested deeper than ``Limits/jsonDepthMax``.
    case depthLimit = "limit.depth"
    /// Longer than the configured size.
    case sizeLimit = "limit.size"
    /// More wildcards or variables in one pattern, or a longer pattern, than matching may cost.
    case wildcardLimit = "limit.wildcards"
    /// Beyond a quota that AWS publishes (B13).
    case quota = "limit.quota"

    /// A JSON value of the wrong kind.
    case schemaType = "schema.type"
    /// A required element is absent.
    case schemaMissing = "schema.missing"
    /// An element the grammar does not know (B1).
    case schemaUnknown = "schema.unknown"
    /// `Effect` is neither `Allow` nor `Deny` (B3).
    case schemaEffect = "schema.effect"
    /// `Version` is neither of the two (B4).
    case schemaVersion = "schema.version"
    /// Both elements of a pair such as Action and NotAction (B5).
    case schemaExclusive = "schema.exclusive"
    /// `Principal` where the policy type forbids it (B6).
    case schemaPrincipal = "schema.principal"
    /// An empty list of exceptions, which would except nothing (B10).
    case schemaEmpty = "schema.empty"
    /// A `Sid` of other characters, or twice (B8).
    case schemaSid = "schema.sid"
    /// An element or form that the policy type does not allow (B6).
    case policyType = "policy.type"

    /// Not of the form `service:Name` (D1).
    case actionForm = "action.form"
    /// Neither `*` nor an ARN of six parts (D5).
    case resourceForm = "resource.form"
    /// Not a principal (C2, C3).
    case principalForm = "principal.form"
    /// A policy variable that is not closed, empty, nested, or where none may stand (E20).
    case variableForm = "variable.form"

    /// An operator nobody knows (B11).
    case conditionOperator = "condition.operator"
    /// A condition key that cannot be one.
    case conditionKey = "condition.key"
    /// Not `true` or `false` (E15).
    case conditionBool = "condition.bool"
    /// Not a decimal number (E13).
    case conditionNumber = "condition.number"
    /// Not a date (E14).
    case conditionDate = "condition.date"
    /// Not an address or CIDR block (E17).
    case conditionIP = "condition.ip"
    /// Not base64 (E16).
    case conditionBinary = "condition.binary"
    /// Not an ARN pattern (E18).
    case conditionARN = "condition.arn"
    /// An empty list where it would always match (B10).
    case conditionEmpty = "condition.empty"

    /// A name that nothing in the directory bears.
    case directoryReference = "directory.reference"
    /// Something described twice.
    case directoryDuplicate = "directory.duplicate"
    /// Groups that contain each other.
    case directoryCycle = "directory.cycle"
    /// A file or folder that cannot be read.
    case directoryFile = "directory.file"
    /// A file or value that has no place in a directory.
    case directoryLayout = "directory.layout"
    /// A listing of several pages without its last one.
    case directoryPages = "directory.pages"

    /// A path template that is none, or text in which a capture is not closed, not bound, or out of place.
    case mappingTemplate = "mapping.template"
    /// Two routes for the same requests, or a route without what it needs.
    case mappingRoute = "mapping.route"
    /// A way to prove callers that proves nothing.
    case mappingCaller = "mapping.caller"
    /// A key of a key set that must not be there or cannot be one.
    case mappingKey = "mapping.key"

    /// A request that cannot be evaluated (A4).
    case requestMalformed = "request.malformed"

    /// An Allow with NotPrincipal grants to everybody else (B14).
    case allowNotPrincipal = "lint.allow-not-principal"
    /// An Allow with NotResource grants on everything else (D7).
    case allowNotResource = "lint.allow-not-resource"
    /// An Allow with NotAction grants every other action of every service (D2).
    case allowNotAction = "lint.allow-not-action"
    /// A trust policy open to everyone (B6).
    case publicTrust = "lint.public-trust"
    /// A wildcard in an action's service prefix (D1).
    case serviceWildcard = "lint.service-wildcard"
    /// A wildcard in a value whose operator compares it literally (E12).
    case wildcardWithoutLike = "lint.wildcard-without-like"
    /// A variable in a policy whose version does not expand it (B4).
    case inertVariable = "lint.inert-variable"
    /// `ForAllValues` in an Allow holds when the key is missing (E7).
    case forAllValuesAllow = "lint.for-all-values-allow"
    /// `ForAnyValue` with `IfExists` holds when the key is missing (E10).
    case forAnyValueIfExists = "lint.for-any-value-if-exists"
    /// A key of several values under an operator without a set qualifier, which never matches it (E6).
    case multiValuedKey = "lint.multi-valued-key"
    /// A set qualifier on a key of one value (E11).
    case singleValuedKey = "lint.single-valued-key"
    /// A key that stands for a tag and does not name it (B14).
    case missingTagKey = "lint.missing-tag-key"
    /// An action that another of the same list covers (B14).
    case redundantAction = "lint.redundant-action"
    /// A resource that another of the same list covers (B14).
    case redundantResource = "lint.redundant-resource"
    /// A statement that says what an earlier one says (B14).
    case redundantStatement = "lint.redundant-statement"
    /// An element that can never apply because its list is empty (B10).
    case neverApplies = "lint.never-applies"
    /// Text that AWS would refuse to store (B9).
    case characterSet = "lint.character-set"
}
