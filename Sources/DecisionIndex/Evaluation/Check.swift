import Vocabulary

/// One request being decided against one image.
///
/// Everything in it is a plain value: the check allocates nothing, locks nothing and counts no references.
struct Check {
    let image: ImageView
    let header: ImageHeader
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
        header = image.header
        options = OptionBits(rawValue: header.options)
        self.request = request
        self.scratch = scratch
        action = request.view(request.head.action)
        resource = request.view(request.head.resource)
        actionKey = ActionKey(action, seed: header.seed)
    }
}

/// The hashes of an action that look-ups need.
struct ActionKey {
    /// The lower half of the hash of the service.
    let service: UInt32
    /// The upper half of the hash of the whole action, and where its probe begins.
    let tag: UInt32
    let probe: UInt32
    let serviceBit: UInt32
    let nameBit: UInt64

    @inline(__always) init(_ action: ByteView, seed: UInt64) {
        let hash = action.hash(seed: seed)
        tag = UInt32(truncatingIfNeeded: hash >> 32)
        probe = UInt32(truncatingIfNeeded: hash)
        let colon = action.firstOffset(of: UInt8(ascii: ":")) ?? action.count
        let serviceHash = action[0..<colon].hash(seed: seed)
        service = UInt32(truncatingIfNeeded: serviceHash) | 1
        serviceBit = 1 << (service >> 1 & 31)
        var letters: UInt32 = 0
        for offset in 1...3 { letters = letters << 8 | (colon + offset < action.count ? UInt32(action[colon + offset]) : 0) }
        nameBit = Self.nameBit(service: service, letters: letters)
    }

    /// The bit of a service and the first three letters of a name.
    static func nameBit(service: UInt32, letters: UInt32) -> UInt64 {
        1 << UInt64(((service ^ (letters &* 0x9E37_79B1)) &* 0x85EB_CA6B) >> 26)
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
    var accountRecord: AccountRecord?
    var isServiceLinked = false
    var hasTemporaryCredentials = false
}

/// What is asked about.
struct TargetFacts {
    var account: ByteView?
    /// Whether the account is only assumed to be the caller's.
    var isAccountAssumed = false
    var accountRecord: AccountRecord?
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
