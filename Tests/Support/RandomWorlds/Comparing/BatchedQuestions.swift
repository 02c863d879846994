import DecisionIndex

/// The last requests, asked again together once they are more than the batch works on at a time.
struct BatchedQuestions {
    private static let size = 19

    private var requests: [CompactRequest] = []
    private var expected: [Decision] = []

    /// Takes a request with its decision; false when a batch of it and those before decides otherwise.
    mutating func ask(_ request: CompactRequest, _ decision: Decision, _ reader: inout AuthorizationReader)
        -> Bool
    {
        requests.append(request)
        expected.append(decision)
        guard requests.count == Self.size else { return true }
        defer {
            requests.removeAll(keepingCapacity: true)
            expected.removeAll(keepingCapacity: true)
        }
        return BatchOrder.allCases.allSatisfy { order in
            var decisions = [Decision](repeating: .malformedRequest, count: Self.size)
            var span = decisions.mutableSpan
            reader.authorize(requests.span, into: &span, order)
            return zip(decisions, expected).allSatisfy { $0.isSame(as: $1) }
        }
    }
}

extension Decision {
    /// Whether this is the same decision, though perhaps by another revision of the same policies.
    fileprivate func isSame(as other: Decision) -> Bool {
        outcome == other.outcome && layer == other.layer && policy == other.policy
            && statement == other.statement
    }
}
