/// Where a gateway takes policies and routes from.
public struct GatewayConfiguration: Sendable, Hashable {
    /// A folder of policies, a compiled snapshot, a bundle or a pointer on this machine, or the address of a pointer.
    public var policies: String
    /// The file that says how requests become questions.
    public var mapping: String
    /// Whether every route only reports what it would refuse.
    public var isDryRun = false
    /// Files of public keys; policies that none of them has signed are refused. Needed for addresses.
    public var trustedKeys: [String] = []
    /// The channel that signed policies must name.
    public var channel: String?
    /// The folder in which the last good policies are kept for the next start.
    public var keepingFolder: String?
    /// After how many seconds of silence of the source everything is denied; nil for never.
    public var stalenessLimitSeconds: Double?
    /// How many seconds lie between two looks at the source.
    public var intervalSeconds: Double?
    /// How many seconds a start waits for the first policies.
    public var startSeconds: Double = 10

    /// A configuration.
    public init(policies: String, mapping: String) {
        self.policies = policies
        self.mapping = mapping
    }
}

/// Why a gateway cannot be set up.
public struct GatewayError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What is wrong, with the file and position where there is one.
    public let description: String

    /// An error.
    public init(_ description: String) { self.description = description }
}
