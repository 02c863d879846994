import CCurl

/// One POST of JSON to a server.
struct HTTPPost {
    var url: String
    var body: String
    /// The value of the header `Authorization`.
    var authorization: String?
    var security = EtcdTLS()
    /// For how long everything may take; nil for a stream that goes on.
    var timeout: Duration?
    var connectTimeout: Duration
    /// The most bytes that are kept until somebody takes them.
    var byteCountMax = 256 << 20
}

/// A transfer that is under way, or has ended.
///
/// - INVARIANT: libcurl calls `receive` only in the turns of the loop that holds this object alive, on its thread; the
///   handle and the list of headers are made and freed here.
@safe final class Transfer {
    /// How a transfer ended.
    enum Outcome: Equatable {
        /// The server answered to the end, with this status.
        case answered(Int)
        /// It could not be reached, or the connection broke.
        case broken(String)
    }

    let handle: UnsafeMutableRawPointer
    private var headers: UnsafeMutablePointer<curl_slist>?
    private var received: [UInt8] = []
    private let byteCountMax: Int
    /// Nil while it is under way.
    private(set) var outcome: Outcome?

    /// What the loop knows it by.
    var key: UInt { unsafe UInt(bitPattern: handle) }

    init(_ post: HTTPPost) throws(EtcdFailure) {
        guard let handle = unsafe curl_easy_init() else {
            throw .unreachable("libcurl cannot begin a transfer")
        }
        unsafe self.handle = handle
        byteCountMax = post.byteCountMax
        guard set(post) else { throw .unreachable("libcurl does not take the options of a transfer") }
    }

    deinit {
        unsafe curl_easy_cleanup(handle)
        unsafe curl_slist_free_all(headers)
    }

    /// What came since the last call.
    func takeReceived() -> [UInt8] {
        defer { received.removeAll() }
        return received
    }

    func end(with code: CURLcode) {
        guard outcome == nil else { return }
        guard code == CURLE_OK else {
            let words = unsafe curl_easy_strerror(code).map { unsafe String(cString: $0) } ?? ""
            outcome = .broken(words)
            return
        }
        var status = 0
        unsafe portcullis_curl_get_status(handle, &status)
        outcome = .answered(status)
    }

    /// INVARIANT: libcurl copies every text before the call returns; `self` outlives the transfer.
    private func set(_ post: HTTPPost) -> Bool {
        var lines = ["Content-Type: application/json", "Expect:"]
        if let token = post.authorization { lines.append("Authorization: \(token)") }
        for line in lines {
            guard let longer = unsafe curl_slist_append(headers, line) else { return false }
            unsafe headers = longer
        }
        var texts: [(CURLoption, String)] = [
            (CURLOPT_URL, post.url), (CURLOPT_PROTOCOLS_STR, "http,https"), (CURLOPT_NOPROXY, "*"),
        ]
        if let file = post.security.authorityFile { texts.append((CURLOPT_CAINFO, file)) }
        if let file = post.security.certificateFile { texts.append((CURLOPT_SSLCERT, file)) }
        if let file = post.security.keyFile { texts.append((CURLOPT_SSLKEY, file)) }
        let numbers: [(CURLoption, Int)] = [
            (CURLOPT_NOSIGNAL, 1), (CURLOPT_POST, 1), (CURLOPT_TCP_KEEPALIVE, 1),
            (CURLOPT_TCP_KEEPIDLE, 15), (CURLOPT_TCP_KEEPINTVL, 5),
            (CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_1_1),
            (CURLOPT_TIMEOUT_MS, post.timeout.map { Int($0.milliseconds) } ?? 0),
            (CURLOPT_CONNECTTIMEOUT_MS, Int(post.connectTimeout.milliseconds)),
        ]
        for (option, text) in texts {
            guard unsafe portcullis_curl_set_text(handle, option, text) == CURLE_OK else { return false }
        }
        for (option, number) in numbers {
            guard unsafe portcullis_curl_set_long(handle, option, number) == CURLE_OK else { return false }
        }
        let count = curl_off_t(post.body.utf8.count)
        let context = unsafe Unmanaged.passUnretained(self).toOpaque()
        let codes = unsafe [
            portcullis_curl_set_size(handle, CURLOPT_POSTFIELDSIZE_LARGE, count),
            portcullis_curl_set_text(handle, CURLOPT_COPYPOSTFIELDS, post.body),
            portcullis_curl_set_headers(handle, headers),
            portcullis_curl_set_body(handle, Self.receive, context),
        ]
        return codes.allSatisfy { $0 == CURLE_OK }
    }

    private static let receive: portcullis_curl_receiver = { bytes, size, count, context in
        // INVARIANT: libcurl hands over `size * count` bytes that it has, and the context set above.
        guard let bytes = unsafe bytes, let context = unsafe context else { return 0 }
        let transfer = unsafe Unmanaged<Transfer>.fromOpaque(context).takeUnretainedValue()
        let buffer = unsafe UnsafeRawBufferPointer(start: bytes, count: size * count)
        // Fewer bytes taken than offered end the transfer.
        guard transfer.received.count + buffer.count <= transfer.byteCountMax else { return 0 }
        unsafe transfer.received.append(contentsOf: buffer)
        return size * count
    }
}
