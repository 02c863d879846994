/// Which signed content is accepted: by whom, for whom, when, and after what.
public struct AcceptanceRules: Sendable {
    /// The keys of which one must have signed.
    public var keys: TrustedKeys
    /// For whom the content must be.
    public var channel: Channel
    /// By how many seconds this machine's clock may be wrong: content is accepted so long before its creation and
    /// after its expiry.
    public var clockTolerance: Int64
    /// Whether a lower revision than one accepted before is accepted, too.
    ///
    /// For going back on purpose, where publishing the old content under a new revision is no choice.
    public var allowsRollback: Bool
    /// The largest bundle that is fetched or read.
    public var byteCountMax: Int

    /// Rules for content signed by one of these keys.
    public init(
        keys: TrustedKeys,
        channel: Channel = .none,
        clockTolerance: Int64 = 300,
        allowsRollback: Bool = false,
        byteCountMax: Int = 1 << 30
    ) {
        self.keys = keys
        self.channel = channel
        self.clockTolerance = max(0, clockTolerance)
        self.allowsRollback = allowsRollback
        self.byteCountMax = byteCountMax
    }

    /// What a record is, beside what was accepted before.
    enum News {
        /// A new revision.
        case new
        /// The revision accepted before, with the same content; perhaps signed again, with a later expiry.
        case same
    }

    /// Judges a verified record.
    ///
    /// - Parameters:
    ///   - digest: the digest of the bundle, whether the record is a pointer to it or its own.
    ///   - history: what was accepted before.
    ///   - now: the wall clock, in seconds since 1970.
    /// - Throws: ``DeliveryError``.
    func judge(
        _ record: SignedRecord,
        digest: SHA256Digest,
        after history: AcceptanceHistory,
        at now: Int64
    ) throws(DeliveryError) -> News {
        let claim = record.claim
        guard claim.channel == channel else {
            throw DeliveryError(.channel, "signed for channel `\(claim.channel)`, not `\(channel)`")
        }
        // Whoever signed the last record had a clock, too: time is not before that.
        let now = max(now, history.created ?? now)
        guard claim.created <= now + clockTolerance else {
            throw DeliveryError(
                .notYetValid,
                "created \(claim.created - now) s from now; \(clockTolerance) s are tolerated. Is the clock right?"
            )
        }
        guard now < claim.expires + clockTolerance else {
            throw DeliveryError(.expired, "expired \(now - claim.expires) s ago. Is the clock right?")
        }
        guard let highest = history.revision, claim.revision <= highest else { return .new }
        if claim.revision == highest, digest == history.digest { return .same }
        if claim.revision == highest {
            throw DeliveryError(.rollback, "revision \(highest) was accepted with another content")
        }
        guard allowsRollback else {
            throw DeliveryError(.rollback, "revision \(claim.revision) after revision \(highest)")
        }
        return .new
    }
}

/// What was accepted last, against which what comes next is held.
struct AcceptanceHistory: Sendable, Hashable {
    /// The highest revision accepted.
    var revision: StoreRevision?
    /// The digest of the bundle of that revision.
    var digest: SHA256Digest?
    /// When the last accepted record was signed.
    var created: Int64?
}
