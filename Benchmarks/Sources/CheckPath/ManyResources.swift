import Portcullis

/// Decides every request on the resources of all of them, in one call each, ROUNDS times.
struct ManyResources {
    private let batch: ResourceBatch

    init(_ names: Set<UTF8Text>) throws { batch = try ResourceBatch(names.sorted()) }

    /// Answers how many resources there are, and on how many of them somebody is allowed something.
    func decide(
        _ requests: Span<CompactRequest>,
        _ rounds: Int,
        _ reader: inout AuthorizationReader
    ) -> (count: Int, allowed: Int) {
        var decisions = [Decision](repeating: .malformedRequest, count: batch.count)
        var allowed = 0
        for index in requests.indices {
            let request = requests[index]
            for _ in 0..<rounds {
                var span = decisions.mutableSpan
                reader.authorize(request, resources: batch, into: &span)
            }
            for decision in decisions where decision.isAllowed { allowed += 1 }
        }
        return (batch.count, allowed)
    }
}
