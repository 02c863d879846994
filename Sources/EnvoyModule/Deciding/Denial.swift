internal import CEnvoyABI
internal import RequestMapping

/// The answer to a request that is refused: its status and a JSON body that names no policy.
enum Denial {
    private static let requestIDCountMax = 128

    /// Answers the request.
    static func send(_ answer: GateAnswer, _ stream: EnvoyStream) {
        let status = answer.status
        TextBuilder.with(room: 256) { body in
            body.append("{\"error\":\"")
            body.append(error(status))
            body.append("\"")
            appendRequestID(&body, stream)
            body.append("}\n")
            TextBuilder.with(room: 64) { details in
                details.append("portcullis:")
                details.append(answer.name)
                FieldList.with(room: 2) { headers in
                    headers.append("content-type", "application/json")
                    if status == 401 { headers.append("www-authenticate", challenge(answer.reason)) }
                    stream.respond(status, headers, body: body.text, details: details.text)
                }
            }
        }
    }

    private static func error(_ status: Int) -> StaticString {
        switch status {
        case 400: "bad_request"
        case 401: "unauthorized"
        case 431: "headers_too_large"
        case 503: "unavailable"
        default: "forbidden"
        }
    }

    private static func challenge(_ reason: GateAnswer.Reason) -> StaticString {
        reason == .badCredential ? "Bearer error=\"invalid_token\"" : "Bearer"
    }

    /// Appends the request's identifier where it is plain; a client may have chosen it.
    private static func appendRequestID(_ body: inout TextBuilder, _ stream: EnvoyStream) {
        stream.attribute(ENVOY_ATTRIBUTE_REQUEST_ID)?.withSpan { identifier in
            guard !identifier.isEmpty, identifier.count <= requestIDCountMax, isPlain(identifier) else {
                return
            }
            body.append(",\"request_id\":\"")
            body.append(identifier)
            body.append("\"")
        }
    }

    private static func isPlain(_ text: borrowing Span<UInt8>) -> Bool {
        for index in text.indices {
            switch text[index] {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"),
                UInt8(ascii: "."):
                continue
            default: return false
            }
        }
        return true
    }
}
