import CPortcullis
import Foundation
import Portcullis
import PortcullisC
import SnapshotDelivery
import Testing

/// Calls of the C functions as a C program makes them, with answers as Swift strings.
enum Scene {
    static let acme = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("Examples/acme").path

    static let terminated = -1

    // MARK: Answers of any length

    typealias Answering = (UnsafeMutablePointer<CChar>?, Int, UnsafeMutablePointer<Int>?) -> Int32

    /// Asks for the length, then for the text.
    static func text(_ ask: Answering) throws -> String {
        var length = -1
        let first = ask(nil, 0, &length)
        guard Int(first) == PORTCULLIS_ERROR_BUFFER_TOO_SMALL else { throw CFailure(first) }
        var buffer = [CChar](repeating: 1, count: length + 1)
        let second = ask(&buffer, buffer.count, &length)
        guard second == 0 else { throw CFailure(second) }
        #expect(buffer.last == 0)
        return String(decoding: buffer.prefix(length).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    static var lastMessage: String {
        (try? text { portcullis_last_message($0, $1, $2) }) ?? ""
    }

    /// An answer's JSON object.
    static func object(_ ask: Answering) throws -> [String: Any] {
        let json = try text(ask)
        return try #require(try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any])
    }

    // MARK: Engines

    static func open(_ source: String, keys: [String] = []) throws -> OpaquePointer {
        var engine: OpaquePointer?
        let result = withSettings(keys) { settings in
            portcullis_open(source, terminated, settings, &engine)
        }
        guard result == 0 else {
            #expect(engine == nil)
            throw CFailure(result)
        }
        return try #require(engine)
    }

    static func follow(
        _ source: String,
        keys: [String] = [],
        _ change: (inout portcullis_settings) -> Void = { _ in }
    ) throws -> OpaquePointer {
        var engine: OpaquePointer?
        let result = withSettings(keys) { settings in
            change(&settings.pointee)
            return portcullis_follow(source, terminated, settings, &engine)
        }
        guard result == 0 else { throw CFailure(result) }
        return try #require(engine)
    }

    static func withSettings(
        _ keys: [String],
        _ body: (UnsafeMutablePointer<portcullis_settings>) -> Int32
    ) -> Int32 {
        let copies = keys.map { UnsafePointer<CChar>?(strdup($0)) }
        defer { for copy in copies { free(UnsafeMutablePointer(mutating: copy)) } }
        return copies.withUnsafeBufferPointer { keys in
            var settings = portcullis_settings()
            settings.size = 64
            settings.trusted_key_files = keys.baseAddress
            settings.trusted_key_file_count = UInt64(keys.count)
            return body(&settings)
        }
    }

    static func status(_ engine: OpaquePointer) throws -> [String: Any] {
        try object { portcullis_status(engine, $0, $1, $2) }
    }

    // MARK: Requests and checks

    static func reader(_ engine: OpaquePointer) throws -> OpaquePointer {
        var reader: OpaquePointer?
        try ok(portcullis_reader_create(engine, &reader))
        return try #require(reader)
    }

    static func request(
        principal: String = "arn:aws:iam::111122223333:user/ada",
        action: String = "s3:ListBucket",
        resource: String = "arn:aws:s3:::acme-checkpoints"
    ) throws -> OpaquePointer {
        var request: OpaquePointer?
        try ok(portcullis_request_create(&request))
        let made = try #require(request)
        try ok(portcullis_request_set_principal(made, principal, terminated))
        try ok(portcullis_request_set_action(made, action, terminated))
        try ok(portcullis_request_set_resource(made, resource, terminated))
        return made
    }

    static let emptyDecision = portcullis_decision(
        size: 32,
        outcome: 77,
        layer: 0,
        statement: 0,
        policy: 0,
        revision: 0
    )

    static func check(_ reader: OpaquePointer, _ request: OpaquePointer) throws -> portcullis_decision {
        var decision = emptyDecision
        try ok(portcullis_check(reader, request, &decision))
        return decision
    }

    static func ok(_ result: Int32) throws {
        if result != 0 { throw CFailure(result) }
    }
}

/// A result that is not `PORTCULLIS_OK`, with its words.
struct CFailure: Error, CustomStringConvertible {
    let code: Int
    let message: String

    init(_ result: Int32) {
        code = Int(result)
        message = Scene.lastMessage
    }

    var description: String { "\(code): \(message)" }
}
