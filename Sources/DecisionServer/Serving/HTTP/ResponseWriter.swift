import Glibc

/// Lays responses out in one buffer that is used again.
struct ResponseWriter {
    private(set) var bytes: [UInt8] = []
    private var date: [UInt8] = []
    private var dateSecond = -1

    mutating func begin() { bytes.removeAll(keepingCapacity: true) }

    /// Writes a response.
    ///
    /// - Parameters:
    ///   - hasBody: false for an answer to `HEAD`, which says only how long the body would be.
    ///   - connection: what becomes of the connection, where the client cannot know it.
    mutating func write(_ response: ServerResponse, hasBody: Bool, connection: StaticString?) {
        append("HTTP/1.1 ")
        append(number: response.status)
        append(" ")
        append(Self.phrase(response.status))
        append("\r\ndate: ")
        writeDate()
        if let type = response.contentType { write("content-type", type) }
        for header in response.headers { write(header.name, header.value) }
        if response.status != 204 {
            append("\r\ncontent-length: ")
            append(number: response.body.count)
        }
        if let connection {
            append("\r\nconnection: ")
            append(connection)
        }
        append("\r\n\r\n")
        if hasBody { bytes.append(contentsOf: response.body) }
    }

    /// Tells a client to go on with its body.
    mutating func writeContinue() { append("HTTP/1.1 100 Continue\r\n\r\n") }

    /// A header whose value could end the line is left out, whoever made it.
    private mutating func write(_ name: String, _ value: String) {
        guard value.utf8.allSatisfy(ByteClass.isFieldByte), !name.isEmpty,
            name.utf8.allSatisfy(ByteClass.isToken)
        else { return }
        append("\r\n")
        bytes.append(contentsOf: name.utf8)
        append(": ")
        bytes.append(contentsOf: value.utf8)
    }

    private mutating func append(_ text: StaticString) {
        // INVARIANT: a literal's pointer is good for its count.
        unsafe bytes.append(
            contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount)
        )
    }

    private mutating func append(number: Int) {
        if number >= 10 { append(number: number / 10) }
        bytes.append(UInt8(48 + number % 10))
    }

    /// The date as HTTP writes it, made once a second.
    private mutating func writeDate() {
        var now = time(nil)
        if now != dateSecond {
            dateSecond = now
            var text = [CChar](repeating: 0, count: 32)
            // INVARIANT: both structures outlive the calls, and 32 bytes hold the 29 of a date.
            var parts = unsafe tm()
            unsafe gmtime_r(&now, &parts)
            let count = unsafe strftime(&text, 32, "%a, %d %b %Y %H:%M:%S GMT", &parts)
            date = text.prefix(count).map { UInt8(bitPattern: $0) }
        }
        bytes.append(contentsOf: date)
    }

    static func phrase(_ status: Int) -> StaticString {
        switch status {
        case 200: "OK"
        case 204: "No Content"
        case 400: "Bad Request"
        case 401: "Unauthorized"
        case 403: "Forbidden"
        case 404: "Not Found"
        case 405: "Method Not Allowed"
        case 408: "Request Timeout"
        case 409: "Conflict"
        case 413: "Content Too Large"
        case 414: "URI Too Long"
        case 415: "Unsupported Media Type"
        case 417: "Expectation Failed"
        case 431: "Request Header Fields Too Large"
        case 500: "Internal Server Error"
        case 501: "Not Implemented"
        case 503: "Service Unavailable"
        case 505: "HTTP Version Not Supported"
        default: "Other"
        }
    }
}
