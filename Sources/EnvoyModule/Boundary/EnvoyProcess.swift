internal import CEnvoyABI
internal import GatewayRuntime
internal import Glibc

/// The Envoy around this module.
///
/// - INVARIANT: every callback that is called here was there when the module was loaded, and copies what it is given.
enum EnvoyProcess {
    /// How many threads handle requests; asked on the main thread.
    static var workerCount: Int { Int(envoy_dynamic_module_callback_get_concurrency()) }

    /// Whether this Envoy only looks at its configuration; asked on the main thread.
    static var isValidating: Bool { envoy_dynamic_module_callback_is_validation_mode() }

    /// Whether this thread is the process's first, which has time to wait.
    static var isOnMainThread: Bool { envoy_thread_is_first() }

    /// Writes a line to Envoy's log, from any thread.
    static func log(_ level: Int, _ line: String) {
        withText("portcullis: " + line) { unsafe envoy_dynamic_module_callback_log(CInt(level), $0.raw) }
    }

    /// The log of gateways.
    static let gatewayLog = GatewayLog { level, line in
        switch level {
        case .info: log(ENVOY_LOG_INFO, line)
        case .warning: log(ENVOY_LOG_WARNING, line)
        }
    }

    /// Defines a counter of a filter's configuration; nil where Envoy refuses it.
    static func defineCounter(_ configuration: EnvoyConfiguration, _ name: String) -> Int? {
        var counter = 0
        let result = withText(name) { name in
            unsafe envoy_dynamic_module_callback_http_filter_config_define_counter(
                configuration.address,
                name.raw,
                nil,
                0,
                &counter
            )
        }
        return result == 0 ? counter : nil
    }

    /// Defines a gauge of a filter's configuration; nil where Envoy refuses it.
    static func defineGauge(_ configuration: EnvoyConfiguration, _ name: String) -> Int? {
        var gauge = 0
        let result = withText(name) { name in
            unsafe envoy_dynamic_module_callback_http_filter_config_define_gauge(
                configuration.address,
                name.raw,
                nil,
                0,
                &gauge
            )
        }
        return result == 0 ? gauge : nil
    }

    private static func withText<Result>(_ string: String, _ body: (LentText) -> Result) -> Result {
        var string = string
        return string.withUTF8 { body(unsafe LentText($0)) }
    }
}

/// The configuration of a filter in Envoy, while the hook runs that reads it.
@safe struct EnvoyConfiguration {
    let address: UnsafeMutableRawPointer

    init(_ address: UnsafeMutableRawPointer) { unsafe self.address = address }
}
