package import GatewayRuntime
package import RequestMapping

/// Decides requests that gateways describe, for one thread.
package protocol RequestDecider: AnyObject {
    /// The request that is decided next.
    var request: HTTPRequestBuffer { get }
    /// Decides it.
    func decide() -> GateAnswer
}

extension GatewayWorker: RequestDecider {}
