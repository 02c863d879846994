public import Vocabulary

extension AuthorizationEngine {
    /// For which resources the answer to a request is allow: what is left of it once all is decided that does not
    /// depend on the resource.
    ///
    /// The resource that the request names does not matter. Tags of the resource are left open unless the
    /// request's context gives them or the snapshot knows them.
    ///
    /// - Parameters:
    ///   - scope: which resources; by default those of the caller's account that the snapshot does not register.
    ///   - unknownKeys: further context keys to leave open, without regard to case; a `*` at the end stands for
    ///     every ending, as in `s3:ExistingObjectTag/*`. Keys that the engine owns are always known (E27).
    /// - Throws: ``ResidualError``.
    /// - Complexity: that of simplifying what the statements say, at worst quadratic in them; it allocates.
    public func residual(
        of request: CompactRequest,
        scope: ResourceScope = .unregistered(owner: nil),
        unknownKeys: [UTF8Text] = []
    ) throws(ResidualError) -> ResourceResidual {
        let scratch = Scratch()
        let open = UnknownKeys(unknownKeys)
        let result = withExtendedLifetime((scratch, request)) {
            cell.withSnapshot { snapshot in
                Result { () throws(ResidualError) in
                    var residual = try Evaluator.residual(
                        of: request,
                        scope,
                        open,
                        snapshot.view,
                        scratch.view
                    )
                    residual.revision = snapshot.revision
                    return residual
                }
            }
        }
        return try result.get()
    }
}
