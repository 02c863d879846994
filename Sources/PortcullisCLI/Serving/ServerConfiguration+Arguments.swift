import DecisionServer

/// A server's configuration from the words of a command line.
extension ServerConfiguration {
    static let valued: Set<String> = [
        "--listen", "--admin-listen", "--threads", "--socket-mode", "--tls-cert", "--tls-key", "--client-ca",
        "--client-name", "--admin-client-name", "--tokens", "--admin-tokens", "--body-max", "--head-max",
        "--headers-max", "--connections-max", "--head-timeout", "--body-timeout", "--send-timeout",
        "--idle-timeout", "--drain-delay", "--drain-timeout",
    ]
    static let flags: Set<String> = ["--allow-unprotected", "--trust-client-cert-header"]

    init(_ arguments: Arguments) throws(CommandFailure) {
        self.init(listeners: try arguments.addresses("--listen"))
        adminListeners = try arguments.addresses("--admin-listen")
        guard !listeners.isEmpty else { throw .usage("`--listen` is needed") }
        if let threads = try arguments.number("--threads", 1...256) { self.threads = threads }
        if let text = try arguments.value("--socket-mode") {
            guard let mode = UInt32(text, radix: 8), mode <= 0o777 else {
                throw .usage("`--socket-mode` needs octal permissions such as 660, not `\(text)`")
            }
            socketPermissions = mode
        }
        try readProtection(arguments)
        try readLimits(arguments)
        gateways.trustsClientCertificate = arguments.has("--trust-client-cert-header")
    }

    private mutating func readProtection(_ arguments: Arguments) throws(CommandFailure) {
        let (certificate, key) = (try arguments.value("--tls-cert"), try arguments.value("--tls-key"))
        let authorities = try arguments.value("--client-ca")
        if let certificate, let key {
            tls = TLSFiles(certificate: certificate, key: key, clientAuthorities: authorities)
        } else if certificate != nil || key != nil || authorities != nil {
            throw .usage("TLS needs both `--tls-cert` and `--tls-key`")
        }
        access.tokens = try arguments.value("--tokens")
        access.adminTokens = try arguments.value("--admin-tokens")
        access.clientNames = arguments.all("--client-name")
        access.adminClientNames = arguments.all("--admin-client-name")
        access.allowsUnprotected = arguments.has("--allow-unprotected")
    }

    private mutating func readLimits(_ arguments: Arguments) throws(CommandFailure) {
        let counts: [(String, WritableKeyPath<ServingLimits, Int>)] = [
            ("--body-max", \.bodyBytesMax), ("--head-max", \.headBytesMax),
            ("--headers-max", \.headerCountMax),
            ("--connections-max", \.connectionsMax),
        ]
        for (option, path) in counts {
            if let count = try arguments.number(option, 1...1 << 30) { limits[keyPath: path] = count }
        }
        let times: [(String, WritableKeyPath<ServingLimits, Double>)] = [
            ("--head-timeout", \.headSeconds), ("--body-timeout", \.bodySeconds),
            ("--send-timeout", \.sendSeconds), ("--idle-timeout", \.idleSeconds),
        ]
        for (option, path) in times {
            if let seconds = try arguments.time(option) { limits[keyPath: path] = seconds }
        }
        if let seconds = try arguments.time("--drain-delay") { drainDelaySeconds = seconds }
        if let seconds = try arguments.time("--drain-timeout") { drainSeconds = seconds }
    }
}

extension Arguments {
    fileprivate func addresses(_ option: String) throws(CommandFailure) -> [ListenAddress] {
        var addresses: [ListenAddress] = []
        for text in all(option) {
            guard let address = ListenAddress(text) else {
                throw .usage(
                    "`\(option)` needs a numeric address with a port, or `unix:` and a path, not `\(text)`"
                )
            }
            addresses.append(address)
        }
        return addresses
    }

    /// A whole number within bounds; nil where the option is absent.
    fileprivate func number(_ option: String, _ bounds: ClosedRange<Int>) throws(CommandFailure) -> Int? {
        guard let number = try count(option) else { return nil }
        guard bounds.contains(number) else {
            throw .usage(
                "`\(option)` must be from \(bounds.lowerBound) to \(bounds.upperBound), not \(number)"
            )
        }
        return number
    }

    /// A time of at most a day, in seconds.
    fileprivate func time(_ option: String) throws(CommandFailure) -> Double? {
        guard let seconds = try seconds(option) else { return nil }
        guard seconds <= 86_400 else { throw .usage("`\(option)` must be at most `1d`") }
        return Double(seconds)
    }
}
