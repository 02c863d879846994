import CPortcullis
import Foundation
import Testing

/// Everything that a caller may have in hand, to be misused.
struct Hands {
    let engine: OpaquePointer
    let reader: OpaquePointer
    let request: OpaquePointer

    init() throws {
        engine = try Scene.open(Scene.acme)
        reader = try Scene.reader(engine)
        request = try Scene.request()
    }

    func letGo() {
        portcullis_request_destroy(request)
        portcullis_reader_destroy(reader)
        portcullis_close(engine)
    }
}

/// One way to misuse a function, and the result that it must get.
struct Misuse: CustomTestStringConvertible, Sendable {
    let testDescription: String
    let expected: Int
    let call: @Sendable (Hands) -> Int32

    init(_ name: String, _ expected: Int, _ call: @escaping @Sendable (Hands) -> Int32) {
        testDescription = name
        self.expected = expected
        self.call = call
    }
}

@Suite("What a caller does wrong and the library can find out")
struct MisuseTests {
    private static var bad: OpaquePointer? { OpaquePointer(bitPattern: 0x7FFF_1234_5678) }
    private static let notUTF8: [CChar] = [CChar(bitPattern: 0xC3), 0x28, 0]
    private static let zero: [CChar] = [0x61, 0, 0x62]

    static let nulls: [Misuse] = [
        Misuse("open nothing", PORTCULLIS_ERROR_NULL_ARGUMENT) { _ in
            var engine: OpaquePointer?
            return portcullis_open(nil, 0, nil, &engine)
        },
        Misuse("open to nowhere", PORTCULLIS_ERROR_NULL_ARGUMENT) { _ in portcullis_open("x", 1, nil, nil) },
        Misuse("follow to nowhere", PORTCULLIS_ERROR_NULL_ARGUMENT) { _ in portcullis_follow("x", 1, nil, nil)
        },
        Misuse("reload NULL", PORTCULLIS_ERROR_NULL_ARGUMENT) { _ in portcullis_reload(nil) },
        Misuse("close NULL", PORTCULLIS_ERROR_NULL_ARGUMENT) { _ in portcullis_close(nil) },
        Misuse("status of NULL", PORTCULLIS_ERROR_NULL_ARGUMENT) { _ in portcullis_status(nil, nil, 0, nil) },
        Misuse("a reader of NULL", PORTCULLIS_ERROR_NULL_ARGUMENT) { _ in
            var reader: OpaquePointer?
            return portcullis_reader_create(nil, &reader)
        },
        Misuse("a reader to nowhere", PORTCULLIS_ERROR_NULL_ARGUMENT) {
            portcullis_reader_create($0.engine, nil)
        },
        Misuse("destroy NULL", PORTCULLIS_ERROR_NULL_ARGUMENT) { _ in portcullis_reader_destroy(nil) },
        Misuse("a request to nowhere", PORTCULLIS_ERROR_NULL_ARGUMENT) { _ in portcullis_request_create(nil)
        },
        Misuse("destroy no request", PORTCULLIS_ERROR_NULL_ARGUMENT) { _ in portcullis_request_destroy(nil) },
        Misuse("a NULL action", PORTCULLIS_ERROR_NULL_ARGUMENT) {
            portcullis_request_set_action($0.request, nil, 0)
        },
        Misuse("an action of NULL", PORTCULLIS_ERROR_NULL_ARGUMENT) { _ in
            portcullis_request_set_action(nil, "a:b", 3)
        },
        Misuse("NULL values", PORTCULLIS_ERROR_NULL_ARGUMENT) {
            portcullis_request_set_values($0.request, "k", 1, nil, 2)
        },
        Misuse("values that hold NULL", PORTCULLIS_ERROR_NULL_ARGUMENT) {
            var text = portcullis_text(bytes: nil, length: 1)
            return portcullis_request_set_values($0.request, "k", 1, &text, 1)
        },
        Misuse("check by NULL", PORTCULLIS_ERROR_NULL_ARGUMENT) {
            var decision = Scene.emptyDecision
            return portcullis_check(nil, $0.request, &decision)
        },
        Misuse("check NULL", PORTCULLIS_ERROR_NULL_ARGUMENT) {
            var decision = Scene.emptyDecision
            return portcullis_check($0.reader, nil, &decision)
        },
        Misuse("check to nowhere", PORTCULLIS_ERROR_NULL_ARGUMENT) {
            portcullis_check($0.reader, $0.request, nil)
        },
        Misuse("a batch of NULL", PORTCULLIS_ERROR_NULL_ARGUMENT) {
            var decision = Scene.emptyDecision
            return portcullis_check_batch($0.reader, nil, &decision, 1)
        },
        Misuse("a batch to nowhere", PORTCULLIS_ERROR_NULL_ARGUMENT) {
            var request: OpaquePointer? = $0.request
            return portcullis_check_batch($0.reader, &request, nil, 1)
        },
        Misuse("a batch that holds NULL", PORTCULLIS_ERROR_NULL_ARGUMENT) {
            var requests: [OpaquePointer?] = [$0.request, nil]
            var decisions = [Scene.emptyDecision, Scene.emptyDecision]
            return portcullis_check_batch($0.reader, &requests, &decisions, 2)
        },
        Misuse("the name of NULL", PORTCULLIS_ERROR_NULL_ARGUMENT) {
            portcullis_policy_name($0.engine, nil, nil, 0, nil)
        },
        Misuse("explain by NULL", PORTCULLIS_ERROR_NULL_ARGUMENT) {
            portcullis_explain(nil, $0.request, 0, nil, 0, nil)
        },
        Misuse("explain NULL", PORTCULLIS_ERROR_NULL_ARGUMENT) {
            portcullis_explain($0.engine, nil, 0, nil, 0, nil)
        },
        Misuse("keys that are not there", PORTCULLIS_ERROR_NULL_ARGUMENT) { _ in
            opened {
                $0.trusted_key_files = nil; $0.trusted_key_file_count = 1
            }
        },
    ]

    static let handles: [Misuse] = [
        Misuse("close what is none", PORTCULLIS_ERROR_INVALID_HANDLE) { _ in portcullis_close(bad) },
        Misuse("reload a reader", PORTCULLIS_ERROR_INVALID_HANDLE) { portcullis_reload($0.reader) },
        Misuse("destroy an engine as a reader", PORTCULLIS_ERROR_INVALID_HANDLE) {
            portcullis_reader_destroy($0.engine)
        },
        Misuse("destroy a request as a reader", PORTCULLIS_ERROR_INVALID_HANDLE) {
            portcullis_reader_destroy($0.request)
        },
        Misuse("check by what is none", PORTCULLIS_ERROR_INVALID_HANDLE) {
            var decision = Scene.emptyDecision
            return portcullis_check(bad, $0.request, &decision)
        },
        Misuse("check a reader", PORTCULLIS_ERROR_INVALID_HANDLE) {
            var decision = Scene.emptyDecision
            return portcullis_check($0.reader, $0.reader, &decision)
        },
        Misuse("a handle that comes later", PORTCULLIS_ERROR_INVALID_HANDLE) {
            let word = Int(bitPattern: $0.request) + 1_000 << 24
            return portcullis_request_destroy(OpaquePointer(bitPattern: word))
        },
        Misuse("an engine that comes later", PORTCULLIS_ERROR_INVALID_HANDLE) {
            portcullis_close(OpaquePointer(bitPattern: Int(bitPattern: $0.engine) + 1_000_000 << 24))
        },
        Misuse("a request that was destroyed", PORTCULLIS_ERROR_CLOSED) { _ in
            var request: OpaquePointer?
            portcullis_request_create(&request)
            portcullis_request_destroy(request)
            return portcullis_request_set_action(request, "a:b", 3)
        },
        Misuse("a request that is destroyed twice, though its place is taken", PORTCULLIS_ERROR_CLOSED) { _ in
            var (first, second): (OpaquePointer?, OpaquePointer?)
            portcullis_request_create(&first)
            portcullis_request_destroy(first)
            portcullis_request_create(&second)
            defer { portcullis_request_destroy(second) }
            return portcullis_request_destroy(first)
        },
        Misuse("a reader that was destroyed", PORTCULLIS_ERROR_CLOSED) {
            var reader: OpaquePointer?
            portcullis_reader_create($0.engine, &reader)
            portcullis_reader_destroy(reader)
            var decision = Scene.emptyDecision
            return portcullis_check(reader, $0.request, &decision)
        },
        Misuse("an engine that is closed twice", PORTCULLIS_ERROR_CLOSED) { _ in
            var engine: OpaquePointer?
            portcullis_open(Scene.acme, -1, nil, &engine)
            portcullis_close(engine)
            return portcullis_close(engine)
        },
        Misuse("a reader of a closed engine", PORTCULLIS_ERROR_CLOSED) {
            var (engine, reader): (OpaquePointer?, OpaquePointer?)
            portcullis_open(Scene.acme, -1, nil, &engine)
            portcullis_reader_create(engine, &reader)
            portcullis_close(engine)
            defer { portcullis_reader_destroy(reader) }
            var decision = Scene.emptyDecision
            return portcullis_check(reader, $0.request, &decision)
        },
        Misuse("a new reader of a closed engine", PORTCULLIS_ERROR_CLOSED) { _ in
            var (engine, reader): (OpaquePointer?, OpaquePointer?)
            portcullis_open(Scene.acme, -1, nil, &engine)
            portcullis_close(engine)
            return portcullis_reader_create(engine, &reader)
        },
    ]

    static let arguments: [Misuse] = [
        Misuse("a decision of no size", PORTCULLIS_ERROR_WRONG_SIZE) {
            var decision = portcullis_decision()
            return portcullis_check($0.reader, $0.request, &decision)
        },
        Misuse("a batch of decisions of a later version", PORTCULLIS_ERROR_WRONG_SIZE) {
            var (request, decision): (OpaquePointer?, _) = ($0.request, Scene.emptyDecision)
            decision.size = 40
            return portcullis_check_batch($0.reader, &request, &decision, 1)
        },
        Misuse("settings of a later version", PORTCULLIS_ERROR_WRONG_SIZE) { _ in opened { $0.size = 72 } },
        Misuse("a batch of more than there is memory", PORTCULLIS_ERROR_INVALID_ARGUMENT) {
            var (request, decision): (OpaquePointer?, _) = ($0.request, Scene.emptyDecision)
            return portcullis_check_batch($0.reader, &request, &decision, -5)
        },
        Misuse("values without an end", PORTCULLIS_ERROR_INVALID_ARGUMENT) {
            var text = portcullis_text()
            return portcullis_request_set_values($0.request, "k", 1, &text, .max)
        },
        Misuse("a length below zero", PORTCULLIS_ERROR_INVALID_ARGUMENT) {
            portcullis_request_set_action($0.request, "a:b", -2)
        },
        Misuse("a small buffer", PORTCULLIS_ERROR_BUFFER_TOO_SMALL) {
            var byte: CChar = 7
            let result = portcullis_status($0.engine, &byte, 1, nil)
            return byte == 0 ? result : 0
        },
        Misuse("no UTF-8", PORTCULLIS_ERROR_NOT_UTF8) {
            portcullis_request_set_action($0.request, notUTF8, -1)
        },
        Misuse("a value that is no UTF-8", PORTCULLIS_ERROR_NOT_UTF8) {
            portcullis_request_set_value($0.request, "k", 1, notUTF8, 2)
        },
        Misuse("a zero byte", PORTCULLIS_ERROR_ZERO_IN_TEXT) {
            portcullis_request_set_resource($0.request, zero, 3)
        },
        Misuse("a control character", PORTCULLIS_ERROR_INVALID_REQUEST) {
            var decision = Scene.emptyDecision
            portcullis_request_set_resource($0.request, "a\u{1}", -1)
            return portcullis_check($0.reader, $0.request, &decision)
        },
        Misuse("a principal that is none", PORTCULLIS_ERROR_INVALID_REQUEST) {
            portcullis_request_set_principal($0.request, "arn:aws:s3:::b", -1)
        },
        Misuse("a session of no role", PORTCULLIS_ERROR_INVALID_REQUEST) {
            portcullis_request_set_role_session($0.request, "arn:aws:iam::111122223333:user/a", -1, "x", -1)
        },
        Misuse("an account that is none", PORTCULLIS_ERROR_INVALID_REQUEST) {
            portcullis_request_set_resource_of($0.request, "arn:aws:s3:::b", -1, "12", -1)
        },
        Misuse("an action without a service", PORTCULLIS_ERROR_INVALID_REQUEST) {
            portcullis_request_set_action($0.request, "GetObject", -1)
            return portcullis_request_prepare($0.request)
        },
        Misuse("a session name with a separator", PORTCULLIS_ERROR_INVALID_REQUEST) {
            portcullis_request_set_session_name($0.request, "a/b", -1)
            return portcullis_request_prepare($0.request)
        },
        Misuse("a session policy that is none", PORTCULLIS_ERROR_INVALID_POLICIES) {
            portcullis_request_add_session_policy($0.request, "{", -1)
        },
        Misuse("half a nanosecond too many", PORTCULLIS_ERROR_INVALID_ARGUMENT) {
            portcullis_request_set_time($0.request, 1, 1_000_000_000)
        },
        Misuse("a year of five digits", PORTCULLIS_ERROR_INVALID_ARGUMENT) {
            portcullis_request_set_issued_at($0.request, 999_999_999_999, 0)
        },
        Misuse("authentication in the future", PORTCULLIS_ERROR_INVALID_ARGUMENT) {
            portcullis_request_set_mfa($0.request, 1, -2)
        },
        Misuse("a result that is none", PORTCULLIS_ERROR_INVALID_ARGUMENT) { _ in
            portcullis_result_name(5, nil, 0, nil)
        },
        Misuse("the name of numbers that no check gave", PORTCULLIS_ERROR_INVALID_ARGUMENT) {
            var decision = Scene.emptyDecision
            return portcullis_policy_name($0.engine, &decision, nil, 0, nil)
        },
        Misuse("a layer that is none", PORTCULLIS_ERROR_INVALID_ARGUMENT) {
            var decision = Scene.emptyDecision
            (decision.outcome, decision.layer) = (1, 77)
            return portcullis_policy_name($0.engine, &decision, nil, 0, nil)
        },
        Misuse("a time of less than nothing", PORTCULLIS_ERROR_INVALID_ARGUMENT) { _ in
            opened { $0.interval_ms = -1 }
        },
        Misuse("more keys than anybody has", PORTCULLIS_ERROR_INVALID_ARGUMENT) { _ in
            opened { $0.trusted_key_file_count = .max }
        },
        Misuse("an empty source", PORTCULLIS_ERROR_INVALID_ARGUMENT) { _ in
            var engine: OpaquePointer?
            return portcullis_open("", 0, nil, &engine)
        },
        Misuse("an address without keys", PORTCULLIS_ERROR_INVALID_ARGUMENT) { _ in
            var engine: OpaquePointer?
            return portcullis_open("https://user:secret@policies.example/pointer", -1, nil, &engine)
        },
    ]

    private static func opened(_ change: (inout portcullis_settings) -> Void) -> Int32 {
        var engine: OpaquePointer?
        return Scene.withSettings([]) { settings in
            change(&settings.pointee)
            return portcullis_open(Scene.acme, -1, settings, &engine)
        }
    }

    @Test("NULL is refused", arguments: nulls)
    func nullArguments(_ misuse: Misuse) throws { try expect(misuse) }

    @Test("So is a handle that is none, or none any more", arguments: handles)
    func invalidHandles(_ misuse: Misuse) throws { try expect(misuse) }

    @Test("So is what makes no sense", arguments: arguments)
    func invalidArguments(_ misuse: Misuse) throws { try expect(misuse) }

    private func expect(_ misuse: Misuse) throws {
        let hands = try Hands()
        defer { hands.letGo() }
        let result = misuse.call(hands)
        #expect(Int(result) == misuse.expected)
        // A buffer that is too small leaves the words of the failure that the next call asks for.
        #expect(!Scene.lastMessage.isEmpty)
        #expect(!Scene.lastMessage.contains("secret"))
        // What was not misused works still.
        #expect(try Scene.status(hands.engine)["state"] as? String == "enforcing")
    }

    @Test("A failed check says that nothing is decided, also in a batch of which one request is at fault")
    func undecided() throws {
        let hands = try Hands()
        defer { hands.letGo() }
        var decision = Scene.emptyDecision
        decision.outcome = Int32(PORTCULLIS_ALLOW)
        #expect(portcullis_check(nil, hands.request, &decision) != 0)
        #expect(decision.outcome == Int32(PORTCULLIS_UNDECIDED))
        var requests: [OpaquePointer?] = [hands.request, hands.reader, hands.request]
        var decisions = [portcullis_decision](repeating: Scene.emptyDecision, count: 3)
        for index in decisions.indices { decisions[index].outcome = Int32(PORTCULLIS_ALLOW) }
        #expect(portcullis_check_batch(hands.reader, &requests, &decisions, 3) != 0)
        #expect(decisions.allSatisfy { $0.outcome == Int32(PORTCULLIS_UNDECIDED) && $0.statement == -1 })
        #expect(portcullis_check_batch(hands.reader, nil, nil, 0) == 0)
    }

    @Test("A request needs a principal, an action and a resource", arguments: 0..<3)
    func missingParts(_ missing: Int) throws {
        var request: OpaquePointer?
        try Scene.ok(portcullis_request_create(&request))
        defer { portcullis_request_destroy(request) }
        if missing != 0 { try Scene.ok(portcullis_request_set_principal(request, "anonymous", -1)) }
        if missing != 1 { try Scene.ok(portcullis_request_set_action(request, "a:b", -1)) }
        if missing != 2 { try Scene.ok(portcullis_request_set_resource(request, "*", -1)) }
        #expect(Int(portcullis_request_prepare(request)) == PORTCULLIS_ERROR_INVALID_REQUEST)
        #expect(Scene.lastMessage.contains(["principal", "action", "resource"][missing]))
    }

    @Test("A value that is refused leaves the one before, and so does a resource")
    func refusedParts() throws {
        let hands = try Hands()
        defer { hands.letGo() }
        let before = try Scene.check(hands.reader, hands.request)
        #expect(
            Int(portcullis_request_set_resource(hands.request, "", 0)) == PORTCULLIS_ERROR_INVALID_REQUEST
        )
        #expect(
            Int(portcullis_request_set_value(hands.request, "", 0, "x", 1))
                == PORTCULLIS_ERROR_INVALID_REQUEST
        )
        #expect(
            Int(portcullis_request_set_value(hands.request, "k", 1, "\u{2}", 1))
                == PORTCULLIS_ERROR_INVALID_REQUEST
        )
        var text = portcullis_text()
        "\u{3}".withCString { bytes in
            text = portcullis_text(bytes: bytes, length: 1)
            #expect(
                Int(portcullis_request_set_values(hands.request, "k", 1, &text, 1))
                    == PORTCULLIS_ERROR_INVALID_REQUEST
            )
        }
        let after = try Scene.check(hands.reader, hands.request)
        #expect((before.outcome, before.policy) == (after.outcome, after.policy))
    }
}
