import CNginxModule
import Foundation
import RequestMapping
import Testing

@testable import NginxModule

/// The interface of the deciding half as C uses it; nginx itself is tested by `Scripts/nginx-test`.
@Suite("The module for nginx, without nginx")
struct ModuleTests {
    private static let example = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("Examples/gateway").path

    /// Lends a text for the time of a call.
    private func lending<Result>(_ text: String, _ body: (portcullis_nginx_text) -> Result) -> Result {
        var text = text
        // INVARIANT: the bytes live until `body` returns.
        return text.withUTF8 {
            unsafe body(portcullis_nginx_text(bytes: $0.baseAddress, count: $0.count))
        }
    }

    /// Opens a gateway; where that fails, says why.
    private func open(
        policies: String = example + "/policies",
        mapping: String = example + "/mapping.json",
        startLimit: Double = 10
    ) -> (gateway: OpaquePointer?, message: String) {
        unsafe lending(policies) { policies in
            unsafe lending(mapping) { mapping in
                var settings = unsafe portcullis_nginx_settings()
                unsafe settings.policies = policies
                unsafe settings.mapping = mapping
                unsafe settings.start_limit = startLimit
                return unsafe read { unsafe portcullis_nginx_open(&settings, $0) }
            }
        }
    }

    /// What a call returns, and the message that it wrote.
    private func read<Result>(
        capacity: Int = 1024,
        _ call: (portcullis_nginx_message) -> Result
    ) -> (Result, String) {
        var bytes = [CChar](repeating: 1, count: capacity)
        bytes[0] = 0
        // INVARIANT: the bytes live until `call` returns.
        let result = unsafe bytes.withUnsafeMutableBufferPointer {
            unsafe call(portcullis_nginx_message(bytes: $0.baseAddress, capacity: $0.count))
        }
        let text = bytes.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
        return (result, String(decoding: text, as: UTF8.self))
    }

    private func decide(_ gateway: OpaquePointer, _ target: String) -> portcullis_nginx_answer {
        unsafe lending("GET") { method in
            unsafe lending(target) { target in
                var request = unsafe portcullis_nginx_request()
                unsafe request.method = method
                unsafe request.target = target
                var answer = unsafe portcullis_nginx_answer()
                unsafe portcullis_nginx_decide(gateway, &request, &answer)
                return unsafe answer
            }
        }
    }

    @Test("A mapping that is not there is named")
    func missingMapping() {
        let (gateway, message) = unsafe open(mapping: "/nonexistent/mapping.json")
        let isOpen = unsafe gateway != nil
        #expect(!isOpen)
        #expect(message.contains("/nonexistent/mapping.json"))
    }

    @Test("A message is cut to the room there is, and ends", arguments: [1, 2, 8])
    func shortMessages(_ capacity: Int) throws {
        let (_, text) = unsafe read(capacity: capacity) { unsafe $0.write("a long message") }
        #expect(text == "a long message".prefix(capacity - 1))
    }

    @Test("A gateway that was not started is not ready and lets nothing pass, not even what is unprotected")
    func notStarted() throws {
        let gateway = try unsafe #require(open().gateway)
        defer { unsafe portcullis_nginx_close(gateway) }
        let answer = unsafe decide(gateway, "/healthz")
        #expect(unsafe answer.reason == GateAnswer.Reason.notReady.rawValue)
        #expect(unsafe answer.status == 503)
        #expect(unsafe !answer.passes)
        var condition = portcullis_nginx_condition()
        unsafe portcullis_nginx_inspect(gateway, &condition)
        #expect(!condition.is_ready)
    }

    @Test("What can be read in two ways passes nowhere")
    func ambiguous() {
        var answer = unsafe portcullis_nginx_answer()
        unsafe portcullis_nginx_refuse_ambiguous(&answer)
        #expect(unsafe answer.status == 400)
        #expect(unsafe !answer.passes && !answer.passes_dry_run)
    }

    @Test(
        "Where nothing is enforced passes what is denied, and nothing that is malformed",
        arguments: GateAnswer.Reason.allCases
    )
    func dryRun(_ reason: GateAnswer.Reason) {
        let answer = unsafe portcullis_nginx_answer(GateAnswer(reason))
        #expect(unsafe answer.passes == (reason == .allowed || reason == .unprotected))
        #expect(unsafe answer.passes_dry_run == (reason != .malformed && reason != .tooLarge))
        #expect(unsafe answer.reason_name.string == "\(GateAnswer(reason).name)")
        #expect(unsafe answer.is_bad_credential == (reason == .badCredential))
    }

    @Test("C knows every reason")
    func reasons() {
        let known = 0..<UInt8(PORTCULLIS_NGINX_REASON_COUNT)
        #expect(GateAnswer.Reason.allCases.map(\.rawValue).sorted() == Array(known))
        #expect(unsafe portcullis_nginx_reason_name(known.upperBound).string == "unknown")
    }

    @Test("C knows how many headers are looked at")
    func headerCount() {
        #expect(PORTCULLIS_NGINX_HEADER_COUNT_MAX == HTTPRequestBuffer.headerCountMax)
    }
}
