import Vocabulary

/// The form of an action pattern (D1): one colon, a service, a name.
enum ActionForm {
    case wellFormed(hasServiceWildcard: Bool)
    case withoutName
    case malformed

    init(_ text: UTF8Text) {
        guard let colon = text.firstOffset(of: UInt8(ascii: ":")), colon > 0,
            text.bytes.enumerated().allSatisfy({ $0 == colon || Self.isActionByte($1) })
        else {
            self = .malformed
            return
        }
        if colon + 1 == text.count {
            self = .withoutName
        } else {
            self = .wellFormed(hasServiceWildcard: text[0..<colon].bytes.contains(where: \.isWildcard))
        }
    }

    private static func isActionByte(_ byte: UInt8) -> Bool {
        byte.isASCIILetter || byte.isASCIIDigit || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_")
            || byte == UInt8(ascii: ".") || byte.isWildcard
    }
}

/// The form of a resource pattern (D4–D6).
enum ResourceForm {
    case everything
    case arn
    /// Fewer than six parts, with the missing ones filled with `*` (D5).
    case shortARN(padded: UTF8Text)
    /// Printable text of another form.
    case other
    /// Empty, or with spaces at its ends or control characters inside.
    case malformed

    init(_ text: UTF8Text) {
        if text.equals("*") {
            self = .everything
        } else if text.isEmpty || text.containsControlCharacter || text[0] == 0x20
            || text[text.count - 1] == 0x20
        {
            self = .malformed
        } else if text.begins(with: "arn:") {
            let missing = 6 - text.arnPatternParts.count
            self = missing == 0 ? .arn : .shortARN(padded: Self.padded(text, missing: missing))
        } else {
            self = .other
        }
    }

    private static func padded(_ text: UTF8Text, missing: Int) -> UTF8Text {
        UTF8Text(
            Array(text.bytes)
                + Array(repeatElement([UInt8(ascii: ":"), UInt8(ascii: "*")], count: missing).joined())
        )
    }
}

/// The form of the names in a principal element (C2, C3).
enum PrincipalForm {
    /// An account id, an ARN that can call, a unique id, or `*`.
    static func aws(_ text: UTF8Text) -> PrincipalEntry? {
        if text.equals("*") { return .everyone }
        if let account = AccountID(text) { return .account(account) }
        if let arn = ARN(text) { return AccountID.isWellFormed(arn.account) ? callerARN(arn) : nil }
        return isUniqueID(text) ? .uniqueID(text) : nil
    }

    /// As ``aws(_:)`` for names that other products accept: any account text, any last part.
    static func awsPermissive(_ text: UTF8Text) -> PrincipalEntry? {
        guard let arn = ARN(text) else { return text.isEmpty ? nil : .uniqueID(text) }
        return arn.resource.equals("root") ? .account(AccountID(unchecked: arn.account)) : .arn(arn)
    }

    private static func callerARN(_ arn: ARN) -> PrincipalEntry? {
        guard arn.isInAWSPartition, arn.region.isEmpty, !arn.text.bytes.contains(where: \.isWildcard),
            !arn.text.containsControlCharacter
        else {
            return nil
        }
        if arn.resource.equals("root") {
            return arn.service.equals("iam") ? .account(AccountID(unchecked: arn.account)) : nil
        }
        let kinds: [UTF8Text] =
            arn.service.equals("iam")
            ? ["user/", "role/"] : arn.service.equals("sts") ? ["assumed-role/", "federated-user/"] : []
        guard let kind = kinds.first(where: { arn.resource.hasPrefix($0) }), arn.resource.count > kind.count
        else {
            return nil
        }
        if kind.equals("assumed-role/") {
            let parts = arn.resource.bytes.split(
                separator: UInt8(ascii: "/"),
                omittingEmptySubsequences: false
            )
            guard parts.count == 3, parts.allSatisfy({ !$0.isEmpty }) else { return nil }
        }
        return .arn(arn)
    }

    /// `AIDA…` and the like: four capitals that begin with A, then capitals and digits (C7).
    private static func isUniqueID(_ text: UTF8Text) -> Bool {
        16...128 ~= text.count && text[0] == UInt8(ascii: "A")
            && text.bytes.allSatisfy { $0.isASCIIDigit || $0.isASCIILetter && $0 == $0 & 0x5F }
    }

    /// A DNS name such as `lambda.amazonaws.com`.
    static func service(_ text: UTF8Text) -> PrincipalEntry? {
        let labels = text.bytes.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        let isName =
            labels.count >= 2
            && labels.allSatisfy { label in
                !label.isEmpty
                    && label.allSatisfy { $0.isASCIILetter || $0.isASCIIDigit || $0 == UInt8(ascii: "-") }
            }
        return isName ? .service(text) : nil
    }

    /// A provider ARN, or the domain of a web identity provider.
    static func federated(_ text: UTF8Text) -> PrincipalEntry? {
        if let arn = ARN(text) {
            let isProvider =
                arn.resource.begins(with: "saml-provider/") || arn.resource.begins(with: "oidc-provider/")
            let isInIAM =
                arn.isInAWSPartition && arn.service.equals("iam") && arn.region.isEmpty
                && AccountID.isWellFormed(arn.account)
            return isProvider && isInIAM && !text.bytes.contains(where: \.isWildcard) ? .federated(text) : nil
        }
        let isDomain =
            text.count > 0
            && text.bytes.allSatisfy {
                $0.isASCIILetter || $0.isASCIIDigit || UTF8Text(".-_/:").bytes.contains($0)
            }
        return isDomain ? .federated(text) : nil
    }

    /// 64 hexadecimal digits.
    static func canonicalUser(_ text: UTF8Text) -> PrincipalEntry? {
        text.count == 64 && text.bytes.allSatisfy { $0.hexDigitValue != nil } ? .canonicalUser(text) : nil
    }

}
