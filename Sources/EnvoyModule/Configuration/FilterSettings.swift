internal import GatewayRuntime
internal import Portcullis

/// What `filter_config` of a filter says.
struct FilterSettings: Sendable {
    /// Whose address counts as the connection's other end.
    enum PeerAddress: String, CaseIterable, Sendable {
        /// The connection's own; a request for which Envoy took another address from a header is refused.
        case connection
        /// The one that Envoy took, from headers too where it is told to believe them.
        case envoy
    }

    /// Whether names of client certificates may be believed.
    enum ClientCertificates: String, CaseIterable, Sendable {
        /// No certificate proves anything.
        case ignored
        /// The listener refuses certificates that it cannot verify, so that names in them are proved.
        case verified
    }

    /// The name by which routes refer to the filter and under which it counts.
    let name: String
    /// Where policies and routes come from.
    let gateway: GatewayConfiguration
    /// Whether the filter only reports what it would refuse.
    let isDryRun: Bool
    /// Whether it starts, denying everything, where there are no policies in time.
    let startsWithoutPolicies: Bool
    let peerAddress: PeerAddress
    let clientCertificates: ClientCertificates
    /// Whether decisions are written into the request's metadata.
    let setsMetadata: Bool
    /// Whether the server behind is told the decision.
    let setsRequestHeaders: Bool
    /// Whether the client is told the decision.
    let setsResponseHeaders: Bool

    private static let members: [UTF8Text] = [
        "policies", "mapping", "dryRun", "startSeconds", "startWithoutPolicies", "peerAddress",
        "clientCertificates", "metadata", "requestHeaders", "responseHeaders",
    ]
    private static let policyMembers: [UTF8Text] = [
        "source", "trustedKeys", "channel", "keepingFolder", "stalenessLimitSeconds", "intervalSeconds",
    ]

    /// Reads the text of `filter_config` of the filter of this name.
    init(_ text: String, name: String) throws(ConfigurationFault) {
        self.name = try Self.checked(name)
        let members = try Members(text, names: Self.members)
        var gateway = GatewayConfiguration(
            policies: try Self.policies(members),
            mapping: try members.required("mapping")
        )
        if let seconds = try members.number("startSeconds") { gateway.startSeconds = seconds }
        self.gateway = gateway
        isDryRun = try members.bool("dryRun") ?? false
        startsWithoutPolicies = try members.bool("startWithoutPolicies") ?? false
        peerAddress = try members.choice("peerAddress", of: PeerAddress.self) ?? .connection
        clientCertificates =
            try members.choice("clientCertificates", of: ClientCertificates.self) ?? .ignored
        setsRequestHeaders = try members.bool("requestHeaders") ?? false
        setsResponseHeaders = try members.bool("responseHeaders") ?? false
        setsMetadata = try members.bool("metadata") ?? true
        guard setsMetadata || !setsResponseHeaders else {
            throw ConfigurationFault("`responseHeaders` needs `metadata`")
        }
    }

    private static func policies(
        _ members: Members
    ) throws(ConfigurationFault) -> GatewayConfiguration.Policies {
        guard let object = try members.object("policies", names: policyMembers) else {
            return .init(source: try members.required("policies"))
        }
        var policies = GatewayConfiguration.Policies(source: try object.required("source"))
        policies.trustedKeys = try object.texts("trustedKeys")
        policies.channel = try object.text("channel")
        policies.keepingFolder = try object.text("keepingFolder")
        policies.stalenessLimitSeconds = try object.number("stalenessLimitSeconds")
        policies.intervalSeconds = try object.number("intervalSeconds")
        return policies
    }

    /// Names of statistics take letters, digits, `_` and `-`; a dot would be another level.
    private static func checked(_ name: String) throws(ConfigurationFault) -> String {
        let isPlain = name.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"):
                true
            default: false
            }
        }
        guard isPlain, !name.isEmpty else {
            throw ConfigurationFault("`filter_name` must be letters, digits, `_` and `-`")
        }
        return name
    }
}
