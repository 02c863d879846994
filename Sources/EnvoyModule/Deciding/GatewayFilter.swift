internal import CEnvoyABI
internal import GatewayRuntime
internal import RequestMapping
internal import Synchronization

/// A filter as a listener configures it: its gateway, and what each of Envoy's threads needs to ask it.
///
/// - INVARIANT: a thread with a number uses ``threads`` at that number only, so no two use the same at once; the rest is
///   immutable or behind locks.
final class GatewayFilter: @unchecked Sendable {
    let settings: FilterSettings
    let counters: FilterCounters
    private let threads: [FilterThread]
    /// Gateways of the mappings that routes name, by number.
    private let routed = Mutex<[Int: Gateway]>([:])

    /// Follows policies and mapping from now on; waits for the first policies.
    init(_ settings: FilterSettings, _ counters: FilterCounters) throws(ConfigurationFault) {
        self.settings = settings
        self.counters = counters
        let gateway = try SharedGateways.started(settings.gateway, settings)
        threads = (0..<EnvoyProcess.workerCount).map { _ in FilterThread(gateway) }
        let mappings = Self.known.withLock { known in
            known.filters[ObjectIdentifier(self)] = Weak(self)
            return known.mappings[settings.name] ?? [:]
        }
        for mapping in mappings.values {
            do throws(ConfigurationFault) {
                try use(mapping)
            } catch {
                // Its routes are refused, and no others.
                EnvoyProcess.log(ENVOY_LOG_ERROR, "routes of `\(settings.name)` are closed: \(error)")
            }
        }
    }

    // MARK: Routes

    private struct Weak: Sendable {
        weak let filter: GatewayFilter?
        init(_ filter: GatewayFilter) { self.filter = filter }
    }

    /// Filters that live, and the mappings that routes named; used when configurations change.
    private struct Known {
        var filters: [ObjectIdentifier: Weak] = [:]
        var mappings: [String: [Int: RouteMapping]] = [:]
    }

    private static let known = Mutex(Known())

    /// Prepares the filters of a route's name for what it says; those that come later do it for themselves.
    static func announce(_ route: RouteSettings) throws(ConfigurationFault) {
        guard let mapping = route.mapping else { return }
        let filters = known.withLock { known in
            known.mappings[route.filterName, default: [:]][mapping.number] = mapping
            return known.filters.values.compactMap(\.filter)
        }
        for filter in filters where filter.settings.name == route.filterName { try filter.use(mapping) }
    }

    /// Takes a filter from the list that routes are announced to.
    static func forget(_ filter: GatewayFilter) {
        known.withLock { _ = $0.filters.removeValue(forKey: ObjectIdentifier(filter)) }
    }

    private func use(_ mapping: RouteMapping) throws(ConfigurationFault) {
        guard routed.withLock({ $0[mapping.number] == nil }) else { return }
        var configuration = settings.gateway
        configuration.mapping = mapping.path
        let gateway = try SharedGateways.started(configuration, settings)
        routed.withLock { $0[mapping.number] = gateway }
    }

    /// The gateway of a route's mapping; for the first request of a thread, since it locks.
    func gateway(for mapping: RouteMapping) -> Gateway? { routed.withLock { $0[mapping.number] } }

    // MARK: Requests

    /// Decides a request; false where it was answered here.
    func admit(_ stream: EnvoyStream) -> Bool {
        let index = stream.workerIndex
        guard index < threads.count else {
            Denial.send(GateAnswer(.notReady), stream)
            return false
        }
        return threads[index].admit(stream, self)
    }

    /// Tells the client how its request was decided, where it should know.
    func mark(_ stream: EnvoyStream) {
        if settings.setsResponseHeaders { DecisionMetadata.copyToResponse(stream) }
    }
}
