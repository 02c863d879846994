import Foundation
import Portcullis

@testable import RequestMapping

/// The shipped example with keys of the tests.
enum World {
    /// The path of a file of the example.
    static func path(_ name: String) -> String {
        URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appendingPathComponent("Examples/gateway/\(name)").path
    }

    static var keys: [String: Any] {
        let keys = [
            TestKeys.p256.member("p256", ["use": "sig"]), TestKeys.rsa.member("rsa"),
            TestKeys.ed25519.member("ed", ["alg": "EdDSA"]), TestKeys.p384.member("p384"),
            TestKeys.otherP256.member("encryption", ["use": "enc"]),
        ]
        return ["keys": keys]
    }

    /// The text of the shipped mapping, changed.
    static func text(_ change: (String) -> String = { $0 }) throws -> String {
        try change(String(contentsOfFile: path("mapping.json"), encoding: .utf8))
    }

    /// A mapping of a text, whose keys are those of the tests.
    static func mapping(_ text: String) throws -> RequestMapping {
        try RequestMapping(SourceText(text, name: "mapping.json")) { name throws(InvalidDocument) in
            SourceText(TestToken.json(keys), name: name.description)
        }
    }

    static func engine() throws -> AuthorizationEngine {
        try AuthorizationEngine(directory: Directory(contentsOf: path("policies")))
    }

    static func gate(_ change: (String) -> String = { $0 }) throws -> RequestGate {
        try RequestGate(mapping(text(change)), engine())
    }

    static let now = Instant(seconds: TestToken.now) ?? .distantPast
}

/// A request in the making.
struct TestRequest {
    var method = "GET"
    var target: [UInt8]
    var headers: [(name: [UInt8], value: [UInt8])] = []
    var peer = "198.51.100.7"
    var authority = "models.acme.example"
    var tls = "TLSv1.3"
    var names: [(HTTPRequestBuffer.CertificateName.Kind, String)] = []

    init(_ method: String = "GET", _ target: String) {
        self.method = method
        self.target = Array(target.utf8)
    }

    func adding(_ name: String, _ value: String) -> TestRequest {
        var request = self
        request.headers.append((Array(name.utf8), Array(value.utf8)))
        return request
    }

    func adding(_ name: [UInt8], _ value: [UInt8]) -> TestRequest {
        var request = self
        request.headers.append((name, value))
        return request
    }

    func bearing(_ token: String = TestToken().signed()) -> TestRequest {
        adding("Authorization", "Bearer \(token)")
    }

    func from(_ peer: String) -> TestRequest {
        var request = self
        request.peer = peer
        return request
    }

    func certified(
        _ name: String,
        _ kind: HTTPRequestBuffer.CertificateName.Kind = .uri
    ) -> TestRequest {
        var request = self
        request.names.append((kind, name))
        return request
    }

    func fill(_ buffer: HTTPRequestBuffer) {
        buffer.begin()
        buffer.setMethod(Array(method.utf8).span)
        buffer.setTarget(target.span)
        buffer.setAuthority(Array(authority.utf8).span)
        buffer.setPeerAddress(Array(peer.utf8).span)
        buffer.setTLSVersion(Array(tls.utf8).span)
        for (name, value) in headers { buffer.addHeader(name.span, value.span) }
        for (kind, name) in names { buffer.addCertificateName(kind, Array(name.utf8).span) }
    }

    /// What a gate answers.
    func answer(_ gate: RequestGate, at now: Instant = World.now) -> GateAnswer {
        let buffer = HTTPRequestBuffer()
        fill(buffer)
        return gate.decide(buffer, at: now)
    }
}
