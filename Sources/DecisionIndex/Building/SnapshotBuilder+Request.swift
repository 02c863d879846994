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
        lists.serviceControl = try layer(layers.serviceControl)
        lists.resourceControl = try layer(layers.resourceControl)
        lists.endpoint = try layer(layers.endpoint)
        lists.resource = try layer(layers.resource)
        lists.identity = try layer(layers.identity)
        lists.boundary = try layer(layers.boundary)
        let session = try layers.session.map { policies throws(Failure) in try list(policies) }
        let uniqueID = layers.uniqueID.map { buffer.string($0) }
        let account = layers.resourceAccount.map { buffer.string($0) }
        return CompiledPolicies(
            image: try finish(),
            layers: lists,
            session: session,
            requiresTrust: layers.requiresTrust,
            uniqueID: uniqueID,
            resourceAccount: account
        )
    }

    /// Ends the build of an image of session policies.
    package consuming func finish(session policies: [PolicyHandle]) throws(Failure) -> SessionPolicies {
        let list = try list(policies)
        return SessionPolicies(image: try finish(), list: list)
    }

    private mutating func layer(_ policies: [PolicyHandle]?) throws(Failure) -> LayerLists.Layer {
        guard let policies else { return LayerLists.Layer() }
        return LayerLists.Layer(list: try list(policies), applies: true)
    }

    private mutating func layer(_ levels: [[PolicyHandle]]?) throws(Failure) -> LayerLists.Layer {
        guard let levels else { return LayerLists.Layer() }
        return LayerLists.Layer(list: try self.levels(levels), applies: true)
    }
}
