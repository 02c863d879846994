import Portcullis
import RequestMapping

/// Answers gateways, whether a request of their client may pass: Envoy's `ext_authz` over HTTP, nginx's `auth_request`.
///
/// What is in doubt is refused: a header that should stand once and does not, a target that is none.
struct GatewayEndpoint {
    let decider: any RequestDecider
    let headers: GatewayHeaders
    let counters: LoopCounters

    /// The request is the client's, with its path behind a prefix.
    func respondToExtAuthz(_ head: MessageHead) -> ServerResponse {
        let request = decider.request
        request.begin()
        request.setMethod(head.bytes.span.extracting(head.method))
        let prefix = Endpoint.extAuthzPrefix.utf8CodeUnitCount
        request.setTarget(head.bytes.span.extracting(head.target.dropFirst(prefix)))
        guard describe(head, targetIsInHeaders: false) else {
            return answer(GateAnswer(.malformed), malformed: 400)
        }
        return answer(decide(), malformed: 400)
    }

    /// The client's method and target stand in headers; nginx knows no refusal but 401 and 403.
    func respondToAuthRequest(_ head: MessageHead) -> ServerResponse {
        let request = decider.request
        request.begin()
        guard let method = try? head.value("x-original-method"),
            let target = try? head.value("x-original-uri"),
            !method.isEmpty, head.bytes[method].allSatisfy(ByteClass.isToken), isTarget(head.bytes[target])
        else { return answer(GateAnswer(.malformed), malformed: 403) }
        request.setMethod(head.bytes.span.extracting(method))
        request.setTarget(head.bytes.span.extracting(target))
        guard describe(head, targetIsInHeaders: true) else {
            return answer(GateAnswer(.malformed), malformed: 403)
        }
        return answer(decide(), malformed: 403)
    }

    private func isTarget(_ bytes: ArraySlice<UInt8>) -> Bool {
        bytes.first == 47 && bytes.allSatisfy { $0 > 32 && $0 < 127 && $0 != 35 }
    }

    private func decide() -> GateAnswer {
        decider.request.fault == nil ? decider.decide() : GateAnswer(.tooLarge)
    }

    // MARK: The client

    /// Sets host, address, certificate and headers of the client.
    ///
    /// - Returns: false where they can be read in more than one way.
    private func describe(_ head: MessageHead, targetIsInHeaders: Bool) -> Bool {
        let request = decider.request
        let bytes = head.bytes.span
        request.setAuthority(bytes.extracting(head.host))
        if let address = clientAddress(head) { request.setPeerAddress(bytes.extracting(address)) }
        do throws(AmbiguousHeader) {
            if let version = try head.value("x-portcullis-tls-version") {
                request.setTLSVersion(bytes.extracting(version))
            }
            if headers.trustsClientCertificate, let value = try head.value("x-forwarded-client-cert") {
                guard let names = ForwardedCertificate.names(head.bytes[value]) else { return false }
                for (kind, name) in names { request.addCertificateName(kind, name.span) }
            }
        } catch {
            return false
        }
        for header in head.headers where !isForServer(header.name, head) {
            if targetIsInHeaders, isTarget(named: header.name, head) { continue }
            request.addHeader(bytes.extracting(header.name), bytes.extracting(header.value))
        }
        return true
    }

    /// Whether a header speaks to this server rather than about the client's request.
    private func isForServer(_ name: Range<Int>, _ head: MessageHead) -> Bool {
        head.begins(name, "x-portcullis-") || head.equals(name, "x-forwarded-client-cert")
    }

    /// Whether a header is one of the two in which nginx names target and method; others of their kind are the client's,
    /// and servers behind the gateway may take a path from them.
    private func isTarget(named name: Range<Int>, _ head: MessageHead) -> Bool {
        head.equals(name, "x-original-uri") || head.equals(name, "x-original-method")
    }

    /// What the gateway itself has added to `x-forwarded-for`: the last address of the last.
    ///
    /// Nobody's address is better than the gateway's own, by which every client would be inside.
    private func clientAddress(_ head: MessageHead) -> Range<Int>? {
        guard let value = head.headers.last(where: { head.equals($0.name, "x-forwarded-for") })?.value else {
            return nil
        }
        var start = value.upperBound
        while start > value.lowerBound, head.bytes[start - 1] != 44 { start -= 1 }
        while start < value.upperBound, ByteClass.isSpace(head.bytes[start]) { start += 1 }
        return start < value.upperBound ? start..<value.upperBound : nil
    }

    // MARK: The answer

    private func answer(_ answer: GateAnswer, malformed: Int) -> ServerResponse {
        counters.count(answer)
        var headers = [
            ("x-portcullis-decision", answer.isAllowed ? "allow" : "deny"),
            ("x-portcullis-reason", "\(answer.name)"),
        ]
        if let decision = answer.decision {
            headers.append(("x-portcullis-revision", "\(decision.revision)"))
        }
        guard !answer.passes else {
            if !answer.isAllowed { headers.append(("x-portcullis-dry-run", "true")) }
            return ServerResponse(200, headers: headers)
        }
        switch answer.reason {
        case .noCredential, .badCredential:
            headers.append(("www-authenticate", "Bearer"))
            return ServerResponse(401, headers: headers)
        case .malformed, .tooLarge: return ServerResponse(malformed, headers: headers)
        // What is not ready must not look like a server that is away, behind which some gateways let everything pass.
        default: return ServerResponse(403, headers: headers)
        }
    }
}
