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

    /// The texts, one after the other.
    public private(set) var bytes: [UInt8] = []
    /// The method; empty until it is set.
    public private(set) var method = Slice.empty
    /// Path and query as they stand in the request line; empty until set.
    public private(set) var target = Slice.empty
    /// The host that the client asks, with its port where it names one.
    public private(set) var authority = Slice.empty
    /// The address of the connection's other end, without a port; the gateway's own knowledge, never a header.
    public private(set) var peerAddress = Slice.empty
    /// The negotiated version of TLS, such as `TLSv1.3`; empty without TLS.
    public private(set) var tlsVersion = Slice.empty
    /// The server's name that the client asked for in the TLS handshake.
    public private(set) var tlsServerName = Slice.empty
    /// The headers in order.
    public private(set) var headers: [Header] = []
    /// The names of the client's certificate; there are some only if it was verified.
    public private(set) var certificateNames: [CertificateName] = []
    /// Why this request cannot be taken over.
    public private(set) var fault: Fault?

    /// A buffer without a request.
    public init() {
        bytes.reserveCapacity(4096)
        headers.reserveCapacity(64)
        certificateNames.reserveCapacity(8)
    }

    /// Forgets the last request.
    public func begin() {
        bytes.removeAll(keepingCapacity: true)
        headers.removeAll(keepingCapacity: true)
        certificateNames.removeAll(keepingCapacity: true)
        method = .empty
        target = .empty
        authority = .empty
        peerAddress = .empty
        tlsVersion = .empty
        tlsServerName = .empty
        fault = nil
    }

    /// Sets the method, such as `GET`.
    public func setMethod(_ text: borrowing Span<UInt8>) { method = append(text) }

    /// Sets path and query as the client sent them.
    public func setTarget(_ text: borrowing Span<UInt8>) { target = append(text) }

    /// Sets the host that the client asks.
    public func setAuthority(_ text: borrowing Span<UInt8>) { authority = append(text) }

    /// Sets the address of the connection's other end.
    public func setPeerAddress(_ text: borrowing Span<UInt8>) { peerAddress = append(text) }

    /// Sets the version of TLS.
    public func setTLSVersion(_ text: borrowing Span<UInt8>) { tlsVersion = append(text) }

    /// Sets the name asked for in the TLS handshake.
    public func setTLSServerName(_ text: borrowing Span<UInt8>) { tlsServerName = append(text) }

    /// Adds a header line.
    public func addHeader(_ name: borrowing Span<UInt8>, _ value: borrowing Span<UInt8>) {
        guard headers.count < Self.headerCountMax else {
            fault = .tooLarge
            return
        }
        headers.append(Header(name: append(name), value: append(value)))
    }

    /// Adds a name of the client's certificate, which the gateway has verified.
    public func addCertificateName(_ kind: CertificateName.Kind, _ text: borrowing Span<UInt8>) {
        guard certificateNames.count < Self.headerCountMax else {
            fault = .tooLarge
            return
        }
        certificateNames.append(CertificateName(kind: kind, text: append(text)))
    }

    private func append(_ text: borrowing Span<UInt8>) -> Slice {
        guard bytes.count + text.count <= Self.byteCountMax else {
            fault = .tooLarge
            return .empty
        }
        let start = bytes.count
        ByteScan.append(text, to: &bytes)
        return Slice(start: start, count: text.count)
    }
}
