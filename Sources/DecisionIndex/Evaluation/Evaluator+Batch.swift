import Vocabulary

/// Many requests at once, so that the memory that one waits for arrives while others are worked on.
///
/// Each window of requests goes through three rounds of asking for cache lines before it is decided: the slot
/// of the caller, the caller's record with its attachments, the policies that can concern the action. Where the
/// caches hold the image, the rounds cost more than they save, and only the requests are asked for.
extension Evaluator {
    /// Requests in flight together.
    ///
    /// More gained nothing; fewer leave memory idle.
    private static let window = 16

    /// Bytes of an image that the caches near a core hold for the most part.
    ///
    /// In rounds a check of an image of 0.6 MB took a third longer, of 5 MB a sixth longer, of 55 MB a third less.
    private static let cachedImageSize = 16 << 20

    /// The order that is faster on an image of this size.
    static func order(for image: ImageView) -> BatchOrder {
        image.byteCount > cachedImageSize ? .interleaved : .inTurn
    }

    static func decideInterleaved(
        _ requests: Span<CompactRequest>,
        into decisions: inout MutableSpan<Decision>,
        _ image: ImageView,
        _ scratch: ScratchView,
        revision: UInt64
    ) {
        var start = 0
        for index in 0..<min(window, requests.count) { requests[index].view.prefetch(lines: 8) }
        while start < requests.count {
            let end = min(start + window, requests.count)
            var slots = InlineArray<16, UInt32>(repeating: 0)
            var views = InlineArray<16, RequestView?>(repeating: nil)
            for index in start..<end {
                let view = requests[index].view
                views[index - start] = view
                slots[index - start] = askForSlot(view, image)
            }
            for index in 0..<(end - start) {
                if let view = views[index] { slots[index] = askForRecord(slots[index], view, image) }
            }
            for index in 0..<(end - start) {
                if let view = views[index] { askForPolicies(slots[index], view, image) }
            }
            for index in end..<min(end + window, requests.count) { requests[index].view.prefetch(lines: 8) }
            for index in start..<end {
                guard let view = views[index - start] else { continue }
                decisions[index] = decide(view, requests[index].sessionView, image, scratch)
                decisions[index].revision = revision
            }
            start = end
        }
    }

    static func decideInTurn(
        _ requests: Span<CompactRequest>,
        into decisions: inout MutableSpan<Decision>,
        _ image: ImageView,
        _ scratch: ScratchView,
        revision: UInt64
    ) {
        for index in requests.indices {
            if index &+ 2 < requests.count { requests[index &+ 2].view.prefetch(lines: 10) }
            let view = requests[index].view
            decisions[index] = decide(view, requests[index].sessionView, image, scratch)
            decisions[index].revision = revision
        }
    }

    /// The name under which the caller is looked up.
    @inline(__always)
    private static func name(_ request: RequestView) -> ByteView {
        switch request.head.kind {
        case .user, .role: request.view(request.head.principal)
        case .roleSession, .federatedUser: request.view(request.head.entity)
        case .root, .service, .federated, .canonicalUser, .anonymous: .none
        }
    }

    /// Asks for the slot where the caller's probe begins; answers its position.
    private static func askForSlot(_ request: RequestView, _ image: ImageView) -> UInt32 {
        let slots = image.header.principalSlots
        let name = name(request)
        guard slots.count > 0, !name.isEmpty else { return .max }
        let index = UInt32(truncatingIfNeeded: name.hash(seed: image.header.seed)) & (slots.count - 1)
        image.prefetch(slots.offset + index * UInt32(MemoryLayout<Slot>.stride), lines: 1)
        return index
    }

    /// Asks for the record in that slot, which is mostly the caller's; answers where it stands.
    private static func askForRecord(_ slot: UInt32, _ request: RequestView, _ image: ImageView) -> UInt32 {
        guard slot != .max else { return 0 }
        let offset = image[Slot.self, image.header.principalSlots, Int(slot)].offset
        if offset != 0 { image.prefetch(offset, lines: 5) }
        return offset
    }

    /// Asks for the policies that the filter lets through.
    private static func askForPolicies(_ record: UInt32, _ request: RequestView, _ image: ImageView) {
        guard record != 0 else { return }
        let action = request.view(request.head.action)
        let key = ActionKey(action, colon: Int(request.head.actionColon), seed: image.header.seed)
        let list = image[PrincipalRecord.self, at: record].identity
        for index in list.indices {
            let entry = image[PolicyEntry.self, list, index]
            guard entry.serviceMask & key.serviceBit != 0 || entry.nameMask & key.nameBit != 0 else {
                continue
            }
            image.prefetch(entry.policy, lines: 8)
        }
    }
}
