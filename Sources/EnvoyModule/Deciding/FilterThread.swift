internal import CEnvoyABI
internal import GatewayRuntime
internal import Portcullis
internal import RequestMapping

/// What one of Envoy's threads needs to decide the requests of a filter.
///
/// After the first requests nothing is allocated.
final class FilterThread {
    private let worker: GatewayWorker
    /// Workers for the mappings that routes name, by number; nil until the first request.
    private var routed: [GatewayWorker?] = []
    private let fields = HeaderFields()
    private var ownHeaders = OwnHeaders()
    /// The revision that Envoy's gauge shows, as far as this thread knows.
    private var revision: UInt64?
    private var hasComplainedOfAddress = false

    init(_ gateway: Gateway) { worker = gateway.makeWorker() }

    /// Decides a request; false where it was answered here.
    func admit(_ stream: EnvoyStream, _ filter: GatewayFilter) -> Bool {
        let route = stream.route
        guard let worker = worker(for: route, filter) else {
            return conclude(GateAnswer(.notReady), self.worker, stream, filter)
        }
        worker.request.begin()
        let fault = takeHeaders(worker.request, stream)
        if let route, route.isDisabled, fault == nil {
            stream.increment(filter.counters.disabled)
            return true
        }
        var answer: GateAnswer
        if let fault {
            answer = GateAnswer(fault)
        } else if takeConnection(worker.request, stream, filter.settings) {
            answer = worker.decide()
        } else {
            answer = GateAnswer(.failed)
        }
        if !answer.isDryRun, route?.isDryRun ?? filter.settings.isDryRun {
            answer = GateAnswer(
                answer.reason,
                decision: answer.decision,
                route: answer.route,
                isDryRun: true
            )
        }
        return conclude(answer, worker, stream, filter)
    }

    private func worker(for route: RouteSettings?, _ filter: GatewayFilter) -> GatewayWorker? {
        guard let mapping = route?.mapping else { return worker }
        if mapping.number < routed.count, let worker = routed[mapping.number] { return worker }
        guard let gateway = filter.gateway(for: mapping) else { return nil }
        while routed.count <= mapping.number { routed.append(nil) }
        let worker = gateway.makeWorker()
        routed[mapping.number] = worker
        return worker
    }

    // MARK: Reading

    /// Copies method, target, host and headers, and removes headers that only this filter may set.
    ///
    /// - Returns: why they cannot be taken over; nil where they are.
    private func takeHeaders(_ request: HTTPRequestBuffer, _ stream: EnvoyStream) -> GateAnswer.Reason? {
        ownHeaders.begin()
        guard let count = stream.readRequestHeaders(fields) else { return .tooLarge }
        var fault: GateAnswer.Reason?
        for index in 0..<count { fault = take(fields.header(at: index), request) ?? fault }
        ownHeaders.remove(from: stream)
        return fault
    }

    /// Copies one header, or says why it cannot be taken over.
    private func take(_ header: LentHeader?, _ request: HTTPRequestBuffer) -> GateAnswer.Reason? {
        guard let header, header.isSound else { return .malformed }
        guard !header.isTooLarge else { return .tooLarge }
        header.name.withSpan { name in
            header.value.withSpan { value in
                guard name[0] == UInt8(ascii: ":") else {
                    if !ownHeaders.take(name) { request.addHeader(name, value) }
                    return
                }
                switch name.count {
                case 7 where name[1] == UInt8(ascii: "m"): request.setMethod(value)
                case 5: request.setTarget(value)
                case 10: request.setAuthority(value)
                default: break
                }
            }
        }
        return nil
    }

    /// Copies what the connection tells of the client; false where the address is not the connection's and should be.
    private func takeConnection(
        _ request: HTTPRequestBuffer,
        _ stream: EnvoyStream,
        _ settings: FilterSettings
    ) -> Bool {
        let isTrue = stream.attribute(ENVOY_ATTRIBUTE_SOURCE_ADDRESS)?.withSpan { text in
            let address = PeerAddress(text)
            guard !address.isDerived || settings.peerAddress == .envoy else { return false }
            if let host = address.host { request.setPeerAddress(text.extracting(host)) }
            return true
        }
        guard isTrue ?? true else {
            complainOfAddress(settings)
            return false
        }
        guard let version = stream.attribute(ENVOY_ATTRIBUTE_TLS_VERSION) else { return true }
        version.withSpan { request.setTLSVersion($0) }
        stream.attribute(ENVOY_ATTRIBUTE_REQUESTED_SERVER_NAME)?.withSpan { request.setTLSServerName($0) }
        guard settings.clientCertificates == .verified else { return true }
        takeName(.uri, ENVOY_ATTRIBUTE_PEER_URI, request, stream)
        takeName(.dns, ENVOY_ATTRIBUTE_PEER_DNS_NAME, request, stream)
        takeName(.subject, ENVOY_ATTRIBUTE_PEER_SUBJECT, request, stream)
        return true
    }

    private func takeName(
        _ kind: HTTPRequestBuffer.CertificateName.Kind,
        _ attribute: Int,
        _ request: HTTPRequestBuffer,
        _ stream: EnvoyStream
    ) {
        stream.attribute(attribute)?.withSpan { name in
            if !name.isEmpty { request.addCertificateName(kind, name) }
        }
    }

    private func complainOfAddress(_ settings: FilterSettings) {
        guard !hasComplainedOfAddress else { return }
        hasComplainedOfAddress = true
        let reason = "refuses requests whose address Envoy took from a header: set use_remote_address"
        EnvoyProcess.log(ENVOY_LOG_ERROR, "`\(settings.name)` \(reason)")
    }

    // MARK: Answering

    private func conclude(
        _ answer: GateAnswer,
        _ worker: GatewayWorker,
        _ stream: EnvoyStream,
        _ filter: GatewayFilter
    ) -> Bool {
        let passes = answer.passes
        count(answer, passes, stream, filter.counters)
        if filter.settings.setsMetadata { DecisionMetadata.set(answer, worker, stream) }
        guard passes else {
            Denial.send(answer, stream)
            return false
        }
        if filter.settings.setsRequestHeaders { DecisionMetadata.setRequestHeaders(answer, stream) }
        return true
    }

    private func count(
        _ answer: GateAnswer,
        _ passes: Bool,
        _ stream: EnvoyStream,
        _ counters: FilterCounters
    ) {
        if let counter = counters.count(of: answer.reason) { stream.increment(counter) }
        if !passes { stream.increment(counters.denied) }
        if passes, !answer.isAllowed { stream.increment(counters.wouldDeny) }
        if let decision = answer.decision, decision.revision != revision {
            revision = decision.revision
            stream.setGauge(counters.revision, decision.revision)
        }
    }
}
