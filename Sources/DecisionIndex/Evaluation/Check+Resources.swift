import Vocabulary

/// Where the candidates of a caller stand in the working memory while many resources are decided.
///
///     ┌─────┬──────────┬──────────────────────────────┬─────┬──────────┐
///     │ SCP │ endpoint │ identity, boundary, session  │ RCP │ resource │
///     └─────┴──────────┴──────────────────────────────┴─────┴──────────┘
///
/// The first three stay for all resources; RCPs stay while the owner does, and the last while the policy does.
struct CandidateRanges {
    var serviceControlEnd = 0
    var endpointEnd = 0
    var callerEnd = 0
    var resourceControlEnd = 0
    var resourceEnd = 0
    /// The record of the account whose RCPs are there; no account stands at the last offset.
    var owner = UInt32.max
    /// The resource policy whose statements are there.
    var resource: ListRef?
}

extension Check {
    /// Finds the candidates that no resource changes.
    ///
    /// False when there are more than the working memory holds.
    mutating func collectForCaller(_ ranges: inout CandidateRanges) -> Bool {
        collectLevels(layers.serviceControl, .serviceControl)
        dropDecided(from: 0)
        ranges.serviceControlEnd = candidateCount
        collect(layers.endpoint, .endpoint, 0, actionKey, image)
        dropDecided(from: ranges.serviceControlEnd)
        ranges.endpointEnd = candidateCount
        collect(layers.identity, .identity, 0, actionKey, image)
        collect(layers.boundary, .boundary, 0, actionKey, image)
        if layers.applies(.session), let image = sessionImage {
            let key = ActionKey(action, colon: Int(request.head.actionColon), seed: image.header.seed)
            collect(layers.session, .session, 0, key, image)
        }
        dropDecided(from: ranges.endpointEnd)
        ranges.callerEnd = candidateCount
        ranges.resourceControlEnd = candidateCount
        return candidateCount <= Scratch.candidatesMax
    }

    /// Drops statements that a condition keeps from applying to whatever resource, so that it is read once.
    ///
    /// Where a value that cannot be read is an error (E19), every statement stays: whether it is reached
    /// depends on the resource.
    private mutating func dropDecided(from start: Int) {
        guard candidateCount <= Scratch.candidatesMax, !options.contains(.unparsableIsError) else { return }
        let end = candidateCount
        candidateCount = start
        for index in start..<end {
            var candidate = scratch.candidate(index)
            let image = image(of: candidate)
            var bits = candidate.statements
            while bits != 0 {
                let bit = bits.removeFirst()
                let statement = image[PolicyRecord.self, at: candidate.policy].statements.record(bit)
                let isDecided = neverApplies(statement, image)
                // A pattern too large for the working memory fails the check that meets it, not this search.
                if isDecided, !isExhausted { candidate.statements &= ~(1 << UInt64(bit)) }
                isExhausted = false
            }
            candidate.denies &= candidate.statements
            guard candidate.statements != 0 else { continue }
            scratch.setCandidate(candidateCount, candidate)
            candidateCount += 1
        }
    }

    private mutating func neverApplies(_ statement: UInt32, _ image: ImageView) -> Bool {
        let conditions = image[StatementRecord.self, at: statement].conditions
        for index in conditions.indices {
            let condition = image[ConditionRecord.self, conditions, index]
            if !image.names(condition, where: { image.dependsOnResource($0) }),
                evaluate(condition, in: image) != .holds
            {
                return true
            }
        }
        return false
    }

    /// Decides one resource as a check of its own would.
    @inline(__always)
    mutating func decide(
        _ question: ResourceQuestion,
        _ callerLayers: LayerLists,
        _ ranges: inout CandidateRanges
    ) -> Decision {
        target = TargetFacts()
        layers = callerLayers
        // What conditions compared last may have been a tag of another resource.
        latestARN = LatestARN(.none)
        isExhausted = false
        resolveResource(question)
        if !caller.isServiceLinked { resolveResourceControl() }
        collectForResource(&ranges)
        guard candidateCount <= Scratch.candidatesMax else { return .failed }
        // E19: an error must not depend on which statement is read first.
        if options.contains(.unparsableIsError), !canReadEveryValue() { return .failed }
        let decision = explicitDeny(ranges) ?? climb()
        return isExhausted ? .failed : decision
    }

    @inline(__always)
    private mutating func collectForResource(_ ranges: inout CandidateRanges) {
        if ranges.owner != target.accountOffset {
            candidateCount = ranges.callerEnd
            collectLevels(layers.resourceControl, .resourceControl)
            ranges.resourceControlEnd = candidateCount
            (ranges.owner, ranges.resource) = (target.accountOffset, nil)
        }
        guard layers.applies(.resource) else {
            candidateCount = ranges.resourceControlEnd
            return
        }
        if ranges.resource != layers.resource {
            candidateCount = ranges.resourceControlEnd
            collect(layers.resource, .resource, 0, actionKey, image)
            (ranges.resource, ranges.resourceEnd) = (layers.resource, candidateCount)
        }
        candidateCount = ranges.resourceEnd
    }

    /// F1, layer by layer in the order of the ladder, which names the deciding statement.
    @inline(__always)
    private mutating func explicitDeny(_ ranges: CandidateRanges) -> Decision? {
        explicitDeny(among: 0..<ranges.serviceControlEnd)
            ?? explicitDeny(among: ranges.callerEnd..<ranges.resourceControlEnd)
            ?? explicitDeny(among: ranges.serviceControlEnd..<ranges.endpointEnd)
            ?? explicitDeny(among: ranges.resourceControlEnd..<candidateCount)
            ?? explicitDeny(among: ranges.endpointEnd..<ranges.callerEnd)
    }
}

extension ImageView {
    /// Whether the value of a key can differ from resource to resource.
    fileprivate func dependsOnResource(_ key: UInt32) -> Bool {
        switch FactKind(rawValue: self[KeyRecord.self, header.keys, Int(key)].fact) {
        case .resourceAccount, .resourceOrganizationID, .resourceOrganizationPaths, .resourceTag: true
        default: false
        }
    }
}
