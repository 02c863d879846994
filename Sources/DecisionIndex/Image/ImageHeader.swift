import Vocabulary

/// The first bytes of an image.
///
///        0  magic "PCULLIS1"      8  format version │ option bits
///       16  bytes of the image   24  checksum of everything after the header
///       32  hash seed            40  fixed strings, see ``FixedStrings``
///        …  one ListRef a table  …   padding to 256
struct ImageHeader: BitwiseCopyable {
    static let magic: UInt64 = 0x3153_494C_4C55_4350  // "PCULLIS1", least byte first
    static let formatVersion: UInt32 = 1
    static let byteCount: UInt32 = 256

    var magic: UInt64 = Self.magic
    var formatVersion: UInt32 = Self.formatVersion
    var options: UInt32 = 0
    var byteCount: UInt64 = 0
    var checksum: UInt64 = 0
    var seed: UInt64 = 0

    /// Principal slots by hash of the ARN, and by hash of account and role name.
    var principalSlots = ListRef()
    var roleSlots = ListRef()
    var principals = ListRef()
    /// Resource slots by hash of the ARN.
    var resourceSlots = ListRef()
    var resources = ListRef()
    /// One bit for each length that the ARN of a registered resource has, and of a user or role.
    var resourceLengths = ListRef()
    var identityLengths = ListRef()
    var accountSlots = ListRef()
    var accounts = ListRef()
    var endpointSlots = ListRef()
    var endpoints = ListRef()
    /// Chunks of policies, in the order of ``PolicyHeader/policyIndex``.
    var policies = ListRef()
    /// Context keys that conditions and variables name.
    var keys = ListRef()
    var organizationID = StringRef()
    /// `true`, `false` and the other words that facts are made of.
    var fixedStrings = ListRef()
}

/// The evaluation options that an image was compiled for, as bits (see ``EvaluationOptions``).
struct OptionBits: OptionSet {
    let rawValue: UInt32

    static let mostSpecificNotPrincipal = OptionBits(rawValue: 1)
    static let forAnyValueIfExistsFails = OptionBits(rawValue: 2)
    static let rootUser = OptionBits(rawValue: 4)
    static let unparsableIsError = OptionBits(rawValue: 8)
    static let mappedIPv6IsDistinct = OptionBits(rawValue: 16)
    /// Concerns the compiler only: what `*` in an ARN means has become part of the patterns.
    static let segmentedWildcards = OptionBits(rawValue: 32)
    static let all = OptionBits(rawValue: 63)
}

/// Words that facts are made of, by their position in ``ImageHeader/fixedStrings``.
enum FixedString: Int, CaseIterable {
    case `true`, `false`, user, assumedRole, federatedUser, account, anonymousType, service, anonymous, empty

    var text: UTF8Text {
        switch self {
        case .true: "true"
        case .false: "false"
        case .user: "User"
        case .assumedRole: "AssumedRole"
        case .federatedUser: "FederatedUser"
        case .account: "Account"
        case .anonymousType: "Anonymous"
        case .service: "AWSService"
        case .anonymous: "anonymous"
        case .empty: ""
        }
    }
}
