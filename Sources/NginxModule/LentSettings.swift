import CNginxModule
import GatewayRuntime

extension GatewayConfiguration {
    /// The settings of nginx, copied.
    init(_ settings: UnsafePointer<portcullis_nginx_settings>) {
        // INVARIANT: the settings, with every text in them, are lent until this returns.
        let settings = unsafe settings.pointee
        var policies = unsafe Policies(source: settings.policies.string)
        let keys = unsafe UnsafeBufferPointer(start: settings.trusted_keys, count: settings.trusted_key_count)
        policies.trustedKeys = unsafe keys.map { unsafe $0.string }
        policies.channel = unsafe settings.channel.stringIfAny
        policies.stalenessLimitSeconds = unsafe settings.staleness_limit == 0 ? nil : settings.staleness_limit
        policies.intervalSeconds = unsafe settings.interval == 0 ? nil : settings.interval
        self.init(policies: policies, mapping: unsafe settings.mapping.string)
        startSeconds = unsafe settings.start_limit
    }
}
