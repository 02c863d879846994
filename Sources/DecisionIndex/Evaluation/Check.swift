import Vocabulary

/// One request being decided against one image.
///
/// Everything in it is a plain value: the check allocates nothing, locks nothing and counts no references.
struct Check {
    let image: ImageView
    let options: OptionBits
    let request: RequestView
    let scratch: ScratchView
    let action: ByteView
    let resource: ByteView
    let actionKey: ActionKey
    var caller = CallerFacts()
    var target = TargetFacts()
    var layers = LayerLists()
    var session = SessionLayer()
    var candidateCount = 0
    /// Where the next text made during the check goes.
    var factEnd = 0
    var currentTime = 0..<0
    var epochTime = 0..<0

    init(_ image: ImageView, _ request: RequestView, _ scratch: ScratchView) {
        self.image = image
        options = OptionBits(rawValue: image.header.options)
        self.request = request
        self.scratch = scratch
        action = request.view(request.head.action)
        resource = request.view(request.head.resource)
        actionKey = ActionKey(action, colon: Int(request.head.actionColon), seed: image.header.seed)
    }
}

extension Check {
    /// The image's header, read where it stands.
    var header: ImageHeader {
        @inline(__always) _read { yield image.header }
    }
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
    var name: ByteView?
    /// The role behind a session, or the user behind a federated one.
    var entity: ByteView?
    var account: ByteView?
    var uniqueID: ByteView?
    var userName: ByteView?
    /// The name of the session, for `aws:userid`.
    var sessionName: ByteView?
    var tags = ListRef()
    /// Where the record of the account stands; 0 for an account that the image does not know.
    var accountOffset: UInt32 = 0
    var isServiceLinked = false
    var hasTemporaryCredentials = false
}

/// What is asked about.
struct TargetFacts {
    var account: ByteView?
    /// Whether the account is only assumed to be the caller's.
    var isAccountAssumed = false
    /// Where the record of the account stands; 0 for an account that the image does not know.
    var accountOffset: UInt32 = 0
    var requiresTrust = false
    var tags = ListRef()
}

/// The policies of each layer; a list that does not apply stops nothing.
struct LayerLists {
    struct Layer {
        var list = ListRef()
        var applies = false
    }

    /// Lists of ``LevelRecord``.
    var serviceControl = Layer()
    var resourceControl = Layer()
    /// Lists of ``PolicyEntry``.
    var endpoint = Layer()
    var resource = Layer()
    var identity = Layer()
    var boundary = Layer()
}

/// The session policies, which stand in an image of their own.
struct SessionLayer {
    var image: ImageView?
    var list = ListRef()
    var actionKey: ActionKey?
    var applies: Bool { image != nil }
}
