import Vocabulary

extension AuthorizationReader {
    /// Decides one caller's action on many resources by one snapshot.
    ///
    /// Each answer is the one that ``authorize(_:)`` gives for the same request with that resource and, where
    /// the batch states one, its owner; the resource and the owner of `request` itself do not matter. What the
    /// caller and the action decide is found once for all of them.
    ///
    /// - Precondition: there are as many decisions as resources; they are overwritten.
    /// - Complexity: O(resources), and for each no more than a check.
    public mutating func authorize(
        _ request: borrowing CompactRequest,
        resources: borrowing ResourceBatch,
        into decisions: inout MutableSpan<Decision>
    ) {
        precondition(resources.count == decisions.count, "as many decisions as resources")
        reader.withSnapshot { snapshot in
            Evaluator.decide(
                request,
                resources.view,
                into: &decisions,
                snapshot.view,
                memory,
                revision: snapshot.revision
            )
            guard counter.isOn else { return }
            for index in decisions.indices { counter.count(decisions[index], by: snapshot) }
        }
    }
}

extension AuthorizationEngine {
    /// Decides one caller's action on many resources by one snapshot, on any thread and in any task.
    ///
    /// Answers stand in the order of the resources; see
    /// ``AuthorizationReader/authorize(_:resources:into:)``.
    public func authorize(_ request: CompactRequest, resources: ResourceBatch) -> [Decision] {
        let place = takeWorkplace()
        defer { giveBack(place) }
        var decisions = [Decision](repeating: .malformedRequest, count: resources.count)
        withExtendedLifetime(resources) {
            cell.withSnapshot { snapshot in
                var span = decisions.mutableSpan
                Evaluator.decide(
                    request,
                    resources.view,
                    into: &span,
                    snapshot.view,
                    place.scratch.view,
                    revision: snapshot.revision
                )
                guard place.counter.isOn else { return }
                for decision in decisions { place.counter.count(decision, by: snapshot) }
            }
        }
        return decisions
    }
}
