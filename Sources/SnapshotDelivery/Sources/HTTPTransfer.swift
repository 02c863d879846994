import CCurl
import Synchronization

/// One transfer of libcurl, which calls back into it while `perform` runs.
///
/// - INVARIANT: libcurl is given an unretained reference that it uses only while ``perform(over:_:_:_:_:)`` runs, which keeps
///   the object alive; everything but `isCancelled` is touched on that one thread only.
final class HTTPTransfer: @unchecked Sendable {
    private let byteCountMax: Int
    private let isCancelled = Atomic<Bool>(false)
    private var answer = HTTPAnswer(status: 0)
    private var isTooLong = false

    init(byteCountMax: Int) { self.byteCountMax = byteCountMax }

    /// Ends the transfer within about a second.
    func cancel() { isCancelled.store(true, ordering: .releasing) }

    func perform(
        over connection: HTTPConnection,
        _ address: String,
        _ headers: [String],
        _ options: HTTPOptions,
        _ patience: Duration
    ) throws(SourceFailure) -> HTTPAnswer {
        // INVARIANT: the list is used here only and freed on every way out; the connection lends its handle to one
        // transfer at a time, and forgets all of its options, the list and this object among them, afterwards.
        let handle = unsafe connection.handle
        defer { unsafe curl_easy_reset(handle) }
        var list: UnsafeMutablePointer<curl_slist>? = nil
        for line in options.headers + headers { unsafe list = curl_slist_append(list, line) }
        defer { unsafe curl_slist_free_all(list) }
        var setup = unsafe CurlSetup(handle: handle)
        unsafe setup.check(portcullis_curl_set_headers(handle, list))
        setup.apply(options, address, patience, byteCountMax)
        unsafe setup.receive(Unmanaged.passUnretained(self).toOpaque())
        guard setup.code == CURLE_OK else { throw failure(setup.code, address) }
        let code = withExtendedLifetime(self) { unsafe curl_easy_perform(handle) }
        guard code == CURLE_OK else { throw failure(code, address) }
        var status = 0
        unsafe portcullis_curl_get_status(handle, &status)
        answer.status = status
        return answer
    }

    private func failure(_ code: CURLcode, _ address: String) -> SourceFailure {
        if isCancelled.load(ordering: .acquiring) { return SourceFailure("cancelled") }
        let name = HTTPSource.withoutSecrets(address)
        if isTooLong { return SourceFailure("\(name): the answer has more than \(byteCountMax) bytes") }
        // INVARIANT: libcurl answers a terminated text that lives for ever.
        let words = unsafe curl_easy_strerror(code).map { unsafe String(cString: $0) } ?? ""
        return SourceFailure("\(name): \(words) (libcurl \(code.rawValue))")
    }

    // MARK: What libcurl calls

    fileprivate var mayGoOn: Bool { !isCancelled.load(ordering: .acquiring) }

    fileprivate func receive(_ bytes: UnsafeBufferPointer<CChar>) -> Bool {
        guard answer.body.count + bytes.count <= byteCountMax else {
            isTooLong = true
            return false
        }
        // INVARIANT: libcurl's bytes are valid for the length of the call, and are copied.
        unsafe answer.body.append(contentsOf: UnsafeRawBufferPointer(bytes))
        return true
    }

    private static let entityTagByteCountMax = 512

    /// It is sent back in a header line, so that it must be one that a server may send, and of some size.
    private static func isSound(entityTag: String) -> Bool {
        !entityTag.isEmpty && entityTag.utf8.count <= entityTagByteCountMax
            && entityTag.utf8.allSatisfy { (0x21...0x7E).contains($0) }
    }

    fileprivate func receive(headerLine line: String) {
        // Each answer on the way, such as a redirection, begins anew.
        if line.hasPrefix("HTTP/") { answer = HTTPAnswer(status: 0) }
        guard let colon = line.firstIndex(of: ":") else { return }
        let name = line[..<colon].lowercased()
        let value = line[line.index(after: colon)...].trimmed
        if name == "etag" { answer.entityTag = Self.isSound(entityTag: value) ? value : nil }
        if name == "retry-after" { answer.retryAfterSeconds = Int(value) }
    }
}

/// What libcurl keeps between transfers: connections, names it has looked up, sessions of TLS.
///
/// - INVARIANT: the handle is made here, used by one thread at a time, and freed here.
@safe final class HTTPConnection: @unchecked Sendable {
    fileprivate let handle: UnsafeMutableRawPointer

    /// Nil where libcurl cannot be used.
    init?() {
        guard Self.isReady, let handle = unsafe curl_easy_init() else { return nil }
        unsafe self.handle = handle
    }

    deinit { unsafe curl_easy_cleanup(handle) }

    private static let isReady = curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK
}

/// Sets the options of a handle, and keeps the first failure.
@safe private struct CurlSetup {
    let handle: UnsafeMutableRawPointer
    private(set) var code = CURLE_OK

    init(handle: UnsafeMutableRawPointer) { unsafe self.handle = handle }

    mutating func check(_ result: CURLcode) { if code == CURLE_OK { code = result } }

    private mutating func set(_ option: CURLoption, _ value: Int) {
        unsafe check(portcullis_curl_set_long(handle, option, value))
    }

    private mutating func set(_ option: CURLoption, _ value: String?) {
        // INVARIANT: libcurl copies the text.
        if let value { unsafe check(portcullis_curl_set_text(handle, option, value)) }
    }

    mutating func apply(_ options: HTTPOptions, _ address: String, _ patience: Duration, _ byteCountMax: Int)
    {
        set(CURLOPT_URL, address)
        // Without signals, since the process has other threads.
        set(CURLOPT_NOSIGNAL, 1)
        set(CURLOPT_PROTOCOLS_STR, "http,https")
        set(CURLOPT_REDIR_PROTOCOLS_STR, address.lowercased().hasPrefix("https:") ? "https" : "http,https")
        set(CURLOPT_FOLLOWLOCATION, 1)
        // Of further headers libcurl keeps these two from other hosts, and no others.
        let areKept = options.headers.allSatisfy { line in
            ["authorization", "cookie"].contains(line.prefix { $0 != ":" }.lowercased())
        }
        set(CURLOPT_MAXREDIRS, areKept ? 5 : 0)
        set(CURLOPT_USERAGENT, "portcullis")
        set(CURLOPT_SSLVERSION, Int(CURL_SSLVERSION_TLSv1_2))
        set(CURLOPT_CONNECTTIMEOUT_MS, options.connectTimeout.wholeMilliseconds)
        set(CURLOPT_TIMEOUT_MS, (options.timeout + patience).wholeMilliseconds)
        set(CURLOPT_LOW_SPEED_LIMIT, 1)
        set(CURLOPT_LOW_SPEED_TIME, max(1, (options.stallTimeout + patience).wholeMilliseconds / 1_000))
        unsafe check(portcullis_curl_set_size(handle, CURLOPT_MAXFILESIZE_LARGE, curl_off_t(byteCountMax)))
        set(CURLOPT_PROXY, options.proxy)
        set(CURLOPT_CAINFO, options.certificateAuthorities)
        set(CURLOPT_SSLCERT, options.clientCertificate?.certificate)
        set(CURLOPT_SSLKEY, options.clientCertificate?.key)
    }

    /// Has a transfer receive what comes.
    mutating func receive(_ transfer: UnsafeMutableRawPointer) {
        unsafe check(portcullis_curl_set_body(handle, receiveBody, transfer))
        unsafe check(portcullis_curl_set_header(handle, receiveHeader, transfer))
        unsafe check(portcullis_curl_set_progress(handle, receiveProgress, transfer))
    }
}

// INVARIANT: libcurl hands back the transfer that it was given, which is alive, and bytes that are valid for the call.
private func receiveBody(
    _ bytes: UnsafeMutablePointer<CChar>?,
    _ size: Int,
    _ count: Int,
    _ context: UnsafeMutableRawPointer?
) -> Int {
    guard let context = unsafe context, let bytes = unsafe bytes else { return 0 }
    let transfer = unsafe Unmanaged<HTTPTransfer>.fromOpaque(context).takeUnretainedValue()
    let buffer = unsafe UnsafeBufferPointer(start: UnsafePointer(bytes), count: size * count)
    return unsafe transfer.receive(buffer) ? size * count : 0
}

private func receiveHeader(
    _ bytes: UnsafeMutablePointer<CChar>?,
    _ size: Int,
    _ count: Int,
    _ context: UnsafeMutableRawPointer?
) -> Int {
    guard let context = unsafe context, let bytes = unsafe bytes else { return 0 }
    let transfer = unsafe Unmanaged<HTTPTransfer>.fromOpaque(context).takeUnretainedValue()
    let buffer = unsafe UnsafeRawBufferPointer(start: bytes, count: size * count)
    transfer.receive(headerLine: unsafe String(decoding: buffer, as: UTF8.self))
    return size * count
}

private func receiveProgress(
    _ context: UnsafeMutableRawPointer?,
    _: curl_off_t,
    _: curl_off_t,
    _: curl_off_t,
    _: curl_off_t
) -> Int32 {
    guard let context = unsafe context else { return 1 }
    return unsafe Unmanaged<HTTPTransfer>.fromOpaque(context).takeUnretainedValue().mayGoOn ? 0 : 1
}

extension Duration {
    /// Milliseconds, rounded down.
    var wholeMilliseconds: Int {
        Int(clamping: components.seconds.multipliedReportingOverflow(by: 1_000).partialValue)
            + Int(components.attoseconds / 1_000_000_000_000_000)
    }
}

extension Substring {
    /// Without the white space around it.
    fileprivate var trimmed: String {
        String(drop { $0.isWhitespace }.reversed().drop { $0.isWhitespace }.reversed())
    }
}
