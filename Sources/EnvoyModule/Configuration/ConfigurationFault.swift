/// Why a configuration is refused, in one line for Envoy's log.
struct ConfigurationFault: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}
