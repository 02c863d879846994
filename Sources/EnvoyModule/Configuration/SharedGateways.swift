internal import CEnvoyABI
internal import GatewayRuntime
internal import Synchronization

/// The gateways of this process, one for each configuration, for as long as some filter uses it.
///
/// A listener that is replaced by one with the same filter goes on with the gateway that runs.
enum SharedGateways {
    private struct Weak: Sendable {
        weak let gateway: Gateway?
        init(_ gateway: Gateway) { self.gateway = gateway }
    }

    private static let live = Mutex<[GatewayConfiguration: Weak]>([:])

    /// The gateway of a configuration, running.
    ///
    /// Called on Envoy's main thread only, so that no two are made for one configuration.
    static func started(
        _ configuration: GatewayConfiguration,
        _ settings: FilterSettings
    ) throws(ConfigurationFault) -> Gateway {
        do throws(GatewayError) {
            if let gateway = live.withLock({ $0[configuration]?.gateway }) { return gateway }
            let gateway = try Gateway(configuration, log: EnvoyProcess.gatewayLog)
            // Looking at a configuration must not disturb the folder in which a running gateway keeps its policies.
            if !EnvoyProcess.isValidating { try start(gateway, settings) }
            live.withLock { live in
                live = live.filter { $0.value.gateway != nil }
                live[configuration] = Weak(gateway)
            }
            return gateway
        } catch {
            throw ConfigurationFault(error.description)
        }
    }

    private static func start(_ gateway: Gateway, _ settings: FilterSettings) throws(GatewayError) {
        do throws(GatewayError) {
            try gateway.start()
        } catch {
            guard settings.startsWithoutPolicies else { throw error }
            EnvoyProcess.log(ENVOY_LOG_WARNING, "everything is denied until there are policies: \(error)")
        }
    }
}
