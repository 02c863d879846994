public import CEnvoyABI
internal import Dispatch

// The hooks in which something is decided; CEnvoyABI has the others.
//
// INVARIANT: Envoy hands back the addresses that these hooks gave it, and none of them after its `destroy`. An object is
// retained once for its address.

/// Reads a filter's configuration; nil makes Envoy refuse it.
@_cdecl("envoy_dynamic_module_on_http_filter_config_new")
public func makeFilter(
    _ envoy: UnsafeMutableRawPointer?,
    _ name: envoy_text,
    _ text: envoy_text
) -> UnsafeRawPointer? {
    guard let envoy = unsafe envoy else { return nil }
    let name = unsafe LentText(name).string
    let text = unsafe LentText(text).string
    do throws(ConfigurationFault) {
        let settings = try FilterSettings(text, name: name)
        let counters = try FilterCounters(unsafe EnvoyConfiguration(envoy), prefix: settings.name)
        let filter = try GatewayFilter(settings, counters)
        return unsafe UnsafeRawPointer(Unmanaged.passRetained(filter).toOpaque())
    } catch {
        EnvoyProcess.log(ENVOY_LOG_ERROR, "the filter `\(name)` is refused: \(error)")
        return nil
    }
}

/// Ends a filter.
@_cdecl("envoy_dynamic_module_on_http_filter_config_destroy")
public func destroyFilter(_ address: UnsafeRawPointer?) {
    guard let address = unsafe address else { return }
    let filter = unsafe Unmanaged<GatewayFilter>.fromOpaque(address)
    GatewayFilter.forget(unsafe filter.takeUnretainedValue())
    guard !EnvoyProcess.isOnMainThread else { return unsafe filter.release() }
    // The last reference ends the gateway's threads and waits for them, which a thread with requests must not.
    let last = unsafe filter.takeRetainedValue()
    DispatchQueue.global().async { withExtendedLifetime(last) {} }
}

/// Reads what a route says about the filter of this name; nil makes Envoy refuse it.
@_cdecl("envoy_dynamic_module_on_http_filter_per_route_config_new")
public func makeRoute(_ name: envoy_text, _ text: envoy_text) -> UnsafeRawPointer? {
    let name = unsafe LentText(name).string
    let text = unsafe LentText(text).string
    do throws(ConfigurationFault) {
        let route = try RouteSettings(text, name: name)
        try GatewayFilter.announce(route)
        return unsafe UnsafeRawPointer(Unmanaged.passRetained(route).toOpaque())
    } catch {
        EnvoyProcess.log(ENVOY_LOG_ERROR, "a route's settings for `\(name)` are refused: \(error)")
        return nil
    }
}

/// Ends what a route said.
@_cdecl("envoy_dynamic_module_on_http_filter_per_route_config_destroy")
public func destroyRoute(_ address: UnsafeRawPointer?) {
    guard let address = unsafe address else { return }
    unsafe Unmanaged<RouteSettings>.fromOpaque(address).release()
}

/// A request needs nothing of its own, so its filter is the configuration.
@_cdecl("envoy_dynamic_module_on_http_filter_new")
public func startStream(_ filter: UnsafeRawPointer?, _ envoy: UnsafeMutableRawPointer?) -> UnsafeRawPointer? {
    unsafe filter
}

/// Decides a request.
@_cdecl("envoy_dynamic_module_on_http_filter_request_headers")
public func decideRequest(
    _ envoy: UnsafeMutableRawPointer?,
    _ filter: UnsafeRawPointer?,
    _ isLast: Bool
) -> CInt {
    guard let envoy = unsafe envoy, let filter = unsafe filter else { return CInt(ENVOY_STOP) }
    let stream = unsafe EnvoyStream(envoy)
    let passes = unsafe Unmanaged<GatewayFilter>.fromOpaque(filter)._withUnsafeGuaranteedRef {
        $0.admit(stream)
    }
    return CInt(passes ? ENVOY_CONTINUE : ENVOY_STOP)
}

/// Tells the client of the decision, where it should know.
@_cdecl("envoy_dynamic_module_on_http_filter_response_headers")
public func markResponse(
    _ envoy: UnsafeMutableRawPointer?,
    _ filter: UnsafeRawPointer?,
    _ isLast: Bool
) -> CInt {
    guard let envoy = unsafe envoy, let filter = unsafe filter else { return CInt(ENVOY_CONTINUE) }
    let stream = unsafe EnvoyStream(envoy)
    unsafe Unmanaged<GatewayFilter>.fromOpaque(filter)._withUnsafeGuaranteedRef { $0.mark(stream) }
    return CInt(ENVOY_CONTINUE)
}
