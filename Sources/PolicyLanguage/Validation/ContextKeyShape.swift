import Vocabulary

/// Whether a context key holds one value or several, where AWS documents it (A3).
///
/// What a key holds is a property of the request; this list serves remarks only, never a decision.
enum ContextKeyShape {
    case singleValued, multiValued

    /// Looks up a key in lower case; nil for one that is not known.
    init?(folded key: UTF8Text) {
        if Self.multiValuedKeys.contains(key) {
            self = .multiValued
        } else if Self.singleValuedKeys.contains(key) || Self.tagPrefixes.contains(where: key.hasPrefix) {
            self = .singleValued
        } else {
            return nil
        }
    }

    private static let multiValuedKeys: Set<UTF8Text> = [
        "aws:calledvia", "aws:principalorgpaths", "aws:principalservicenameslist", "aws:resourceorgpaths",
        "aws:sourceorgpaths", "aws:tagkeys", "aws:vpceorgpaths", "dynamodb:attributes",
        "dynamodb:leadingkeys", "kms:encryptioncontextkeys", "kms:grantoperations", "s3:requestobjecttagkeys",
        "sts:transitivetagkeys",
    ]

    private static let singleValuedKeys: Set<UTF8Text> = [
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
        let ending: UTF8Text = "tag/"
        if count >= ending.count, dropFirst(count - ending.count) == ending { return true }
        return equals("aws:principaltag") || equals("aws:requesttag") || equals("aws:resourcetag")
    }
}
