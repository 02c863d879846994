public import Vocabulary

/// How the bytes of a snapshot file are held.
public enum SnapshotFileAccess: Sendable {
    /// Read once into memory of the process. What happens to the file afterwards does not matter.
    case copied
    /// Mapped, so that processes share one copy in memory; only for files that are replaced by renaming, as
    /// ``VerifiedImage/write(to:permissions:)`` does, and never changed in place.
    ///
    /// Whoever can write into a mapped file can change decisions after the verification, and whoever can cut it
    /// short can end the process.
    case mapped
}

extension VerifiedImage {
    /// Verifies an image before the first check reads it: every place, count and number.
    ///
    /// - Parameter policyCostMax: the most steps that a check of one policy may take (``StepBound``), as the
    ///   compiler was told.
    /// - Throws: ``SnapshotFormatError`` with the first fault.
    /// - Complexity: O(size of the image), whatever stands in it.
    public init(
        verifying bytes: [UInt8],
        policyCostMax: Int = StepBound.policyMax
    ) throws(SnapshotFormatError) {
        try self.init(verifying: ImageMemory(bytes), policyCostMax)
    }

    /// Reads and verifies a snapshot file.
    ///
    /// The file holds the secret of the image's hashes: who can read it can make names that collide.
    ///
    /// - Parameter policyCostMax: the most steps that a check of one policy may take (``StepBound``), as the
    ///   compiler was told.
    /// - Throws: ``SnapshotFormatError`` with the first fault.
    public init(
        contentsOf path: String,
        access: SnapshotFileAccess = .copied,
        policyCostMax: Int = StepBound.policyMax
    ) throws(SnapshotFormatError) {
        try self.init(verifying: try SnapshotFileCalls.memory(of: path, access), policyCostMax)
    }

    private init(verifying memory: ImageMemory, _ policyCostMax: Int) throws(SnapshotFormatError) {
        // What is verified is the memory that checks will read, not a copy of it.
        try withExtendedLifetime(memory) { () throws(SnapshotFormatError) in
            let stepsMax = UInt64(clamping: min(policyCostMax, StepBound.limitMax))
            try ImageVerifier.verify(memory.view, policyStepsMax: stepsMax)
        }
        self.init(trusting: memory)
    }

    /// Writes the image as a file: beside the old one first, then in its place.
    ///
    /// Whoever reads meanwhile finds the old file or the new one, each whole; so does whoever reads after a
    /// crash. A symbolic link is replaced, not followed.
    ///
    /// - Parameter permissions: who may read the file; the default is its owner alone, since the image holds
    ///   the secret of its hashes.
    /// - Throws: ``SnapshotFormatError`` of the kind `file`; the old file is still there.
    public func write(to path: String, permissions: UInt32 = 0o600) throws(SnapshotFormatError) {
        try withExtendedLifetime(memory) { () throws(SnapshotFormatError) in
            try SnapshotFileCalls.write(memory.view.all, to: path, permissions: permissions)
        }
    }

    /// A copy of the bytes, as a file holds them.
    public var bytes: [UInt8] { withExtendedLifetime(memory) { Array(memory.view.all.text.bytes) } }

    /// The options that the image was compiled for.
    public var options: EvaluationOptions {
        EvaluationOptions(OptionBits(rawValue: memory.view.header.options))
    }

    /// The most policies that a single check may meet; changes of the image since it was built are not counted.
    public var checkBound: CheckBound { withExtendedLifetime(memory) { CheckBound(memory.view) } }

    /// How many of each there are.
    public var counts: SnapshotCounts { withExtendedLifetime(memory) { SnapshotCounts(memory.view) } }
}

/// How much an image holds.
public struct SnapshotCounts: Sendable, Hashable {
    /// Accounts.
    public let accounts: Int
    /// Users and roles.
    public let principals: Int
    /// Targets of requests: registered resources, users and roles.
    public let resources: Int
    /// VPC endpoints with a policy.
    public let endpoints: Int
    /// Policies, equal ones counted once.
    public let policies: Int

    init(_ view: ImageView) {
        let header = view.header
        accounts = Int(header.accounts.count)
        principals = Int(header.principals.count)
        resources = Int(header.resources.count)
        endpoints = Int(header.endpoints.count)
        guard header.policies.count > 0 else {
            policies = 0
            return
        }
        let last = view.load(UInt32.self, header.policies, Int(header.policies.count) - 1)
        policies = Int(view.load(PolicyRecord.self, at: last).policyIndex) + 1
    }
}

extension ImageView {
    /// All bytes.
    var all: ByteView { bytes(StringRef(offset: 0, count: UInt32(byteCount))) }
}

extension EvaluationOptions {
    init(_ bits: OptionBits) {
        self.init()
        if bits.contains(.mostSpecificNotPrincipal) { notPrincipal = .mostSpecific }
        if bits.contains(.forAnyValueIfExistsFails) { forAnyValueIfExistsMissing = false }
        if bits.contains(.rootUser) { rootUser = true }
        if bits.contains(.unparsableIsError) { unparsableRequestValue = .error }
        if bits.contains(.mappedIPv6IsDistinct) { ipv4MappedIPv6 = .distinct }
        if bits.contains(.segmentedWildcards) { arnWildcards = .segmented }
    }
}
