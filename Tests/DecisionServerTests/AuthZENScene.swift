import DecisionServer
import Foundation
import Portcullis
import Testing

/// One of the scenarios of `Examples/authzen`, ready to be asked.
struct AuthZENScene {
    let api: AuthZENAPI
    let engine: AuthorizationEngine

    static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("../../Examples/authzen").standardized

    static let noon = Instant("2026-03-01T12:00:00Z") ?? .distantPast

    init(
        _ name: String,
        base: String = "https://pdp.example.com",
        settings: AuthZENAPI.Settings = .init()
    ) throws {
        let folder = Self.folder.appendingPathComponent(name)
        let directory = try Directory(contentsOf: folder.appendingPathComponent("policies").path)
        let bytes = try Data(contentsOf: folder.appendingPathComponent("mapping.json"))
        try self.init(
            directory,
            mapping: String(decoding: bytes, as: UTF8.self),
            base: base,
            settings: settings
        )
    }

    init(
        _ directory: Directory,
        mapping: String,
        base: String = "https://pdp.example.com",
        settings: AuthZENAPI.Settings = .init()
    ) throws {
        let engine = try AuthorizationEngine(directory: directory)
        self.engine = engine
        api = AuthZENAPI(
            PoliciesInForce(engine: engine, directory: { directory }, now: { Self.noon }),
            mapping: try AuthZENMapping(reading: SourceText(mapping, name: "mapping.json")),
            metadata: try AuthZENMetadata(base: base),
            settings: settings
        )
    }

    /// The lines of a scenario's decisions.
    static func decisions(_ name: String) throws -> [AuthZENDecision] {
        let file = folder.appendingPathComponent(name).appendingPathComponent("decisions.jsonl")
        return try String(contentsOf: file, encoding: .utf8).split(separator: "\n").map { line in
            try AuthZENDecision(scenario: name, String(line))
        }
    }

    /// Asks as a client does.
    func ask(
        _ call: String,
        _ body: String,
        headers: [(String, String)] = [("Content-Type", "application/json")]
    ) -> ServerResponse {
        api.respond(
            to: ServerRequest(
                method: "POST",
                path: "/access/v1/\(call)",
                headers: headers.map { (name: $0.0, value: $0.1) },
                body: Array(body.utf8)
            )
        )
    }

    /// The members of an answer.
    func answer(_ call: String, _ body: String) throws -> [String: Any] {
        try Self.object(ask(call, body))
    }

    static func object(_ response: ServerResponse) throws -> [String: Any] {
        let json = try JSONSerialization.jsonObject(with: Data(response.body))
        guard let object = json as? [String: Any] else { throw CocoaError(.coderReadCorrupt) }
        return object
    }
}

/// One line of a scenario: a request and what must be answered.
struct AuthZENDecision: Sendable, CustomTestStringConvertible {
    let scenario: String
    let line: String
    let id: String
    let call: String
    let body: String
    let contentType: String

    var testDescription: String { "\(scenario) \(id)" }

    init(scenario: String, _ line: String) throws {
        self.scenario = scenario
        self.line = line
        let row = try Self.row(line)
        id = row["id"] as? String ?? ""
        call = row["call"] as? String ?? ""
        contentType = row["contentType"] as? String ?? "application/json"
        if let text = row["text"] as? String {
            body = text
        } else {
            let object = row["body"] ?? Self.request(row)
            body = String(decoding: try JSONSerialization.data(withJSONObject: object), as: UTF8.self)
        }
    }

    var row: [String: Any] { (try? Self.row(line)) ?? [:] }

    private static func row(_ line: String) throws -> [String: Any] {
        let json = try JSONSerialization.jsonObject(with: Data(line.utf8))
        guard let row = json as? [String: Any] else { throw CocoaError(.coderReadCorrupt) }
        return row
    }

    /// The short form of the file, written out.
    private static func request(_ row: [String: Any]) -> [String: Any] {
        var request: [String: Any] = [:]
        for name in ["subject", "resource"] {
            guard let parts = row[name] as? [Any] else { continue }
            request[name] = entity(parts, ["type", "id"])
        }
        if let parts = row["action"] as? [Any] { request["action"] = entity(parts, ["name"]) }
        for name in ["context", "options", "page"] { request[name] = row[name] }
        if let items = row["items"] as? [[String: Any]] {
            request["evaluations"] = items.map { Self.request($0) }
        }
        return request
    }

    private static func entity(_ parts: [Any], _ names: [String]) -> [String: Any] {
        var entity: [String: Any] = [:]
        for (name, part) in zip(names, parts) { entity[name] = part }
        if parts.count > names.count { entity["properties"] = parts[names.count] }
        return entity
    }
}
