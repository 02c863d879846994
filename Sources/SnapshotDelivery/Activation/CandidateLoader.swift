import Portcullis

/// From what a source hands over to a verified and compiled snapshot; nothing is put in force here.
struct CandidateLoader: Sendable {
    let settings: FollowerSettings

    /// What came of an update.
    enum Outcome: Sendable {
        /// Something new, and what will have been accepted once it is in force.
        case candidate(Candidate, AcceptanceHistory)
        /// What was accepted last, signed again perhaps: until when it holds now, and its pointer.
        case same(AcceptanceHistory, pointer: [UInt8]?, validity: (created: Int64, expires: Int64))
    }

    /// - Parameters:
    ///   - standing: what is in force, and what was accepted before.
    ///   - count: the revision of what has none of its own.
    func load(
        _ update: SnapshotUpdate,
        onto standing: Enforcement.Standing,
        counted count: StoreRevision
    ) async throws(DeliveryError) -> Outcome {
        switch (update.content, settings.trust) {
        case (.bundle(let bytes), .signed(let rules)):
            return try load(bundle: bytes, rules, standing)
        case (.pointer(let bytes, let fetch), .signed(let rules)):
            return try await load(pointer: bytes, fetch, rules, standing)
        case (.bundle, .unsigned), (.pointer, .unsigned):
            throw DeliveryError(.signature, "no key is configured by which it could be verified")
        case (_, .signed):
            throw DeliveryError(.signature, "it is not signed, and a key is configured")
        case (let content, .unsigned):
            let revision = update.revision ?? count
            let candidate = try unsigned(content, revision)
            return .candidate(candidate, AcceptanceHistory(revision: revision))
        }
    }

    // MARK: Signed content

    private func load(
        pointer bytes: [UInt8],
        _ fetch: BundleFetch,
        _ rules: AcceptanceRules,
        _ standing: Enforcement.Standing
    ) async throws(DeliveryError) -> Outcome {
        let pointer = try SignedRecord(verifying: bytes[...], by: rules.keys)
        let claim = pointer.claim
        guard claim.subject == .bundle else { throw DeliveryError(.signature, "the record is no pointer") }
        let news = try rules.judge(
            pointer,
            digest: claim.digest,
            after: standing.history,
            at: settings.clock.wallSecond
        )
        if claim.digest == standing.rolledBack {
            throw DeliveryError(.rolledBack, "revision \(claim.revision) was rolled back")
        }
        let accepted = AcceptanceHistory(pointer, digest: claim.digest, after: standing.history)
        // What was accepted need not be in force: after a start nothing may be.
        if news == .same, claim.digest == standing.current?.digest {
            return .same(accepted, pointer: bytes, validity: (claim.created, claim.expires))
        }
        guard claim.byteCount <= rules.byteCountMax else {
            throw DeliveryError(
                .size,
                "the bundle has \(claim.byteCount) bytes, of \(rules.byteCountMax) allowed"
            )
        }
        let bundle: [UInt8]
        do throws(SourceFailure) {
            bundle = try await fetch(pointer)
        } catch {
            throw DeliveryError(.fetch, error.description)
        }
        guard bundle.count == claim.byteCount, SHA256Digest(of: bundle) == claim.digest else {
            throw DeliveryError(.digest, "the bundle is not the one that the pointer names")
        }
        let verified = try VerifiedBundle(verifying: bundle, by: rules.keys)
        try judge(verified, of: pointer, rules)
        return .candidate(
            try candidate(verified, bundle, pointer: (bytes, pointer)),
            accepted
        )
    }

    /// The bundle's own record must not contradict the pointer.
    private func judge(
        _ bundle: VerifiedBundle,
        of pointer: SignedRecord,
        _ rules: AcceptanceRules
    ) throws(DeliveryError) {
        guard bundle.record.claim.revision == pointer.claim.revision else {
            throw DeliveryError(
                .rollback,
                "the bundle is of revision \(bundle.record.claim.revision), its pointer of \(pointer.claim.revision)"
            )
        }
        let now = settings.clock.wallSecond
        _ = try rules.judge(bundle.record, digest: bundle.digest, after: AcceptanceHistory(), at: now)
    }

    func load(
        bundle bytes: [UInt8],
        _ rules: AcceptanceRules,
        _ standing: Enforcement.Standing
    ) throws(DeliveryError) -> Outcome {
        guard bytes.count <= rules.byteCountMax else {
            throw DeliveryError(
                .size,
                "the bundle has \(bytes.count) bytes, of \(rules.byteCountMax) allowed"
            )
        }
        let bundle = try VerifiedBundle(verifying: bytes, by: rules.keys)
        let claim = bundle.record.claim
        let news = try rules.judge(
            bundle.record,
            digest: bundle.digest,
            after: standing.history,
            at: settings.clock.wallSecond
        )
        if bundle.digest == standing.rolledBack {
            throw DeliveryError(.rolledBack, "revision \(claim.revision) was rolled back")
        }
        let accepted = AcceptanceHistory(bundle.record, digest: bundle.digest, after: standing.history)
        if news == .same, bundle.digest == standing.current?.digest {
            return .same(accepted, pointer: nil, validity: (claim.created, claim.expires))
        }
        return .candidate(try candidate(bundle, bytes, pointer: nil), accepted)
    }

    func candidate(
        _ bundle: VerifiedBundle,
        _ bytes: [UInt8],
        pointer: (bytes: [UInt8], record: SignedRecord)?
    ) throws(DeliveryError) -> Candidate {
        let (image, directory): (VerifiedImage, Directory?)
        switch bundle.content {
        case .snapshot(let bytes): (image, directory) = (try verified(bytes), nil)
        case .policies(let files):
            (image, directory) = try compiled(
                try read { reader throws(InvalidDirectory) in try Directory(files: files, reader: reader) }
            )
        }
        let own = bundle.record.claim
        let claim = pointer?.record.claim ?? own
        return Candidate(
            image: image,
            directory: directory,
            revision: own.revision,
            validity: (claim.created, min(claim.expires, own.expires)),
            bundle: (bundle.digest, own.expires),
            keepsake: .bundle(bytes, pointer: pointer?.bytes)
        )
    }

    // MARK: Unsigned content

    private func unsigned(
        _ content: SnapshotContent,
        _ revision: StoreRevision
    ) throws(DeliveryError) -> Candidate {
        let (image, directory): (VerifiedImage, Directory?)
        switch content {
        case .folder(let path):
            (image, directory) = try compiled(
                try read { reader throws(InvalidDirectory) in try Directory(contentsOf: path, reader: reader)
                }
            )
        case .policies(let files):
            (image, directory) = try compiled(
                try read { reader throws(InvalidDirectory) in try Directory(files: files, reader: reader) }
            )
        case .snapshotFile(let path):
            do throws(SnapshotFormatError) {
                let max = settings.compiler.policyCostMax
                (image, directory) = (try VerifiedImage(contentsOf: path, policyCostMax: max), nil)
            } catch {
                throw DeliveryError(.snapshot, "\(path): \(error)")
            }
        case .changes, .bundle, .pointer:
            throw DeliveryError(.changes, "it does not stand by itself")
        }
        return Candidate(image: image, directory: directory, revision: revision, keepsake: .image)
    }

    private func read(
        _ body: (PolicyReader) throws(InvalidDirectory) -> Directory
    ) throws(DeliveryError) -> Directory {
        do throws(InvalidDirectory) { return try body(settings.reader) } catch {
            throw DeliveryError(.policies, error.description)
        }
    }

    private func compiled(_ directory: Directory) throws(DeliveryError) -> (VerifiedImage, Directory?) {
        do throws(CompileError) { return (try settings.compiler.compile(directory), directory) } catch {
            throw DeliveryError(.compile, error.description)
        }
    }

    private func verified(_ bytes: [UInt8]) throws(DeliveryError) -> VerifiedImage {
        do throws(SnapshotFormatError) {
            return try VerifiedImage(verifying: bytes, policyCostMax: settings.compiler.policyCostMax)
        } catch {
            throw DeliveryError(.snapshot, "\(error)")
        }
    }
}

extension AcceptanceHistory {
    /// What was accepted, when this is accepted, too.
    fileprivate init(_ record: SignedRecord, digest: SHA256Digest, after history: AcceptanceHistory) {
        self = history
        created = max(record.claim.created, history.created ?? record.claim.created)
        // Going back on purpose does not lower what counts as going back next.
        guard record.claim.revision >= history.revision ?? record.claim.revision else { return }
        revision = record.claim.revision
        self.digest = digest
    }
}
