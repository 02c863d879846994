import Dispatch
import Synchronization

/// How a web server is spoken to.
public struct HTTPOptions: Sendable {
    /// How long connecting may take.
    public var connectTimeout = Duration.seconds(10)
    /// How long an answer may take as a whole; what was asked of the server to wait comes on top.
    public var timeout = Duration.seconds(300)
    /// A transfer that is slower than a byte a second for so long is given up.
    public var stallTimeout = Duration.seconds(30)
    /// A proxy's address; nil for what the environment says (`https_proxy`, `no_proxy`).
    public var proxy: String?
    /// A file of certificates that servers' must lead to, in PEM; nil for the system's.
    public var certificateAuthorities: String?
    /// This client's certificate and private key, as files in PEM.
    public var clientCertificate: (certificate: String, key: String)?
    /// Further header lines, such as `Authorization: Bearer …`; never logged.
    ///
    /// A redirection takes `Authorization` and `Cookie` to the same host only. With any other line none is followed,
    /// since that line may be a secret, too.
    public var headers: [String] = []

    /// The defaults.
    public init() {}
}

/// What a server answered.
struct HTTPAnswer: Sendable {
    var status: Int
    var entityTag: String?
    var retryAfterSeconds: Int?
    var body: [UInt8] = []
}

/// Fetches by libcurl: one transfer at a time, on a thread of its own.
///
/// Certificates and host names are verified, and that cannot be turned off; redirections lead from HTTPS to HTTPS only.
final class HTTPClient: Sendable {
    private let options: HTTPOptions
    private let queue = DispatchQueue(label: "portcullis.http")
    private let connection = HTTPConnection()

    init(_ options: HTTPOptions) { self.options = options }

    /// Asks for an address.
    ///
    /// - Parameters:
    ///   - headers: header lines beside those of the options.
    ///   - byteCountMax: a longer body is a failure, as soon as it is known to be longer.
    ///   - patience: how long the server may wait before it answers.
    /// - Throws: ``SourceFailure`` where there is no whole answer.
    func get(
        _ address: String,
        headers: [String] = [],
        byteCountMax: Int,
        patience: Duration = .zero
    ) async throws(SourceFailure) -> HTTPAnswer {
        let transfer = HTTPTransfer(byteCountMax: byteCountMax)
        let result: Result<HTTPAnswer, SourceFailure> = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                queue.async { [options, connection] in
                    guard let connection else {
                        continuation.resume(returning: .failure(SourceFailure("libcurl cannot be used")))
                        return
                    }
                    let result = Result { () throws(SourceFailure) in
                        try transfer.perform(over: connection, address, headers, options, patience)
                    }
                    continuation.resume(returning: result)
                }
            }
        } onCancel: {
            transfer.cancel()
        }
        return try result.get()
    }
}
