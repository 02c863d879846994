package import Vocabulary

/// A request that can be copied out of the way of checks, and read later by somebody else.
///
/// The copy is bytes without references, so that a log can keep it in memory of its own.
package protocol RecordableRequest {
    /// Bytes of the copy.
    var recordedByteCount: Int { get }

    /// Whether session policies come with the request, which the copy does not hold.
    var hasSessionPolicies: Bool { get }

    /// Copies the request; false where the place is too small.
    ///
    /// Allocates nothing.
    func record(to place: UnsafeMutableRawBufferPointer) -> Bool

    /// Copies the beginnings of principal, action and resource, each of at most so many bytes; answers how many bytes
    /// each has in the copy, one behind the other.
    ///
    /// Allocates nothing. The place has room for three times as many bytes.
    func recordNames(
        to place: UnsafeMutableRawBufferPointer,
        byteCountMax: Int
    ) -> (principal: Int, action: Int, resource: Int)
}

extension CompactRequest: RecordableRequest {
    package var recordedByteCount: Int { memory.byteCount }

    package var hasSessionPolicies: Bool { session != nil }

    @inline(__always)
    package func record(to place: UnsafeMutableRawBufferPointer) -> Bool { unsafe memory.copy(to: place) }

    package func recordNames(
        to place: UnsafeMutableRawBufferPointer,
        byteCountMax: Int
    ) -> (principal: Int, action: Int, resource: Int) {
        unsafe view.recordNames(to: place, byteCountMax: byteCountMax)
    }
}

/// As it stands now; the copy also has the room that is left for other values.
extension PreparedRequest: RecordableRequest {
    package var recordedByteCount: Int { place.state.memory.byteCount }

    package var hasSessionPolicies: Bool { place.state.session != nil }

    package func record(to place: UnsafeMutableRawBufferPointer) -> Bool {
        unsafe self.place.state.memory.copy(to: place)
    }

    package func recordNames(
        to place: UnsafeMutableRawBufferPointer,
        byteCountMax: Int
    ) -> (principal: Int, action: Int, resource: Int) {
        unsafe self.place.state.memory.view.recordNames(to: place, byteCountMax: byteCountMax)
    }
}

extension RequestView {
    fileprivate func recordNames(
        to place: UnsafeMutableRawBufferPointer,
        byteCountMax: Int
    ) -> (principal: Int, action: Int, resource: Int) {
        var end = 0
        func copy(_ string: StringRef) -> Int {
            let text = view(string)
            let count = min(text.count, byteCountMax, place.count - end)
            guard count > 0, let start = place.baseAddress else { return 0 }
            // INVARIANT: the text has at least so many bytes, and so has the place from there on.
            unsafe text[0..<count].copy(to: start + end)
            end += count
            return count
        }
        return (copy(head.principal), copy(head.action), copy(head.resource))
    }
}

/// What a copy says.
package struct RecordedRequest {
    /// Who asked, with what names it fully.
    package enum Principal {
        case named(UTF8Text)
        case roleSession(UTF8Text, role: UTF8Text)
        case federatedUser(UTF8Text, user: UTF8Text?)
        case service(UTF8Text)
        case federated(UTF8Text)
        case canonicalUser(UTF8Text)
        case anonymous
    }

    /// The caller's temporary credential.
    package struct Credential {
        package var sessionName: UTF8Text?
        package var isMultiFactorAuthenticated = false
        package var multiFactorAuthAgeSeconds: Int64?
        package var issuedAt: Instant?
        package var sourceIdentity: UTF8Text?
        package var federatedProvider: UTF8Text?
        package var tags: [(key: UTF8Text, value: UTF8Text)] = []
    }

    package let principal: Principal
    package let action: UTF8Text
    package let resource: UTF8Text
    package let resourceAccount: UTF8Text?
    package let context: [(key: UTF8Text, value: ContextValue)]
    package let credential: Credential?
    package let time: Instant?

    /// Reads a copy that ``RecordableRequest/record(to:)`` has written.
    ///
    /// - INVARIANT: the bytes are those of such a copy, whole; nothing is checked again.
    package init(copied bytes: UnsafeRawBufferPointer) {
        let memory = unsafe RequestMemory(copying: bytes)
        self = withExtendedLifetime(memory) { RecordedRequest(memory.view) }
    }

    private init(_ view: RequestView) {
        let (head, details) = (view.head, view.details)
        func text(_ string: StringRef) -> UTF8Text { UTF8Text(Array(view.view(string).text.bytes)) }
        let name = text(head.principal)
        switch head.kind {
        case .user, .role, .root: principal = .named(name)
        case .roleSession: principal = .roleSession(name, role: text(head.entity))
        case .federatedUser:
            principal = .federatedUser(name, user: head.entity.count == 0 ? nil : text(head.entity))
        case .service: principal = .service(name)
        case .federated: principal = .federated(name)
        case .canonicalUser: principal = .canonicalUser(name)
        case .anonymous: principal = .anonymous
        }
        action = text(head.action)
        resource = text(head.resource)
        resourceAccount = head.statedAccount.count == 0 ? nil : text(head.statedAccount)
        context = details.entries.indices.map { index in
            let entry = view.entry(at: index)
            let values = (0..<Int(entry.valueCount)).map {
                text(view.valueReference(Int(entry.firstValue) + $0))
            }
            let value = entry.isMulti == 0 ? ContextValue.single(values.first ?? "") : .multi(values)
            return (text(entry.key), value)
        }
        time = Instant(seconds: details.now.seconds, nanoseconds: details.now.nanoseconds)
        credential = head.isTemporary ? Self.credential(view, text) : nil
    }

    private static func credential(_ view: RequestView, _ text: (StringRef) -> UTF8Text) -> Credential {
        let (head, details) = (view.head, view.details)
        var credential = Credential()
        if head.hasSessionName { credential.sessionName = text(details.sessionName) }
        credential.isMultiFactorAuthenticated = details.isMultiFactorAuthenticated
        if details.hasMultiFactorAuthAge {
            credential.multiFactorAuthAgeSeconds = details.multiFactorAuthAge
        }
        if details.isIssueTimeKnown {
            credential.issuedAt = Instant(
                seconds: details.issuedAt.seconds,
                nanoseconds: details.issuedAt.nanoseconds
            )
        }
        if details.hasSourceIdentity { credential.sourceIdentity = text(details.sourceIdentity) }
        if details.hasFederatedProvider { credential.federatedProvider = text(details.federatedProvider) }
        credential.tags = details.tags.indices.map { index in
            let tag = view.tag(at: index)
            return (text(tag.key), text(tag.value))
        }
        return credential
    }
}
