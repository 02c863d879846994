import Portcullis
import RequestMapping

/// Reads any bytes as a request, as a token, and as a mapping; nothing may trap, and what is malformed never passes.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    // INVARIANT: the fuzzer hands over `count` readable bytes at `start`.
    let bytes = unsafe Array(UnsafeBufferPointer(start: start, count: count))
    guard let kind = bytes.first else { return 0 }
    let rest = bytes[1...]
    switch kind % 4 {
    case 0: decide(Array(rest))
    case 1: decideToken(Array(rest))
    case 2: readMapping(Array(rest))
    default: decideTarget(Array(rest))
    }
    return 0
}

private let mappingText =
    #"{"version":1,"trustedProxies":["10.0.0.0/8"],"callers":[{"name":"c","certificate":{"uri":"spiffe://a/{r}/{s}","#
    + #""principal":"arn:aws:iam::111122223333:role/{r}","sessionName":"{s}"}},{"name":"t","jwt":{"keys":{"keys":["#
    + #"{"kty":"OKP","crv":"Ed25519","kid":"e","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}]},"issuer":"i","#
    + #""audience":["a"],"algorithms":["EdDSA"],"principal":"arn:aws:iam::111122223333:user/{sub}"}},"#
    + #"{"name":"h","header":{"name":"X-User","trustedPeers":["10.0.0.0/8"],"#
    + #""principal":"arn:aws:iam::111122223333:user/{value}"}},{"name":"a","anonymous":{}}],"routes":["#
    + #"{"name":"m","methods":["GET"],"path":"/m/{m}","action":"m:Get","resource":"arn:aws:m:::m/{m}","#
    + #""context":{"m:q":{"query":"q"},"m:h":{"header":"X-H"},"m:p":{"request":"path"}}},"#
    + #"{"name":"f","methods":["*"],"path":"/f/{p...}","action":"m:File","resource":"arn:aws:m:::f/{p}"}]}"#

/// The fuzzer calls from one thread.
private struct Bench: @unchecked Sendable {
    let gate = makeGate(mappingText)
    let buffer = HTTPRequestBuffer()
}

private let bench = Bench()
private var buffer: HTTPRequestBuffer { bench.buffer }
private var gate: RequestGate { bench.gate }

private func makeGate(_ text: String) -> RequestGate {
    let policy = #"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}"#
    let files = ["accounts/111122223333/users/ada/inline/own.json": Array(policy.utf8)]
    guard let mapping = try? RequestMapping(SourceText(text)), let directory = try? Directory(files: files),
        let engine = try? AuthorizationEngine(directory: directory)
    else { preconditionFailure("the fuzzer's own mapping is faulty") }
    return RequestGate(mapping, engine)
}

private func check(_ gate: RequestGate) {
    let now = Instant(seconds: 1_800_000_000) ?? .distantPast
    let first = gate.decide(buffer, at: now)
    // What is remembered answers as what was read.
    precondition(gate.decide(buffer, at: now) == first, "a request was decided in two ways")
    precondition(first.reason != .malformed || !first.passes, "a malformed request passes")
}

private func begin() {
    buffer.begin()
    buffer.setMethod(Array("GET".utf8).span)
    buffer.setTarget(Array("/m/x".utf8).span)
    buffer.setPeerAddress(Array("10.0.0.1".utf8).span)
}

/// Lines of a request: the first byte of each says what it sets.
private func decide(_ bytes: [UInt8]) {
    begin()
    for line in bytes.split(separator: UInt8(ascii: "\n")) {
        let value = Array(line.dropFirst())
        switch line.first {
        case UInt8(ascii: "m"): buffer.setMethod(value.span)
        case UInt8(ascii: "t"): buffer.setTarget(value.span)
        case UInt8(ascii: "a"): buffer.setAuthority(value.span)
        case UInt8(ascii: "p"): buffer.setPeerAddress(value.span)
        case UInt8(ascii: "v"): buffer.setTLSVersion(value.span)
        case UInt8(ascii: "u"): buffer.addCertificateName(.uri, value.span)
        case UInt8(ascii: "d"): buffer.addCertificateName(.dns, value.span)
        default:
            let parts = value.split(
                separator: UInt8(ascii: ":"),
                maxSplits: 1,
                omittingEmptySubsequences: false
            )
            buffer.addHeader(Array(parts[0]).span, Array(parts.dropFirst().first ?? []).span)
        }
    }
    check(gate)
}

private func decideToken(_ bytes: [UInt8]) {
    begin()
    buffer.addHeader(Array("Authorization".utf8).span, (Array("Bearer ".utf8) + bytes).span)
    check(gate)
}

private func decideTarget(_ bytes: [UInt8]) {
    begin()
    buffer.setTarget((Array("/m/".utf8) + bytes).span)
    check(gate)
}

private func readMapping(_ bytes: [UInt8]) {
    // Its files would be the machine's own.
    guard let mapping = try? RequestMapping(SourceText(bytes)) else { return }
    guard let directory = try? Directory(files: [:]),
        let engine = try? AuthorizationEngine(directory: directory)
    else { return }
    begin()
    check(RequestGate(mapping, engine))
}
