import Vocabulary

extension Check {
    /// Finds the chunks with statements that concern the action, layer by layer.
    ///
    /// False when there are more than the working memory holds, which the compiler's limits exclude.
    @inline(__always)
    mutating func collectCandidates() -> Bool {
        if !layers.hasMoreThanIdentity {
            collect(layers.identity, .identity, 0, actionKey, image)
        } else {
            collectAll()
        }
        return candidateCount <= Scratch.candidatesMax
    }

    @inline(never)
    private mutating func collectAll() {
        collectLevels(layers.serviceControl, .serviceControl)
        collectLevels(layers.resourceControl, .resourceControl)
        collect(layers.endpoint, .endpoint, 0, actionKey, image)
        collect(layers.resource, .resource, 0, actionKey, image)
        collect(layers.identity, .identity, 0, actionKey, image)
        collect(layers.boundary, .boundary, 0, actionKey, image)
        if layers.applies(.session), let image = sessionImage {
            collectSession(image)
        }
    }

    mutating func collectSession(_ image: ImageView) {
        let key = ActionKey(action, colon: Int(request.head.actionColon), seed: image.header.seed)
        collect(layers.session, .session, 0, key, image)
    }

    mutating func collectLevels(_ levels: ListRef, _ layer: PolicyLayer) {
        for level in levels.indices {
            collect(image[LevelRecord.self, levels, level].policies, layer, level, actionKey, image)
        }
    }

    /// First those that the filter lets through, so that their lines arrive together; then their actions.
    @inline(never)
    mutating func collect(
        _ list: ListRef,
        _ layer: PolicyLayer,
        _ level: Int,
        _ key: ActionKey,
        _ image: ImageView
    ) {
        let start = candidateCount
        guard start <= Scratch.candidatesMax, start &+ Int(list.count) <= Scratch.candidatesMax else {
            candidateCount = .max
            return
        }
        let count = filter(list, key, image)
        for index in 0..<count { image.prefetch(scratch.passing(index), lines: 4) }
        var kept = start
        var candidate = Candidate(
            policy: 0,
            layer: UInt16(layer.rawValue),
            level: UInt16(truncatingIfNeeded: level)
        )
        for index in 0..<count {
            candidate.policy = scratch.passing(index)
            candidate.statements = statements(of: candidate.policy, key, in: image)
            candidate.denies = candidate.statements & image[PolicyRecord.self, at: candidate.policy].denies
            // Written wherever it falls and counted only if it concerns the action: a branch less to guess.
            scratch.setCandidate(kept, candidate)
            kept &+= candidate.statements.isNotZero
        }
        candidateCount = kept
    }

    /// Notes the policies that the filter lets through; answers how many.
    @inline(__always)
    private mutating func filter(_ list: ListRef, _ key: ActionKey, _ image: ImageView) -> Int {
        var count = 0
        for index in list.indices {
            scratch.setPassing(count, image[PolicyEntry.self, list, index].policy)
            let service = image[PolicyEntry.self, list, index].serviceMask & key.serviceBit
            let name = image[PolicyEntry.self, list, index].nameMask & key.nameBit
            count &+= (UInt64(service) | name).isNotZero
        }
        return count
    }
}
