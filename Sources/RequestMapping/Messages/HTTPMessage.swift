/// What a gateway knows of one HTTP request: texts in one buffer, and where each stands.
struct HTTPMessage {
    /// The texts, one after the other; what comes after ``byteCount`` means nothing.
    private(set) var bytes = [UInt8](repeating: 0, count: 4_096)
    private var byteCount = 0
    var method = HTTPRequestBuffer.Slice.empty
    var target = HTTPRequestBuffer.Slice.empty
    var authority = HTTPRequestBuffer.Slice.empty
    var peerAddress = HTTPRequestBuffer.Slice.empty
    var tlsVersion = HTTPRequestBuffer.Slice.empty
    var tlsServerName = HTTPRequestBuffer.Slice.empty
    var headers: [HTTPRequestBuffer.Header] = []
    var certificateNames: [HTTPRequestBuffer.CertificateName] = []
    var fault: HTTPRequestBuffer.Fault?

    init() {
        headers.reserveCapacity(64)
        certificateNames.reserveCapacity(8)
    }

    mutating func begin() {
        byteCount = 0
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

    mutating func addHeader(_ name: borrowing Span<UInt8>, _ value: borrowing Span<UInt8>) {
        guard headers.count < HTTPRequestBuffer.headerCountMax else {
            fault = .tooLarge
            return
        }
        headers.append(HTTPRequestBuffer.Header(name: append(name), value: append(value)))
    }

    mutating func addCertificateName(
        _ kind: HTTPRequestBuffer.CertificateName.Kind,
        _ text: borrowing Span<UInt8>
    ) {
        guard certificateNames.count < HTTPRequestBuffer.headerCountMax else {
            fault = .tooLarge
            return
        }
        certificateNames.append(HTTPRequestBuffer.CertificateName(kind: kind, text: append(text)))
    }

    mutating func append(_ text: borrowing Span<UInt8>) -> HTTPRequestBuffer.Slice {
        guard text.count <= HTTPRequestBuffer.byteCountMax - byteCount else {
            fault = .tooLarge
            return .empty
        }
        let start = byteCount
        if text.count > bytes.count - start { makeRoom(for: start + text.count) }
        guard ByteScan.copy(text, to: &bytes, at: start) else {
            fault = .tooLarge
            return .empty
        }
        byteCount = start + text.count
        return HTTPRequestBuffer.Slice(start: start, count: text.count)
    }

    private mutating func makeRoom(for count: Int) {
        let more = max(count, 2 * bytes.count) - bytes.count
        bytes.append(contentsOf: repeatElement(0, count: more))
    }
}
