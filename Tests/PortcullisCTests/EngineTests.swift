import CPortcullis
import Foundation
import Portcullis
import SnapshotDelivery
import Testing

@Suite("Engines of the C functions")
struct EngineTests {
    /// Whether ada may do an action, by a reader of her own.
    private func mayAda(_ action: String, _ engine: OpaquePointer) throws -> Bool {
        let reader = try Scene.reader(engine)
        let request = try Scene.request(principal: PolicyFolder.principal, action: action, resource: "*")
        defer {
            portcullis_request_destroy(request)
            portcullis_reader_destroy(reader)
        }
        return try Scene.check(reader, request).outcome == Int32(PORTCULLIS_ALLOW)
    }

    @Test("A folder is read once, and again when told to")
    func reload() throws {
        let folder = try PolicyFolder()
        let engine = try Scene.open(folder.path)
        defer { portcullis_close(engine) }
        #expect(try mayAda("s3:GetObject", engine))
        try folder.allow("sqs:*")
        #expect(try mayAda("s3:GetObject", engine))
        try Scene.ok(portcullis_reload(engine))
        #expect(try !mayAda("s3:GetObject", engine))
        #expect(try mayAda("sqs:SendMessage", engine))
    }

    @Test("A faulty reload leaves what was in force, and says where the fault is")
    func faultyReload() throws {
        let folder = try PolicyFolder()
        let engine = try Scene.open(folder.path)
        defer { portcullis_close(engine) }
        try folder.write("accounts/111122223333/users/ada/inline/own.json", "{")
        #expect(Int(portcullis_reload(engine)) == PORTCULLIS_ERROR_INVALID_POLICIES)
        #expect(Scene.lastMessage.contains("own.json"))
        #expect(try mayAda("s3:GetObject", engine))
        let rejections = try Scene.status(engine)["rejections"] as? [[String: Any]]
        #expect(rejections?.first?["code"] as? String == "delivery.policies")
        try FileManager.default.removeItem(atPath: folder.path)
        #expect(Int(portcullis_reload(engine)) == PORTCULLIS_ERROR_UNREACHABLE)
        #expect(try mayAda("s3:GetObject", engine))
        #expect(try Scene.status(engine)["sourceFailure"] is String)
    }

    @Test("Opening what is not there, or faulty, makes no engine")
    func faultySources() throws {
        let folder = try PolicyFolder()
        #expect(code { try Scene.open("\(folder.path)/none") } == PORTCULLIS_ERROR_UNREACHABLE)
        try folder.write("accounts/111122223333/users/ada/inline/own.json", "[]")
        #expect(code { try Scene.open(folder.path) } == PORTCULLIS_ERROR_INVALID_POLICIES)
        #expect(code { try Scene.follow(folder.path) } == PORTCULLIS_ERROR_INVALID_POLICIES)
    }

    private func code(_ body: () throws -> OpaquePointer) -> Int? {
        do {
            _ = try body()
            return nil
        } catch {
            return (error as? CFailure)?.code
        }
    }

    @Test("A followed folder is in force as soon as it changes")
    func follow() throws {
        let folder = try PolicyFolder()
        let engine = try Scene.follow(folder.path)
        defer { portcullis_close(engine) }
        #expect(try mayAda("s3:GetObject", engine))
        try folder.allow("sqs:*")
        #expect(try becomesTrue { try mayAda("sqs:SendMessage", engine) })
        #expect(try !mayAda("s3:GetObject", engine))
        #expect(try Scene.status(engine)["storeRevision"] as? Int ?? 0 >= 2)
    }

    @Test("A source that is not there yet denies everything until it is, for who does not wait")
    func followLater() throws {
        let folder = try PolicyFolder()
        let later = "\(folder.path)/later"
        #expect(
            code { try Scene.follow(later) { $0.start_timeout_ms = 100 } } == PORTCULLIS_ERROR_NO_POLICIES
        )
        let engine = try Scene.follow(later) { settings in
            settings.start_timeout_ms = -1
            settings.interval_ms = 50
        }
        defer { portcullis_close(engine) }
        #expect(try !mayAda("s3:GetObject", engine))
        #expect(try Scene.status(engine)["state"] as? String == "closed")
        let request = try Scene.request()
        defer { portcullis_request_destroy(request) }
        #expect(
            Int(portcullis_explain(engine, request, 0, nil, 0, nil)) == PORTCULLIS_ERROR_NO_POLICIES
        )
        try FileManager.default.copyItem(atPath: "\(folder.path)/accounts", toPath: "\(later)-accounts")
        try FileManager.default.createDirectory(atPath: later, withIntermediateDirectories: true)
        try FileManager.default.moveItem(atPath: "\(later)-accounts", toPath: "\(later)/accounts")
        #expect(try becomesTrue { try mayAda("s3:GetObject", engine) })
    }

    @Test("A source that falls silent denies everything, where the settings say so")
    func staleness() throws {
        let folder = try PolicyFolder()
        let engine = try Scene.follow(folder.path) { settings in
            settings.staleness_limit_ms = 300
            settings.interval_ms = 50
        }
        defer { portcullis_close(engine) }
        #expect(try mayAda("s3:GetObject", engine))
        try FileManager.default.moveItem(atPath: folder.path, toPath: "\(folder.path)-away")
        defer { try? FileManager.default.removeItem(atPath: "\(folder.path)-away") }
        #expect(try becomesTrue { try !mayAda("s3:GetObject", engine) })
        #expect(try Scene.status(engine)["reason"] as? String == "delivery.noContact")
    }

    /// Tries for ten seconds.
    private func becomesTrue(_ condition: () throws -> Bool) throws -> Bool {
        for _ in 0..<1_000 {
            if try condition() { return true }
            usleep(10_000)
        }
        return false
    }

    // MARK: Files

    @Test("A compiled snapshot decides, and cannot be explained")
    func snapshot() throws {
        let folder = try PolicyFolder()
        let path = "\(folder.path)/acme.snapshot"
        try SnapshotCompiler().compile(Directory(contentsOf: Scene.acme)).write(to: path)
        let engine = try Scene.open(path)
        defer { portcullis_close(engine) }
        let reader = try Scene.reader(engine)
        let request = try Scene.request()
        defer {
            portcullis_request_destroy(request)
            portcullis_reader_destroy(reader)
        }
        var decision = try Scene.check(reader, request)
        #expect(decision.outcome == Int32(PORTCULLIS_EXPLICIT_DENY))
        #expect(try Scene.text { portcullis_policy_name(engine, &decision, $0, $1, $2) } == "RequireMFA")
        #expect(Int(portcullis_explain(engine, request, 0, nil, 0, nil)) == PORTCULLIS_ERROR_NOT_EXPLAINABLE)
    }

    @Test("A file of authorization details is read as it is")
    func details() throws {
        let engine = try Scene.open("\(Scene.acme)/accounts/333344445555/authorization-details.json")
        portcullis_close(engine)
    }

    @Test("A bundle is believed when a trusted key has signed it, and says when it expires")
    func bundle() throws {
        let folder = try PolicyFolder()
        let (key, other) = (try #require(SigningKey.generate()), try #require(SigningKey.generate()))
        try key.write(privateTo: "\(folder.path)/key", publicTo: "\(folder.path)/key.pub")
        try other.write(privateTo: "\(folder.path)/other", publicTo: "\(folder.path)/other.pub")
        let now = Int64(Date().timeIntervalSince1970)
        let image = try SnapshotCompiler().compile(Directory(contentsOf: Scene.acme))
        try image.write(to: "\(folder.path)/snapshot")
        let content = BundleContent.snapshot(
            [UInt8](try Data(contentsOf: URL(fileURLWithPath: "\(folder.path)/snapshot")))
        )
        let bytes = try content.bundle(
            revision: StoreRevision(7),
            created: now - 3_600,
            expires: now + 3_600,
            channel: .none,
            signedBy: key
        )
        let path = "\(folder.path)/acme.bundle"
        try Data(bytes).write(to: URL(fileURLWithPath: path))
        #expect(code { try Scene.open(path) } == PORTCULLIS_ERROR_NOT_TRUSTED)
        #expect(
            code { try Scene.open(path, keys: ["\(folder.path)/other.pub"]) } == PORTCULLIS_ERROR_NOT_TRUSTED
        )
        #expect(
            code { try Scene.open(path, keys: ["\(folder.path)/none"]) } == PORTCULLIS_ERROR_INVALID_ARGUMENT
        )
        #expect(code { try Scene.open(path, keys: [path]) } == PORTCULLIS_ERROR_INVALID_ARGUMENT)
        let engine = try Scene.open(path, keys: ["\(folder.path)/key.pub"])
        defer { portcullis_close(engine) }
        let status = try Scene.status(engine)
        #expect(status["storeRevision"] as? Int == 7)
        #expect(status["expires"] as? Int == Int(now) + 3_600)
    }

    @Test("A channel needs keys, and a name that is one", arguments: [("prod", 0), ("a b", 1)])
    func channels(_ name: String, _ keyCount: Int) throws {
        let folder = try PolicyFolder()
        let key = try #require(SigningKey.generate())
        try key.write(privateTo: "\(folder.path)/key", publicTo: "\(folder.path)/key.pub")
        let keys = [String](repeating: "\(folder.path)/key.pub", count: keyCount)
        var engine: OpaquePointer?
        let result = name.withCString { name in
            Scene.withSettings(keys) { settings in
                settings.pointee.channel = name
                return portcullis_open(folder.path, -1, settings, &engine)
            }
        }
        #expect(Int(result) == PORTCULLIS_ERROR_INVALID_ARGUMENT)
    }

    @Test("A server that cannot be reached is no source of policies")
    func server() throws {
        let folder = try PolicyFolder()
        let key = try #require(SigningKey.generate())
        try key.write(privateTo: "\(folder.path)/key", publicTo: "\(folder.path)/key.pub")
        let code = code {
            try Scene.open("http://127.0.0.1:9/pointer", keys: ["\(folder.path)/key.pub"])
        }
        #expect(code == PORTCULLIS_ERROR_UNREACHABLE)
    }

    // MARK: What is said

    @Test("Every result has the name that the header gives it")
    func names() throws {
        #expect(try Scene.text { portcullis_result_name(0, $0, $1, $2) } == "PORTCULLIS_OK")
        for code in Int32(-18)..<0 {
            let name = try Scene.text { portcullis_result_name(code, $0, $1, $2) }
            #expect(name.hasPrefix("PORTCULLIS_ERROR_"))
        }
        #expect(portcullis_result_name(-19, nil, 0, nil) == Int32(PORTCULLIS_ERROR_INVALID_ARGUMENT))
        #expect(
            try Scene.text { portcullis_result_name(Int32(PORTCULLIS_ERROR_TOO_MANY), $0, $1, $2) }
                == "PORTCULLIS_ERROR_TOO_MANY"
        )
    }

    @Test("The library's version is the header's")
    func version() throws {
        #expect(try Scene.text { portcullis_version($0, $1, $2) } == PORTCULLIS_VERSION)
    }

    @Test("The name of a policy is told for decisions of the revision in force")
    func policyNames() throws {
        let engine = try Scene.open(Scene.acme)
        defer { portcullis_close(engine) }
        let reader = try Scene.reader(engine)
        let request = try Scene.request()
        defer {
            portcullis_request_destroy(request)
            portcullis_reader_destroy(reader)
        }
        var decision = try Scene.check(reader, request)
        #expect(decision.layer == Int32(PORTCULLIS_LAYER_SERVICE_CONTROL))
        #expect(decision.statement == 0)
        #expect(try Scene.text { portcullis_policy_name(engine, &decision, $0, $1, $2) } == "RequireMFA")
        try Scene.ok(portcullis_reload(engine))
        #expect(Int(portcullis_policy_name(engine, &decision, nil, 0, nil)) == PORTCULLIS_ERROR_REVISION_GONE)
        try Scene.ok(portcullis_request_set_principal(request, "arn:aws:iam::111122223333:user/grace", -1))
        try Scene.ok(portcullis_request_set_mfa(request, 1, 5))
        try Scene.ok(portcullis_request_set_action(request, "sqs:SendMessage", -1))
        decision = try Scene.check(reader, request)
        #expect(decision.outcome == Int32(PORTCULLIS_IMPLICIT_DENY))
        #expect((decision.policy, decision.statement) == (-1, -1))
        #expect(Int(portcullis_policy_name(engine, &decision, nil, 0, nil)) == PORTCULLIS_ERROR_NO_POLICY)
    }

    @Test("An explanation is the one of the command line, with the request as it stands now")
    func explanation() throws {
        let engine = try Scene.open(Scene.acme)
        defer { portcullis_close(engine) }
        let request = try Scene.request()
        defer { portcullis_request_destroy(request) }
        let draft = try Scene.object { portcullis_explain(engine, request, 0, $0, $1, $2) }
        #expect(draft["decision"] as? String == "explicitDeny")
        try Scene.ok(portcullis_request_set_mfa(request, 1, 5))
        try Scene.ok(portcullis_request_prepare(request))
        try Scene.ok(portcullis_request_set_resource(request, "arn:aws:s3:::acme-other", -1))
        let few = try Scene.text { portcullis_explain(engine, request, 0, $0, $1, $2) }
        let all = try Scene.text { portcullis_explain(engine, request, 1, $0, $1, $2) }
        #expect(few.contains("arn:aws:s3:::acme-other") && few.count < all.count)
        let unknown = try Scene.request(principal: "arn:aws:iam::111122223333:user/nobody")
        defer { portcullis_request_destroy(unknown) }
        #expect(Int(portcullis_explain(engine, unknown, 0, nil, 0, nil)) == PORTCULLIS_ERROR_INVALID_REQUEST)
    }
}
