import CountedAllocations
import EnvoyModule
import FakeEnvoy
import Foundation
import Testing

/// Hooks as Envoy calls them, with whatever might be in its memory.
///
/// One Envoy stands for all, so tests take turns.
@Suite("The boundary to Envoy", .serialized)
struct BoundaryTests {
    private static let example = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("Examples/gateway").path

    #if DEBUG
    private static let isDebugging = true
    #else
    private static let isDebugging = false
    #endif

    /// Bytes that stay where they are for the length of a test.
    private final class Memory {
        private var blocks: [UnsafeMutableBufferPointer<CChar>] = []
        deinit { blocks.forEach { $0.deallocate() } }

        func text(_ bytes: [UInt8]) -> envoy_text {
            let block = UnsafeMutableBufferPointer<CChar>.allocate(capacity: max(bytes.count, 1))
            _ = block.initialize(from: bytes.map { CChar(bitPattern: $0) })
            blocks.append(block)
            return envoy_text(bytes: block.baseAddress, count: bytes.count)
        }

        func text(_ string: String) -> envoy_text { text(Array(string.utf8)) }

        func field(_ name: envoy_text, _ value: envoy_text) -> envoy_field {
            envoy_field(
                name: name.bytes,
                name_count: name.count,
                value: value.bytes,
                value_count: value.count
            )
        }

        func field(_ name: String, _ value: String) -> envoy_field { field(text(name), text(value)) }
    }

    /// Runs a test with the example's filter.
    private func withFilter(_ body: (Memory, UnsafeRawPointer) throws -> Void) throws {
        let memory = Memory()
        fake_envoy_request().pointee = fake_request()
        fake_envoy_result().pointee = fake_result()
        let settings =
            #"{"policies": "\#(Self.example)/policies", "mapping": "\#(Self.example)/mapping.json"}"#
        let filter = envoy_dynamic_module_on_http_filter_config_new(
            fake_envoy_address(),
            memory.text("gate"),
            memory.text(settings)
        )
        let known = try #require(filter, "the example is refused")
        try body(memory, known)
        envoy_dynamic_module_on_http_filter_config_destroy(known)
    }

    /// What becomes of a request: 0 where it passes, else the status.
    private func status(_ filter: UnsafeRawPointer, _ headers: [envoy_field]) -> Int {
        fake_envoy_result().pointee = fake_result()
        return headers.withUnsafeBufferPointer { headers in
            fake_envoy_request().pointee.headers = headers.baseAddress
            fake_envoy_request().pointee.header_count = headers.count
            let next = envoy_dynamic_module_on_http_filter_request_headers(
                fake_envoy_address(),
                filter,
                true
            )
            return next == ENVOY_CONTINUE ? 0 : Int(fake_envoy_result().pointee.status)
        }
    }

    private func request(_ memory: Memory, _ path: String = "/healthz") -> [envoy_field] {
        [
            memory.field(":method", "GET"), memory.field(":path", path),
            memory.field(":authority", "models.example"), memory.field("accept", "*/*"),
        ]
    }

    @Test("All that is needed is there")
    func start() {
        #expect(envoy_dynamic_module_on_program_init() != nil)
    }

    @Test("Requests are decided, counted and written down")
    func decides() throws {
        try withFilter { memory, filter in
            #expect(status(filter, request(memory)) == 0)
            #expect(status(filter, request(memory, "/v1/models/one")) == 401)
            #expect(status(filter, request(memory, "/nowhere")) == 403)
            #expect(status(filter, request(memory, "/v1/..")) == 400)
            #expect(
                fake_envoy_result().pointee.metadata_count > 0
                    && fake_envoy_result().pointee.increment_count == 2
            )
        }
    }

    @Test("Fields without an address, or with absurd lengths, are refused and not read")
    func absurd() throws {
        try withFilter { memory, filter in
            let good = request(memory)
            let one = memory.text("a")
            let huge = envoy_text(bytes: one.bytes, count: .max)
            let long = envoy_text(bytes: one.bytes, count: 1 << 40)
            let null = envoy_text(bytes: nil, count: 5)
            let none = envoy_text(bytes: nil, count: 0)
            for bad in [(null, one), (one, null), (none, one)] {
                #expect(status(filter, good + [memory.field(bad.0, bad.1)]) == 400)
            }
            for bad in [(huge, one), (one, huge), (long, one), (one, long)] {
                #expect(status(filter, good + [memory.field(bad.0, bad.1)]) == 431)
            }
            #expect(status(filter, good + [memory.field(one, none)]) == 0)
            #expect(status(filter, []) == 400)
            let many = Array(repeating: memory.field(one, one), count: 600)
            #expect(status(filter, good + many) == 431)
            fake_envoy_request().pointee.hides_headers = true
            #expect(status(filter, good) == 400)
        }
    }

    @Test("Facts of absurd lengths count as unknown")
    func absurdFacts() throws {
        try withFilter { memory, filter in
            let byte = memory.text("1")
            for attribute in [
                ENVOY_ATTRIBUTE_SOURCE_ADDRESS, ENVOY_ATTRIBUTE_TLS_VERSION, ENVOY_ATTRIBUTE_REQUEST_ID,
            ] {
                for count in [Int.max, 1 << 40] {
                    let text = envoy_text(bytes: byte.bytes, count: count)
                    fake_envoy_set_attribute(attribute, text)
                    #expect(status(filter, request(memory)) == 0)
                    #expect(status(filter, request(memory, "/nowhere")) == 403)
                }
            }
        }
    }

    @Test("A thread that nobody announced gets nothing through")
    func strangeThread() throws {
        try withFilter { memory, filter in
            for index in [1, 7, UInt32.max] {
                fake_envoy_request().pointee.worker_index = index
                #expect(status(filter, request(memory)) == 503)
            }
        }
    }

    @Test("Hooks without addresses refuse or do nothing")
    func missingAddresses() {
        #expect(envoy_dynamic_module_on_http_filter_request_headers(nil, nil, true) == ENVOY_STOP)
        envoy_dynamic_module_on_http_filter_config_destroy(nil)
        envoy_dynamic_module_on_http_filter_per_route_config_destroy(nil)
        let empty = envoy_text(bytes: nil, count: 0)
        #expect(envoy_dynamic_module_on_http_filter_config_new(nil, empty, empty) == nil)
        #expect(envoy_dynamic_module_on_http_filter_per_route_config_new(empty, empty) == nil)
    }

    @Test("No bytes of a request trap, and none but those of an open route pass")
    func randomRequests() throws {
        try withFilter { memory, filter in
            var random = SystemRandomNumberGenerator()
            let pieces = [
                ":method", ":path", ":authority", "GET", "/healthz", "/v1/models/", "..", "%2e", "%",
                "authorization",
                "Bearer ", "a.b.c", "x-portcullis-a", "x-forwarded-for", "10.0.0.1", ",", ":", "[", "\u{0}",
                "é", "=",
                "cookie", "content-length", "transfer-encoding", "x-acme-user", "?", "&", ";", "//",
            ].map { Array($0.utf8) }
            func bytes() -> [UInt8] {
                (0..<Int.random(in: 0..<4, using: &random)).flatMap { _ in
                    Bool.random(using: &random)
                        ? pieces[Int.random(in: pieces.indices, using: &random)]
                        : [UInt8.random(in: 0...255, using: &random)]
                }
            }
            for _ in 0..<3_000 {
                let scratch = Memory()
                let extra = (0..<Int.random(in: 0..<6, using: &random)).map { _ in
                    scratch.field(scratch.text(bytes()), scratch.text(bytes()))
                }
                let answer = status(filter, request(memory, "/v1/models/one") + extra)
                #expect([400, 401, 403, 431].contains(answer) || extra.contains { isPath($0) }, "\(answer)")
            }
        }
    }

    private func isPath(_ field: envoy_field) -> Bool { field.name_count == 5 && field.name[0] == 58 }

    @Test(
        "A decided request allocates nothing",
        .enabled(
            if: counted_allocations_available() == 1 && !Self.isDebugging,
            "sanitizers have an allocator of their own, and unoptimised code keeps what it captures on the heap"
        )
    )
    func allocations() throws {
        try withFilter { memory, filter in
            let headers = request(memory)
            for _ in 0..<10 { _ = status(filter, headers) }
            let before = counted_allocations()
            for _ in 0..<100 { _ = status(filter, headers) }
            #expect(counted_allocations() - before == 0)
        }
    }
}
