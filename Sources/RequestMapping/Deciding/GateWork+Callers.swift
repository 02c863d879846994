import Portcullis

extension GateWork {
    /// What the proofs that a request offers say.
    enum CallerFinding {
        case absent
        case wrong
        case known(KnownCaller)
    }

    /// The caller by the first proof that the request offers, in the order of the mapping.
    mutating func caller(
        _ accepted: [Int],
        _ message: HTTPMessage,
        _ bytes: Span<UInt8>,
        at now: Instant
    ) -> CallerFinding {
        var isCertificateWrong = false
        for rule in accepted {
            switch mapping.callers[rule].method {
            case .certificate(let certificate):
                switch name(of: certificate, message, bytes) {
                case .absent: continue
                case .wrong: isCertificateWrong = true
                case .matching(let name):
                    return remembered(bytes.extracting(name.range), rule) { certificate.caller(named: $0) }
                }
                continue
            case _ where isCertificateWrong:
                return .wrong
            case .token:
                guard let value = headers[.authorization] else { continue }
                return tokenCaller(bytes.extracting(value.range), accepted, at: now)
            case .header(let header):
                guard let value = headers[header.header] else { continue }
                guard isTrusted(header, message, bytes) else { return .wrong }
                return remembered(bytes.extracting(value.range), rule) { header.caller(named: $0) }
            case .anonymous:
                return remembered(bytes.extracting(0..<0), rule) { _ in
                    Identity(principal: .anonymous, credential: nil)
                }
            }
        }
        return isCertificateWrong ? .wrong : .absent
    }

    /// The caller that a rule makes of a proof, which is remembered.
    private mutating func remembered(
        _ proof: Span<UInt8>,
        _ rule: Int,
        _ identity: (Span<UInt8>) -> Identity?
    ) -> CallerFinding {
        let hash = CacheHash.hash(proof, rule: rule)
        if let known = find(proof, hash, rule: rule) { return .known(known) }
        guard let identity = identity(proof) else { return .wrong }
        var bytes: [UInt8] = []
        ByteScan.append(proof, to: &bytes)
        let known = KnownCaller(id: nextID(), rule: rule, identity: identity, proof: bytes)
        callers.insert(known, hash)
        return .known(known)
    }

    /// What a rule remembers of a proof, compared byte by byte.
    private mutating func find(_ proof: Span<UInt8>, _ hash: UInt64, rule: Int) -> KnownCaller? {
        callers.find(hash) { known in
            known.rule == rule && !known.isToken && ByteScan.areEqual(proof, known.proof)
        }
    }

    private mutating func nextID() -> UInt32 {
        callerCount &+= 1
        return callerCount
    }

    // MARK: Tokens

    private mutating func tokenCaller(_ value: Span<UInt8>, _ accepted: [Int], at now: Instant)
        -> CallerFinding
    {
        guard value.count > 7, value.begins(withIgnoringCase: "bearer ") else { return .wrong }
        let token = value.extracting(7..<value.count)
        guard token.count <= SignedToken.byteCountMax else { return .wrong }
        let hash = CacheHash.hash(token, rule: -1)
        let known = callers.find(hash) { known in
            known.isToken && ByteScan.areEqual(token, known.proof)
        }
        guard let caller = known ?? verified(token, hash, at: now) else { return .wrong }
        guard caller.isValid(at: now.seconds) else {
            callers.remove(caller, hash)
            return .wrong
        }
        return accepted.contains(caller.rule) ? .known(caller) : .wrong
    }

    @inline(never)
    private mutating func verified(_ text: Span<UInt8>, _ hash: UInt64, at now: Instant) -> KnownCaller? {
        guard let token = SignedToken(text) else { return nil }
        for index in mapping.callers.indices {
            guard case .token(let rule) = mapping.callers[index].method, rule.concerns(token) else {
                continue
            }
            guard let grant = rule.grant(of: token, rule: index) else { return nil }
            var proof: [UInt8] = []
            ByteScan.append(text, to: &proof)
            let known = KnownCaller(
                id: nextID(),
                rule: index,
                identity: grant.identity,
                proof: proof,
                isToken: true,
                validFrom: grant.validFrom,
                validUntil: grant.validUntil,
                authenticatedAt: grant.authenticatedAt
            )
            if known.isValid(at: now.seconds) { callers.insert(known, hash) }
            return known
        }
        return nil
    }

    // MARK: Certificates

    private enum NameFinding {
        case absent
        case wrong
        case matching(HTTPRequestBuffer.Slice)
    }

    /// The name of a certificate that a rule is about.
    private func name(
        of rule: CertificateRule,
        _ message: HTTPMessage,
        _ bytes: Span<UInt8>
    ) -> NameFinding {
        var (count, likeCount, found): (Int, Int, HTTPRequestBuffer.Slice?) = (0, 0, nil)
        let start = rule.name.literalStart.bytes.span
        for name in message.certificateNames where name.kind == rule.kind {
            let text = bytes.extracting(name.text.range)
            count += 1
            guard text.count >= start.count, ByteScan.areEqual(text.extracting(0..<start.count), start) else {
                continue
            }
            likeCount += 1
            if rule.name.match(text) { found = name.text }
        }
        guard likeCount > 0 else { return .absent }
        // Nobody can say which of two is meant; a workload has no other URI than its SPIFFE ID.
        if likeCount > 1 || rule.kind == .uri && count > 1 { return .wrong }
        return found.map { .matching($0) } ?? .wrong
    }

    // MARK: Headers

    private func isTrusted(
        _ rule: HeaderRule,
        _ message: HTTPMessage,
        _ bytes: Span<UInt8>
    ) -> Bool {
        if let peer = ClientAddress(peer: message.peerAddress, bytes), rule.peers.contains(peer.address) {
            return true
        }
        for name in message.certificateNames where name.kind != .subject {
            let text = bytes.extracting(name.text.range)
            for trusted in rule.certificates where ByteScan.areEqual(trusted.bytes.span, text) { return true }
        }
        return false
    }

    /// Whether the request has a header that names a caller, from somebody who may not send it: what stands behind the
    /// gateway may believe it.
    func isNamedByStranger(_ message: HTTPMessage, _ bytes: Span<UInt8>) -> Bool {
        for caller in mapping.callers {
            guard case .header(let rule) = caller.method, headers[rule.header] != nil else { continue }
            if !isTrusted(rule, message, bytes) { return true }
        }
        return false
    }
}
