extension AuthorizationReader {
    /// Decides a prepared request by the current snapshot.
    ///
    /// - Complexity: bounded by the statements of the caller's and the resource's policies that concern the action.
    public mutating func authorize(_ request: PreparedRequest) -> Decision {
        reader.withSnapshot { snapshot in
            let decision = request.decide(snapshot, memory)
            counter.count(decision, by: snapshot)
            return decision
        }
    }

    /// Decides prepared requests one after the other, all by one snapshot.
    ///
    /// - Parameters:
    ///   - request: the request at an index from 0, nil for one that cannot be decided; INVARIANT: it lives until this
    ///     returns.
    ///   - answer: gets its decision.
    package mutating func authorize(
        count: Int,
        request: (Int) -> Unmanaged<PreparedRequest>?,
        answer: (Int, Decision) -> Void
    ) {
        reader.withSnapshot { snapshot in
            for index in 0..<count {
                // INVARIANT: as the parameter says.
                let decision =
                    unsafe request(index)?._withUnsafeGuaranteedRef { $0.decide(snapshot, memory) } ?? .failed
                counter.count(decision, by: snapshot)
                answer(index, decision)
            }
        }
    }
}
