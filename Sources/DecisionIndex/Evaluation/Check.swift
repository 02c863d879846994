import Vocabulary

/// One request being decided against one image.
///
/// Everything in it is a plain value: the check allocates nothing, locks nothing and counts no references.
///
/// It is some 500 bytes large, and copying it between steps took a quarter of a small check. Hence it cannot be
/// copied, and all its methods are mutating: to one that is not, the compiler hands a copy.
struct Check: ~Copyable {
    let image: ImageView
    let request: RequestView
    var scratch: ScratchView
    let action: ByteView
    var resource: ByteView
    let actionKey: ActionKey
    /// The choices that the image was compiled for.
    let options: OptionBits
    var caller = CallerFacts()
    var target = TargetFacts()
    var layers = LayerLists()
    /// The image of the session policies, if there are any.
    var sessionImage: ImageView?
    var candidateCount = 0
    /// Whether a pattern needed more than the working memory; the check then fails (A4).
    var isExhausted = false
    var latestARN = LatestARN(.none)
    /// Where the next text made during the check goes.
    var factEnd = 0
    var made = MadeTexts()

    @inline(__always) init(_ image: ImageView, _ request: RequestView, _ scratch: ScratchView) {
        self.image = image
        self.request = request
        self.scratch = scratch
        options = OptionBits(rawValue: image.header.options)
        action = request.view(request.head.action)
        resource = request.view(request.head.resource)
        actionKey = ActionKey(action, colon: Int(request.head.actionColon), seed: image.header.seed)
    }
}

extension Check {
    /// Forgets what was made of texts that may have changed since, for another check in the same place.
    @inline(__always)
    mutating func beginAnew(_ scratch: ScratchView, factEnd: Int) {
        self.scratch = scratch
        self.factEnd = factEnd
        made = MadeTexts()
        latestARN = LatestARN(.none)
        isExhausted = false
    }
}

/// The ARN that conditions compared last.
struct LatestARN {
    let text: ByteView
    /// Nil for a text that is no ARN.
    let colons: ARNColons?
    /// Whose single value the text is, by the key table of the check's image; no key has the number at first.
    var key = UInt32.max

    init(_ text: ByteView) {
        self.text = text
        colons = ARNColons(text)
    }
}

/// Where a text made during a check stands in the working memory.
struct MadeText {
    private let start: UInt16
    private let end: UInt16

    init(_ start: Int = 0, _ end: Int = 0) {
        self.start = UInt16(truncatingIfNeeded: start)
        self.end = UInt16(truncatingIfNeeded: end)
    }

    var isEmpty: Bool { start == end }
    var range: Range<Int> { Int(start)..<Int(end) }
}

/// Texts that a check makes when it first needs them, each once, so that they fit the working memory however
/// often policies name them.
struct MadeTexts {
    var userID = MadeText()
    var tokenIssueTime = MadeText()
    var multiFactorAuthAge = MadeText()
    var currentTime = MadeText()
    var epochTime = MadeText()
}

/// The hashes of an action that look-ups need.
struct ActionKey {
    /// The first sixteen bytes, zeros where there are fewer.
    let firstWord: UInt64
    let secondWord: UInt64
    /// The upper half of the hash of the whole action, and where its probe begins.
    let tag: UInt32
    let probe: UInt32
    let serviceBit: UInt32
    let nameBit: UInt64

    @inline(__always) init(_ action: ByteView, colon: Int, seed: UInt64) {
        let hash = action.hash(seed: seed)
        tag = UInt32(truncatingIfNeeded: hash >> 32)
        probe = UInt32(truncatingIfNeeded: hash)
        firstWord = action.word(at: 0)
        secondWord = action.word(at: 8)
        let service = Self.mix(firstWord & Self.mask(bytes: colon), UInt64(colon), seed)
        serviceBit = 1 << UInt32(truncatingIfNeeded: service >> 59)
        let letters = colon + 1 < action.count ? action.word(at: colon + 1) & 0xFF_FFFF : 0
        nameBit = 1 << (Self.mix(service, letters, seed) >> 58)
    }

    /// A cheap mix; it chooses bits of a filter, and every hit of the filter is confirmed.
    @inline(__always) private static func mix(_ left: UInt64, _ right: UInt64, _ seed: UInt64) -> UInt64 {
        var mixed = (left ^ seed) &* 0x9E37_79B9_7F4A_7C15
        mixed ^= mixed >> 32
        return (mixed ^ right) &* 0xD6E8_FEB8_6659_FD93
    }

    /// A mask of the low bytes of a word.
    @inline(__always) static func mask(bytes count: Int) -> UInt64 {
        count >= 8 ? .max : count <= 0 ? 0 : 1 << UInt64(count * 8) - 1
    }
}

/// Who asks, as far as the image knows (table C1).
struct CallerFacts {
    var kind = RequestHead.PrincipalKind.anonymous
    /// The caller's own name: user, session or service.
    var name = ByteView.none
    /// The role behind a session, or the user behind a federated one.
    var entity = ByteView.none
    var account = ByteView.none
    var uniqueID = ByteView.none
    var userName = ByteView.none
    /// The name of the session, for `aws:userid`.
    var sessionName = ByteView.none
    var tags = ListRef()
    /// Where the record of the account stands; 0 for an account that the image does not know.
    var accountOffset: UInt32 = 0
    var isServiceLinked = false
    var hasTemporaryCredentials = false
}

/// What is asked about.
struct TargetFacts {
    var account = ByteView.none
    /// Whether the account is only assumed to be the caller's.
    var isAccountAssumed = false
    /// Where the record of the account stands; 0 for an account that the image does not know.
    var accountOffset: UInt32 = 0
    var requiresTrust = false
    var tags = ListRef()
}

/// The policies of each layer; a layer that does not apply stops nothing.
struct LayerLists {
    /// Which layers apply, a bit for each ``PolicyLayer``.
    private(set) var applying: UInt8 = 0
    /// Lists of ``LevelRecord``.
    private(set) var serviceControl = ListRef()
    private(set) var resourceControl = ListRef()
    /// Lists of ``PolicyEntry``.
    private(set) var endpoint = ListRef()
    private(set) var resource = ListRef()
    private(set) var identity = ListRef()
    private(set) var boundary = ListRef()
    private(set) var session = ListRef()

    @inline(__always) func applies(_ layer: PolicyLayer) -> Bool { applying & 1 << layer.rawValue != 0 }

    /// Whether any layer but the identity policies applies.
    var hasMoreThanIdentity: Bool { applying & ~(1 << PolicyLayer.identity.rawValue) != 0 }

    @inline(__always) mutating func apply(_ layer: PolicyLayer, _ list: ListRef) {
        applying |= 1 << layer.rawValue
        switch layer {
        case .serviceControl: serviceControl = list
        case .resourceControl: resourceControl = list
        case .endpoint: endpoint = list
        case .resource: resource = list
        case .identity: identity = list
        case .boundary: boundary = list
        case .session: session = list
        case .rootUser: break
        }
    }
}
