/// How a batch goes through its requests.
package enum BatchOrder: Sendable, CaseIterable {
    /// One after the other.
    case inTurn
    /// Several in flight at a time, in rounds that ask for memory before it is needed.
    case interleaved
}

extension AuthorizationReader {
    /// Decides many requests by one snapshot.
    ///
    /// Where the tables are larger than the caches, several are in flight at a time.
    ///
    /// - Precondition: there are as many decisions as requests; they are overwritten.
    /// - Complexity: that of the single call, for each request.
    public mutating func authorize(
        _ requests: Span<CompactRequest>,
        into decisions: inout MutableSpan<Decision>
    ) {
        authorize(requests, into: &decisions, nil)
    }

    /// Decides many requests in an order that the caller chooses, or where it does not, the size of the image.
    package mutating func authorize(
        _ requests: Span<CompactRequest>,
        into decisions: inout MutableSpan<Decision>,
        _ order: BatchOrder?
    ) {
        precondition(requests.count == decisions.count, "as many decisions as requests")
        reader.withSnapshot { snapshot in
            switch order ?? Evaluator.order(for: snapshot.view) {
            case .inTurn:
                Evaluator.decideInTurn(
                    requests,
                    into: &decisions,
                    snapshot.view,
                    memory,
                    revision: snapshot.revision
                )
            case .interleaved:
                Evaluator.decideInterleaved(
                    requests,
                    into: &decisions,
                    snapshot.view,
                    memory,
                    revision: snapshot.revision
                )
            }
            guard counter.isOn else { return }
            for index in decisions.indices { counter.count(decisions[index], by: snapshot) }
        }
    }
}
