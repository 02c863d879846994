import DecisionServer
import Foundation
import Portcullis
import Testing

@Suite("AuthZEN: pages of searches")
struct AuthZENSearchTests {
    static let records = """
        "subject": {"type": "user", "id": "bob"}, "action": {"name": "view"}, "resource": {"type": "record"}
        """
    static let bobsRecords = ["101", "102", "103", "105", "108", "112", "114", "116", "117", "119", "120"]

    private func page(
        _ scene: AuthZENScene,
        _ page: String?,
        _ question: String = records,
        _ call: String = "search/resource"
    ) throws -> (results: [String], token: String?, count: Int?) {
        let answer = try scene.answer(call, "{\(question)\(page.map { #", "page": \#($0)"# } ?? "")}")
        let results = try #require(answer["results"] as? [[String: Any]])
        let page = answer["page"] as? [String: Any]
        return (
            results.compactMap { ($0["id"] ?? $0["name"]) as? String }, page?["next_token"] as? String,
            page?["count"] as? Int
        )
    }

    @Test("Pages of every size hold the same results, and the last says so", arguments: 1...12)
    func sizes(_ limit: Int) throws {
        let scene = try AuthZENScene("search")
        var found: [String] = []
        var (results, token, count) = try page(scene, #"{"limit": \#(limit)}"#)
        found += results
        #expect(count == results.count)
        while let next = token, !next.isEmpty {
            #expect(results.count == limit)
            (results, token, count) = try page(scene, #"{"token": "\#(next)"}"#)
            #expect(!results.isEmpty)
            found += results
        }
        #expect(token == "")
        #expect(found == Self.bobsRecords)
    }

    @Test("Without a page all come at once, and no page is spoken of")
    func unpaged() throws {
        let (results, token, _) = try page(try AuthZENScene("search"), nil)
        #expect(results == Self.bobsRecords)
        #expect(token == nil)
    }

    @Test("Actions come in pages, too, in the order of the mapping")
    func actions() throws {
        let scene = try AuthZENScene("search")
        let question = """
            "subject": {"type": "user", "id": "alice"}, "resource": {"type": "record", "id": "101"}
            """
        let (first, token, _) = try page(scene, #"{"limit": 2}"#, question, "search/action")
        #expect(first == ["view", "edit"])
        let next = #"{"token": "\#(try #require(token))", "limit": 2}"#
        let (second, end, _) = try page(scene, next, question, "search/action")
        #expect(second == ["delete"])
        #expect(end == "")
    }

    @Test("A request may cost so much; the rest is on further pages, however few match")
    func candidates() throws {
        var settings = AuthZENAPI.Settings()
        settings.candidatesMax = 3
        let scene = try AuthZENScene("search", settings: settings)
        var (found, token, _) = try page(scene, nil)
        var pages = 1
        while let next = token, !next.isEmpty {
            let (results, further, _) = try page(scene, #"{"token": "\#(next)"}"#)
            found += results
            token = further
            pages += 1
        }
        #expect(found == Self.bobsRecords)
        #expect(pages == 7)
    }

    @Test("A limit above the server's is the server's")
    func largeLimit() throws {
        var settings = AuthZENAPI.Settings()
        settings.resultsMax = 4
        let scene = try AuthZENScene("search", settings: settings)
        let (results, token, _) = try page(scene, #"{"limit": 100}"#)
        #expect(results.count == 4)
        let next = try #require(token)
        #expect(try page(scene, #"{"token": "\#(next)", "limit": 100}"#).results.count == 4)
    }

    @Test("A page of nothing says whether there is something")
    func emptyPage() throws {
        let (results, token, _) = try page(try AuthZENScene("search"), #"{"limit": 0}"#)
        #expect(results.isEmpty)
        #expect(token?.isEmpty == false)
    }

    @Test("A token is good for its own question alone")
    func foreignTokens() throws {
        let scene = try AuthZENScene("search")
        let token = try #require(try page(scene, #"{"limit": 2}"#).token)
        func status(_ page: String, _ question: String = Self.records, _ call: String = "search/resource")
            -> Int
        {
            scene.ask(call, "{\(question), \"page\": \(page)}").status
        }
        #expect(status(#"{"token": "\#(token)"}"#) == 200)
        let reordered = """
            "resource": {"type": "record"}, "action": {"name": "view"}, "subject": {"id": "bob", "type": "user"}
            """
        #expect(status(#"{"token": "\#(token)"}"#, reordered) == 200)
        #expect(status(#"{"token": "\#(token)", "limit": 3}"#) == 400)
        #expect(
            status(#"{"token": "\#(token)"}"#, Self.records.replacingOccurrences(of: "bob", with: "dan"))
                == 400
        )
        #expect(status(#"{"token": "\#(token)"}"#, Self.records + #", "context": {"x": 1}"#) == 400)
        #expect(
            try AuthZENScene("search").ask(
                "search/resource",
                "{\(Self.records), \"page\": {\"token\": \"\(token)\"}}"
            ).status == 400
        )
        var forged = Array(token)
        forged[3] = forged[3] == "A" ? "B" : "A"
        for bad in [String(forged), String(token.dropLast()), token + "A", "*", "\(token)="] {
            #expect(status(#"{"token": "\#(bad)"}"#) == 400)
        }
    }

    @Test(
        "Pages of the wrong form are refused",
        arguments: ["7", #"{"limit": -1}"#, #"{"limit": "2"}"#, #"{"limit": 1.5}"#, #"{"token": 7}"#]
    )
    func malformedPages(_ page: String) throws {
        #expect(
            try AuthZENScene("search").ask("search/resource", "{\(Self.records), \"page\": \(page)}").status
                == 400
        )
    }

    @Test("Candidates follow the directory")
    func newSubjects() throws {
        func directory(_ names: [String]) throws -> Directory {
            let policy =
                #"{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "a:Go", "Resource": "*"}}"#
            let trust =
                #"{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Principal": "*", "Action": "sts:AssumeRole"}}"#
            var files = ["accounts/111122223333/roles/robot/trust-policy.json": Array(trust.utf8)]
            for name in names {
                files["accounts/111122223333/users/\(name)/inline/go.json"] = Array(policy.utf8)
            }
            return try Directory(files: files, reader: PolicyReader(mode: .lenient))
        }
        let mapping = """
            {"version": 1, "subjects": {"user": {"principal": "arn:aws:iam::111122223333:user/{id}"},
                          "robot": {"principal": "arn:aws:iam::111122223333:role/{id}"}},
             "actions": {"go": "a:Go"}, "resources": {"x": {"resource": "arn:aws:a:::{id}"}}}
            """
        let current = Box(try directory(["ada"]))
        let engine = try AuthorizationEngine(directory: current.value)
        let api = AuthZENAPI(
            PoliciesInForce(engine: engine, directory: { current.value }),
            mapping: try AuthZENMapping(reading: SourceText(mapping)),
            metadata: try AuthZENMetadata(base: "https://x.example")
        )
        func users(_ type: String = "user") throws -> [String] {
            let body = """
                {"subject": {"type": "\(type)"}, "action": {"name": "go"}, "resource": {"type": "x", "id": "y"}}
                """
            let request = ServerRequest(
                method: "POST",
                path: "/access/v1/search/subject",
                headers: [(name: "Content-Type", value: "application/json")],
                body: Array(body.utf8)
            )
            let results = try AuthZENScene.object(api.respond(to: request))["results"] as? [[String: String]]
            return try #require(results).compactMap { $0["id"] }
        }
        #expect(try users() == ["ada"])
        #expect(try users("robot") == [])
        current.value = try directory(["bob", "ada", "eve"])
        try engine.replace(with: current.value)
        #expect(try users() == ["ada", "bob", "eve"])
    }
}

/// A value that a test changes.
private final class Box<Value: Sendable>: @unchecked Sendable {
    private let lock = NSLock()
    private var stored: Value

    init(_ value: Value) { stored = value }

    var value: Value {
        get { lock.withLock { stored } }
        set { lock.withLock { stored = newValue } }
    }
}
