import PolicyLanguage
import Vocabulary

/// The kinds of identity that carry policies.
enum IdentityKind: String, CaseIterable {
    case user, group, role

    /// The folder that holds them.
    var folderName: String { rawValue + "s" }
}

extension UTF8Text {
    /// Whether the text may name a user, group, role or policy.
    ///
    /// IAM allows letters, digits and `_+=,.@-`. The lenient modes allow whatever keeps an ARN in its parts,
    /// as other products do.
    func isIAMName(in mode: ValidationMode) -> Bool {
        guard !isEmpty, !containsControlCharacter else { return false }
        let marks: UTF8Text = mode == .strict ? "_+=,.@-" : ""
        return bytes.allSatisfy { byte in
            mode == .strict
                ? byte.isASCIILetter || byte.isASCIIDigit || marks.bytes.contains(byte)
                : byte != UInt8(ascii: "/") && byte != UInt8(ascii: ":")
        }
    }

    /// Whether the text may be the path of an identity or policy: `/`, or names between slashes.
    var isIAMPath: Bool {
        hasPrefix("/") && self[count - 1] == UInt8(ascii: "/") && bytes.allSatisfy { 0x21...0x7E ~= $0 }
    }

    /// The part after the last slash; the whole text where there is none.
    var lastPathComponent: UTF8Text {
        guard let slash = bytes.lastIndex(of: UInt8(ascii: "/")) else { return self }
        return UTF8Text(bytes[(slash + 1)...])
    }
}

extension ARN {
    /// The ARN of an identity or policy of IAM; nil where a part would not be one.
    static func iam(_ account: UTF8Text, _ kind: String, path: UTF8Text, name: UTF8Text) -> ARN? {
        ARN(UTF8Text("arn:aws:iam::\(account):\(kind)\(path)\(name)"))
    }
}
