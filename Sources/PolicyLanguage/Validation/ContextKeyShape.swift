import Vocabulary

/// Whether a context key holds one value or several, where AWS documents it (A3).
///
/// What a key holds is a property of the request; these lists serve remarks only, never a decision.
enum ContextKeyShape {
    /// Whether a key in lower case is known to hold several values.
    static func isMultiValued(_ key: UTF8Text) -> Bool { multiValuedKeys.contains(key) }

    /// Whether a key in lower case is known to hold one value.
    static func isSingleValued(_ key: UTF8Text) -> Bool {
        singleValuedKeys.contains(key) || tagPrefixes.contains(where: key.hasPrefix)
    }

    // Lists and not sets: most keys differ from all of these in length, which is cheaper to see than a hash.

    private static let multiValuedKeys: [UTF8Text] = [
        "aws:calledvia", "aws:principalorgpaths", "aws:principalservicenameslist", "aws:resourceorgpaths",
        "aws:sourceorgpaths", "aws:tagkeys", "aws:vpceorgpaths", "dynamodb:attributes",
        "dynamodb:leadingkeys", "kms:encryptioncontextkeys", "kms:grantoperations", "s3:requestobjecttagkeys",
        "sts:transitivetagkeys",
    ]

    private static let singleValuedKeys: [UTF8Text] = [
        "aws:calledviafirst", "aws:calledvialast", "aws:currenttime", "aws:epochtime",
        "aws:federatedprovider", "aws:multifactorauthage", "aws:multifactorauthpresent",
        "aws:principalaccount", "aws:principalarn", "aws:principalisawsservice", "aws:principalorgid",
        "aws:principalservicename", "aws:principaltype", "aws:referer", "aws:requestedregion",
        "aws:resourceaccount", "aws:resourceorgid", "aws:securetransport", "aws:sourceaccount",
        "aws:sourcearn", "aws:sourceidentity", "aws:sourceip", "aws:sourceorgid", "aws:sourcevpc",
        "aws:sourcevpce", "aws:tokenissuetime", "aws:useragent", "aws:userid", "aws:username",
        "aws:viaawsservice", "aws:vpcsourceip",
    ]

    private static let tagPrefixes: [UTF8Text] = ["aws:principaltag/", "aws:requesttag/", "aws:resourcetag/"]
}

extension UTF8Text {
    /// Whether a key in lower case stands for a tag and does not say which (B14).
    var lacksTagName: Bool {
        if count >= 4, self[count - 1] == UInt8(ascii: "/") { return dropFirst(count - 4).equals("tag/") }
        return equals("aws:principaltag") || equals("aws:requesttag") || equals("aws:resourcetag")
    }
}
