import Vocabulary

/// Where the value of a context key comes from (E26, E27).
enum FactKind: UInt32, CaseIterable {
    /// The request's context.
    case context
    case principalARN, principalAccount, principalType, userID, userName, principalOrganizationID
    case principalOrganizationPaths, principalIsAWSService, principalServiceName, principalServiceNames
    case tokenIssueTime, multiFactorAuthPresent, multiFactorAuthAge, sourceIdentity, federatedProvider
    case currentTime, epochTime
    case resourceAccount, resourceOrganizationID, resourceOrganizationPaths
    case principalTag, resourceTag

    /// The source of a key in lower case, and the part of the name that matters.
    static func source(of key: UTF8Text) -> (kind: FactKind, name: UTF8Text) {
        for (prefix, kind) in [
            ("aws:principaltag/", FactKind.principalTag), ("aws:resourcetag/", .resourceTag),
        ] {
            let prefix = UTF8Text(prefix)
            if key.hasPrefix(prefix) { return (kind, key.dropFirst(prefix.count)) }
        }
        return (byName[key] ?? .context, key)
    }

    private static let byName: [UTF8Text: FactKind] = [
        "aws:principalarn": .principalARN, "aws:principalaccount": .principalAccount,
        "aws:principaltype": .principalType, "aws:userid": .userID, "aws:username": .userName,
        "aws:principalorgid": .principalOrganizationID, "aws:principalorgpaths": .principalOrganizationPaths,
        "aws:principalisawsservice": .principalIsAWSService,
        "aws:principalservicename": .principalServiceName,
        "aws:principalservicenameslist": .principalServiceNames, "aws:tokenissuetime": .tokenIssueTime,
        "aws:multifactorauthpresent": .multiFactorAuthPresent, "aws:multifactorauthage": .multiFactorAuthAge,
        "aws:sourceidentity": .sourceIdentity, "aws:federatedprovider": .federatedProvider,
        "aws:currenttime": .currentTime, "aws:epochtime": .epochTime, "aws:resourceaccount": .resourceAccount,
        "aws:resourceorgid": .resourceOrganizationID, "aws:resourceorgpaths": .resourceOrganizationPaths,
    ]
}
