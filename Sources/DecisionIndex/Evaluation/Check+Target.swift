import Vocabulary

/// What a request says of its resource, before any image is looked at.
struct ResourceQuestion {
    /// The owner that the request names, else the account in the ARN; empty where neither does.
    let statedAccount: ByteView
    let isAnyResource: Bool
    /// Whether an `sts` action is asked on a role, so that its trust policy decides (G3).
    let isRoleSTS: Bool
}

extension ResourceQuestion {
    @inline(__always) init(_ request: RequestView) {
        statedAccount = request.view(request.head.statedAccount)
        isAnyResource = request.head.isAnyResource
        isRoleSTS = request.head.isRoleSTS
    }
}

extension Check {
    /// Finds the resource, its owner and its policy; then the guardrails and the endpoint policy.
    @inline(__always)
    mutating func resolveTarget() {
        resolveResource(ResourceQuestion(request))
        if !caller.isServiceLinked {
            resolveServiceControl()
            resolveResourceControl()
        }
        resolveEndpoint()
    }

    /// The resource's record, owner and policy.
    @inline(__always)
    mutating func resolveResource(_ question: ResourceQuestion) {
        let found = resourceOffset()
        var flags: UInt32 = 0
        if let found {
            flags = image[ResourceRecord.self, at: found].flags
            target.tags = image[ResourceRecord.self, at: found].tags
        }
        let isIdentity = flags & ResourceRecord.isIdentity != 0
        resolveOwner(isIdentity ? nil : found, question)
        resolvePolicy(found, flags, question)
    }

    /// F3; service-linked roles are outside the guardrails.
    @inline(__always)
    mutating func resolveServiceControl() {
        guard caller.accountOffset != 0 else { return }
        let flags = image[AccountRecord.self, at: caller.accountOffset].flags
        if flags & AccountRecord.hasServiceControl != 0 {
            let list = image[AccountRecord.self, at: caller.accountOffset].serviceControl
            layers.apply(.serviceControl, list)
        }
    }

    /// F2; service-linked roles are outside the guardrails.
    @inline(__always)
    mutating func resolveResourceControl() {
        guard target.accountOffset != 0 else { return }
        let flags = image[AccountRecord.self, at: target.accountOffset].flags
        if flags & (AccountRecord.isMember | AccountRecord.isManagement) == AccountRecord.isMember {
            let list = image[AccountRecord.self, at: target.accountOffset].resourceControl
            layers.apply(.resourceControl, list)
        }
    }

    /// The registered owner, else the account that the request or the ARN names, else the caller's.
    @inline(__always)
    private mutating func resolveOwner(_ registered: UInt32?, _ question: ResourceQuestion) {
        if let registered {
            target.accountOffset = currentAccount(image[ResourceRecord.self, at: registered].account)
            target.account = image.bytes(image[AccountRecord.self, at: target.accountOffset].id)
            return
        }
        let account = question.statedAccount
        if account.isEmpty {
            target.isAccountAssumed = !question.isAnyResource
            (target.account, target.accountOffset) = (caller.account, caller.accountOffset)
            return
        }
        target.account = account
        let own = caller.accountOffset
        if own != 0, image.bytes(image[AccountRecord.self, at: own].id).equals(account) {
            target.accountOffset = own
        } else {
            target.accountOffset = accountOffset(account) ?? 0
        }
    }

    /// For `sts` actions on a role the trust policy, which must allow the caller (G3, F8).
    @inline(__always)
    private mutating func resolvePolicy(_ found: UInt32?, _ flags: UInt32, _ question: ResourceQuestion) {
        let isIdentity = flags & ResourceRecord.isIdentity != 0
        if question.isRoleSTS {
            target.requiresTrust = true
            guard isIdentity else { return }
        } else {
            target.requiresTrust =
                request.head.assumesRole || flags & ResourceRecord.requiresTrust != 0
            if isIdentity { return }
        }
        if let found, flags & ResourceRecord.hasPolicy != 0 {
            layers.apply(.resource, image[ResourceRecord.self, at: found].policy)
        }
    }

    /// F11.
    @inline(__always)
    mutating func resolveEndpoint() {
        guard request.head.hasEndpoint else { return }
        let id = request.view(request.details.endpoint)
        let found = image.find(id, image.header.endpointSlots, image.changes.endpoints) { image, offset in
            image[EndpointRecord.self, at: offset].id
        }
        guard let found else { return }
        layers.apply(.endpoint, image[EndpointRecord.self, at: found].policies)
    }

    // MARK: The nearest registered resource

    /// The user, role or registered resource of this name, else the nearest registered resource above it.
    ///
    /// Only prefixes of a length that some registered name has are looked up.
    @inline(__always)
    private mutating func resourceOffset() -> UInt32? {
        let count = resource.count
        if image.hasRecord(ofLength: count),
            let offset = resourceOffset(resource)
        {
            return offset
        }
        var word = min(Int(image.header.resourceLengths.count) - 1, count / 64)
        while word >= 0 {
            var lengths = image.load(UInt64.self, image.header.resourceLengths, word)
            while lengths != 0 {
                let bit = 63 - lengths.leadingZeroBitCount
                lengths &= ~(1 << UInt64(bit))
                let end = word * 64 + bit
                guard end < count, resource[end] == UInt8(ascii: "/") || resource[end] == UInt8(ascii: ":"),
                    let offset = resourceOffset(resource[0..<end]),
                    image[ResourceRecord.self, at: offset].flags & ResourceRecord.isIdentity == 0
                else { continue }
                return offset
            }
            word -= 1
        }
        return nil
    }

    private mutating func resourceOffset(_ name: ByteView) -> UInt32? {
        image.find(name, image.header.resourceSlots, image.changes.resources) { image, offset in
            image[ResourceRecord.self, at: offset].name
        }
    }
}

extension ImageView {
    /// Whether a resource, user or role has a name of so many bytes.
    @inline(__always)
    func hasRecord(ofLength count: Int) -> Bool {
        hasLength(count, header.resourceLengths) || hasLength(count, header.identityLengths)
    }

    @inline(__always)
    func hasLength(_ count: Int, _ lengths: ListRef) -> Bool {
        guard count / 64 < Int(lengths.count) else { return false }
        return self[UInt64.self, lengths, count / 64] & (1 << UInt64(count % 64)) != 0
    }
}
