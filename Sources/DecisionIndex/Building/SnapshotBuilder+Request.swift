package import Vocabulary

extension SnapshotBuilder {
    /// The layers of one request, for an image that serves it alone.
    package struct RequestLayers {
        package var serviceControl: [[PolicyHandle]]?
        package var resourceControl: [[PolicyHandle]]?
        package var endpoint: [PolicyHandle]?
        package var resource: [PolicyHandle]?
        package var identity: [PolicyHandle]?
        package var boundary: [PolicyHandle]?
        package var session: [PolicyHandle]?
        package var requiresTrust = false
        package var uniqueID: UTF8Text?
        package var resourceAccount: UTF8Text?

        /// No layer applies.
        package init() {}
    }

    /// Ends the build of an image for one request.
    package consuming func finish(_ layers: RequestLayers) throws(Failure) -> CompiledPolicies {
        var lists = LayerLists()
        if let levels = layers.serviceControl { lists.apply(.serviceControl, try self.levels(levels)) }
        if let levels = layers.resourceControl { lists.apply(.resourceControl, try self.levels(levels)) }
        if let policies = layers.endpoint { lists.apply(.endpoint, try list(policies)) }
        if let policies = layers.resource { lists.apply(.resource, try list(policies)) }
        if let policies = layers.identity { lists.apply(.identity, try list(policies)) }
        if let policies = layers.boundary { lists.apply(.boundary, try list(policies)) }
        if let policies = layers.session { lists.apply(.session, try list(policies)) }
        if chunkCount(layers) > Scratch.candidatesMax { throw .tooMany("policies for one request") }
        let uniqueID = layers.uniqueID.map { buffer.string($0) }
        let account = layers.resourceAccount.map { buffer.string($0) }
        return CompiledPolicies(
            image: try finish(),
            layers: lists,
            requiresTrust: layers.requiresTrust,
            uniqueID: uniqueID,
            resourceAccount: account
        )
    }

    private func chunkCount(_ layers: RequestLayers) -> Int {
        let levels = [layers.serviceControl, layers.resourceControl].compactMap(\.self).joined()
        let lists = [layers.endpoint, layers.resource, layers.identity, layers.boundary, layers.session]
        return chunkCount(of: levels.joined()) + chunkCount(of: lists.compactMap(\.self).joined())
    }

    /// Ends the build of an image of session policies.
    package consuming func finish(session policies: [PolicyHandle]) throws(Failure) -> SessionPolicies {
        let list = try list(policies)
        if list.count > CheckBound.sessionChunksMax { throw .tooMany("session policies") }
        return SessionPolicies(image: try finish(), list: list)
    }
}
