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
}
