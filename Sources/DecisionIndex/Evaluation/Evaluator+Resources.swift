import Vocabulary

/// One caller and action against many resources.
///
/// The caller, its layers and the statements that concern the action are found once; for each resource only
/// what depends on it is.
extension Evaluator {
    /// Resources whose slots are asked for together.
    private static let window = 16

    static func decide(
        _ request: borrowing CompactRequest,
        _ resources: ResourceListView,
        into decisions: inout MutableSpan<Decision>,
        _ image: ImageView,
        _ scratch: ScratchView,
        revision: UInt64
    ) {
        var check = Check(image, request.view, scratch)
        if request.view.head.hasSessionPolicies { check.takeSessionPolicies(request.sessionView) }
        var ranges = CandidateRanges()
        guard check.resolveForResources(), check.collectForCaller(&ranges) else {
            for index in 0..<resources.count {
                decisions[index] = .failed
                decisions[index].revision = revision
            }
            return
        }
        let callerLayers = check.layers
        let isSTS = check.action.begins(with: "sts:")
        var start = 0
        while start < resources.count {
            let end = min(start + window, resources.count)
            check.askForResources(resources, start..<end)
            for index in start..<end {
                let entry = resources[index]
                let question = ResourceQuestion(
                    statedAccount: resources.view(entry.statedAccount),
                    isAnyResource: entry.flags & ResourceEntry.isAny != 0,
                    isRoleSTS: isSTS && entry.flags & ResourceEntry.isRole != 0
                )
                check.resource = resources.view(entry.name)
                decisions[index] = check.decide(question, callerLayers, &ranges)
                decisions[index].revision = revision
            }
            start = end
        }
    }

    /// Decides many resources, with working memory of its own.
    package static func decide(
        _ request: CompactRequest,
        _ resources: ResourceBatch,
        in image: VerifiedImage
    ) -> [Decision] {
        let scratch = Scratch()
        var decisions = [Decision](repeating: .failed, count: resources.count)
        return withExtendedLifetime((scratch, image, resources)) {
            var span = decisions.mutableSpan
            decide(request, resources.view, into: &span, image.view, scratch.view, revision: 0)
            return decisions
        }
    }
}

extension Check {
    /// Finds the caller and the layers that no resource changes.
    fileprivate mutating func resolveForResources() -> Bool {
        guard resolveCaller() else { return false }
        if !caller.isServiceLinked { resolveServiceControl() }
        resolveEndpoint()
        return true
    }

    /// Asks for the slots where look-ups of whole names begin, then for the records in them.
    ///
    /// Look-ups of the names above mostly meet the same few slots.
    fileprivate mutating func askForResources(_ resources: ResourceListView, _ range: Range<Int>) {
        let header = image.header
        let slots = header.resourceSlots
        guard slots.count > Self.slotsInCache else { return }
        var positions = InlineArray<16, UInt32>(repeating: .max)
        for index in range {
            let name = resources.view(resources[index].name)
            guard image.hasRecord(ofLength: name.count) else { continue }
            let position = UInt32(truncatingIfNeeded: name.hash(seed: header.seed)) & (slots.count - 1)
            image.prefetch(slots.offset + position * UInt32(MemoryLayout<Slot>.stride), lines: 1)
            positions[index - range.lowerBound] = position
        }
        for index in 0..<range.count where positions[index] != .max {
            let offset = image[Slot.self, slots, Int(positions[index])].offset
            if offset != 0 { image.prefetch(offset, lines: 1) }
        }
    }

    /// Slots of eight bytes that fit a core's own cache beside everything else.
    private static var slotsInCache: UInt32 { 16 << 10 }
}
