/// What the server believes of what a gateway tells about its client.
///
/// A gateway must set or remove each header that is believed, whatever the client sent.
public struct GatewayHeaders: Sendable, Hashable {
    /// Whether `x-forwarded-client-cert` names the client's verified certificate.
    public var trustsClientCertificate = false

    /// No certificates.
    public init() {}
}
