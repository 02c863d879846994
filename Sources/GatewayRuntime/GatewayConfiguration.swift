/// Where a gateway takes policies and routes from.
public struct GatewayConfiguration: Sendable, Hashable {
    /// Where the policies come from, and when they are believed.
    public struct Policies: Sendable, Hashable {
        /// A folder of policies, a file of authorization details, a compiled snapshot, a bundle or a pointer on this
        /// machine, or the address of a pointer.
        public var source: String
        /// Files of Ed25519 public keys in PEM, needed for addresses.
        ///
        /// Policies that none of them has signed are refused.
        public var trustedKeys: [String] = []
        /// The channel that signed policies must name.
        public var channel: String?
        /// The folder in which the last good policies are kept for the next start; one gateway alone uses it.
        public var keepingFolder: String?
        /// After how many seconds of silence of the source everything is denied; nil for never.
        public var stalenessLimitSeconds: Double?
        /// How many seconds lie between two looks at the source; nil for 10.
        public var intervalSeconds: Double?

        /// Policies of a source, unsigned.
        public init(source: String) { self.source = source }
    }

    /// Where the policies come from.
    public var policies: Policies
    /// The file that says how requests become questions.
    public var mapping: String
    /// Whether every route only reports what it would refuse.
    public var isDryRun = false
    /// How many seconds ``Gateway/start()`` waits for the first policies.
    public var startSeconds: Double = 10

    /// A configuration.
    public init(policies: Policies, mapping: String) {
        self.policies = policies
        self.mapping = mapping
    }

    /// A configuration for unsigned policies of this machine.
    public init(policies: String, mapping: String) {
        self.init(policies: Policies(source: policies), mapping: mapping)
    }

    /// Seconds that mean something: above zero, at most a year.
    static func isDuration(_ seconds: Double) -> Bool { seconds > 0 && seconds <= 366 * 86_400 }
}

/// Why a gateway cannot be set up.
public struct GatewayError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What is wrong, with the file and position where there is one.
    public let description: String

    /// An error.
    public init(_ description: String) { self.description = description }
}
