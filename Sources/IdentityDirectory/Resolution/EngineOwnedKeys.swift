package import Vocabulary

/// The context keys that only the engine fills in (E26, E27).
///
/// A caller that could set one of them could make itself somebody else, so whatever the request's context
/// says under these names is dropped before the engine writes its own.
package enum EngineOwnedKey: String, CaseIterable {
    // Who asks.
    case principalARN = "aws:PrincipalArn"
    case principalAccount = "aws:PrincipalAccount"
    case principalType = "aws:PrincipalType"
    case userID = "aws:userid"
    case userName = "aws:username"
    case principalOrganizationID = "aws:PrincipalOrgID"
    case principalOrganizationPaths = "aws:PrincipalOrgPaths"
    case principalIsAWSService = "aws:PrincipalIsAWSService"
    case principalServiceName = "aws:PrincipalServiceName"
    case principalServiceNames = "aws:PrincipalServiceNamesList"
    // With what credential.
    case tokenIssueTime = "aws:TokenIssueTime"
    case multiFactorAuthPresent = "aws:MultiFactorAuthPresent"
    case multiFactorAuthAge = "aws:MultiFactorAuthAge"
    case sourceIdentity = "aws:SourceIdentity"
    case federatedProvider = "aws:FederatedProvider"
    // When.
    case currentTime = "aws:CurrentTime"
    case epochTime = "aws:EpochTime"
    // On whose resource.
    case resourceAccount = "aws:ResourceAccount"
    case resourceOrganizationID = "aws:ResourceOrgID"
    case resourceOrganizationPaths = "aws:ResourceOrgPaths"

    /// Before the name of a tag of the principal; every such key is the engine's.
    static let principalTagPrefix: UTF8Text = "aws:PrincipalTag/"

    /// Before the name of a tag of the resource.
    ///
    /// The engine writes those that the directory knows; a caller
    /// may know others, since the directory need not list every resource.
    static let resourceTagPrefix: UTF8Text = "aws:ResourceTag/"

    private static let foldedNames = Set(allCases.map { UTF8Text($0.rawValue).asciiLowercased })
    private static let foldedPrincipalTagPrefix = principalTagPrefix.asciiLowercased

    /// Whether a key, in lower case, is the engine's alone.
    package static func owns(_ foldedKey: UTF8Text) -> Bool {
        foldedNames.contains(foldedKey) || foldedKey.hasPrefix(foldedPrincipalTagPrefix)
    }
}

extension RequestContext {
    subscript(key: EngineOwnedKey) -> UTF8Text? {
        get { self[UTF8Text(key.rawValue)]?.values.first }
        set { self[UTF8Text(key.rawValue)] = newValue.map { .single($0) } }
    }

    mutating func set(_ key: EngineOwnedKey, to values: [UTF8Text]) {
        self[UTF8Text(key.rawValue)] = .multi(values)
    }

    /// Writes tags under a prefix; later calls override earlier ones, ignoring case (G4).
    mutating func setTags(_ tags: [UTF8Text: UTF8Text], under prefix: UTF8Text) {
        for (key, value) in tags { self[UTF8Text("\(prefix)\(key)")] = .single(value) }
    }
}
