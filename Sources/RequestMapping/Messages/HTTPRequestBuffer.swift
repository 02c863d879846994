/// What a gateway knows of one HTTP request, copied into one buffer that the next request uses again.
///
/// A gateway lends its memory for the time of a call, so everything is copied, once; above this type nothing points
/// into a gateway. A buffer belongs to one thread. After the first requests nothing is allocated.
///
///     buffer.begin()
///     buffer.setMethod(method)
///     buffer.setTarget(target)
///     buffer.addHeader(name, value)
public final class HTTPRequestBuffer {
    /// Where a text lies in ``bytes``.
    public struct Slice: Sendable, Hashable {
        /// The offset of its first byte.
        public let start: Int
        /// How many bytes it has.
        public let count: Int

        static let empty = Slice(start: 0, count: 0)

        var range: Range<Int> { start..<(start + count) }

        /// Whether it has no bytes.
        public var isEmpty: Bool { count == 0 }
    }

    /// A header field as it came, one entry for each line of the message.
    public struct Header: Sendable {
        /// The name, in whatever case it came.
        public let name: Slice
        /// The value, without the space around it.
        public let value: Slice
    }

    /// A name of a verified client certificate.
    public struct CertificateName: Sendable {
        /// What kind of name it is.
        public enum Kind: UInt8, Sendable {
            /// A URI of the subject's alternative names, such as a SPIFFE ID.
            case uri
            /// A host name of the subject's alternative names.
            case dns
            /// The subject's distinguished name in RFC 2253 form.
            case subject
        }

        /// What kind of name it is.
        public let kind: Kind
        /// The name.
        public let text: Slice
    }

    /// Why a request cannot be taken over; it is then refused without being decided.
    public enum Fault: UInt8, Sendable {
        /// More headers, or more bytes, than ``byteCountMax`` and ``headerCountMax`` allow.
        case tooLarge
    }

    /// More bytes than gateways take: 256 KiB.
    public static let byteCountMax = 1 << 18
    /// More headers than gateways take.
    public static let headerCountMax = 512

    /// What is known of the request; one value, so that reading it costs one check of exclusive access.
    private(set) var message = HTTPMessage()

    /// The texts, one after the other; what stands in no ``Slice`` means nothing.
    public var bytes: [UInt8] { message.bytes }
    /// The method; empty until it is set.
    public var method: Slice { message.method }
    /// Path and query as they stand in the request line; empty until set.
    public var target: Slice { message.target }
    /// The host that the client asks, with its port where it names one.
    public var authority: Slice { message.authority }
    /// The address of the connection's other end, without a port; the gateway's own knowledge, never a header.
    public var peerAddress: Slice { message.peerAddress }
    /// The negotiated version of TLS, such as `TLSv1.3`; empty without TLS.
    public var tlsVersion: Slice { message.tlsVersion }
    /// The server's name that the client asked for in the TLS handshake.
    public var tlsServerName: Slice { message.tlsServerName }
    /// The headers in order.
    public var headers: [Header] { message.headers }
    /// The names of the client's certificate; there are some only if it was verified.
    public var certificateNames: [CertificateName] { message.certificateNames }
    /// Why this request cannot be taken over.
    public var fault: Fault? { message.fault }

    /// A buffer without a request.
    public init() {}

    /// Forgets the last request.
    public func begin() { message.begin() }

    /// Sets the method, such as `GET`.
    public func setMethod(_ text: borrowing Span<UInt8>) { message.method = message.append(text) }

    /// Sets path and query as the client sent them.
    public func setTarget(_ text: borrowing Span<UInt8>) { message.target = message.append(text) }

    /// Sets the host that the client asks.
    public func setAuthority(_ text: borrowing Span<UInt8>) { message.authority = message.append(text) }

    /// Sets the address of the connection's other end.
    public func setPeerAddress(_ text: borrowing Span<UInt8>) { message.peerAddress = message.append(text) }

    /// Sets the version of TLS.
    public func setTLSVersion(_ text: borrowing Span<UInt8>) { message.tlsVersion = message.append(text) }

    /// Sets the name asked for in the TLS handshake.
    public func setTLSServerName(_ text: borrowing Span<UInt8>) {
        message.tlsServerName = message.append(text)
    }

    /// Adds a header line.
    public func addHeader(_ name: borrowing Span<UInt8>, _ value: borrowing Span<UInt8>) {
        message.addHeader(name, value)
    }

    /// Adds a name of the client's certificate, which the gateway has verified.
    public func addCertificateName(_ kind: CertificateName.Kind, _ text: borrowing Span<UInt8>) {
        message.addCertificateName(kind, text)
    }
}
