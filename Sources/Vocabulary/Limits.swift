/// Every bound that input from outside must keep, with the reason for each number.
///
/// The numbers are ours where AWS publishes none (B13 lists AWS's own quotas, which a linter may apply).
public enum Limits {
    /// The grammar needs a depth of 6; deeper documents are hostile.
    public static let jsonDepthMax = 32
    /// A policy document in bytes.
    ///
    /// AWS allows 20,480 characters; this leaves room for generated policies and keeps a hostile document's
    /// rejection under half a second.
    public static let documentBytesMax = 8 << 20
    /// A file of many documents, such as the authorization details of a large account.
    public static let directoryFileBytesMax = 1 << 30
    /// Findings reported for one document; further ones are left out.
    public static let diagnosticsMax = 100
    /// A pattern in bytes.
    ///
    /// The longest ARN that AWS accepts is 2,048 characters.
    public static let patternBytesMax = 2_048
    /// Wildcards in one pattern.
    public static let patternWildcardsMax = 256
    /// Variables in one pattern.
    public static let patternVariablesMax = 64
    /// Significant digits of a number, and the size of its exponent.
    public static let decimalDigitsMax = 100
    /// A request string in bytes: the longest S3 key is 1,024; this leaves room for other resources.
    public static let requestStringBytesMax = 1 << 20
    /// The name of a role session or federated user; AWS allows 64 letters.
    public static let sessionNameBytesMax = 2_048
    /// Context keys of one request.
    public static let contextKeysMax = 16_384
    /// All keys and values of one request's context together, or all tags of a credential, in bytes, each text with
    /// ``contextTextOverhead`` more.
    ///
    /// An index keeps a request in one block, with room beside each value, and counts places in 32 bits.
    public static let contextBytesMax = 16 << 20
    /// What a key or value costs besides its bytes.
    public static let contextTextOverhead = 64
    /// Levels of an organization: root, five levels of organizational units, the account; doubled.
    public static let organizationDepthMax = 16
}
