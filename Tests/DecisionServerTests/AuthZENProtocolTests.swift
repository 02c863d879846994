import DecisionServer
import Foundation
import Portcullis
import Testing

@Suite("AuthZEN: the protocol")
struct AuthZENProtocolTests {
    let scene = try? AuthZENScene("certification")

    static let question = """
        {"subject": {"type": "user", "id": "alice"}, "action": {"name": "read"},
         "resource": {"type": "record", "id": "record-1"}}
        """
    static let denied = question.replacingOccurrences(of: "alice", with: "mallory")

    private func ask(
        _ call: String = "evaluation",
        _ body: String = question,
        _ headers: [(String, String)] = [("Content-Type", "application/json")]
    ) throws -> ServerResponse {
        try #require(scene).ask(call, body, headers: headers)
    }

    // MARK: Headers

    @Test("The id of a request comes back, whatever the answer", arguments: [question, denied, "{"])
    func requestID(_ body: String) throws {
        let response = try ask(
            "evaluation",
            body,
            [("content-type", "application/json"), ("x-request-id", "bfe9eb29 ü")]
        )
        #expect(response.headers.contains { $0.name == "X-Request-ID" && $0.value == "bfe9eb29 ü" })
    }

    @Test(
        "Two ids, or one with a line break, come back not at all",
        arguments: [["a", "b"], ["a\r\nSet-Cookie: x"]]
    )
    func strangeRequestIDs(_ ids: [String]) throws {
        let headers = [("Content-Type", "application/json")] + ids.map { ("X-Request-ID", $0) }
        let response = try ask("evaluation", Self.question, headers)
        #expect(response.status == 200)
        #expect(!response.headers.contains { $0.name == "X-Request-ID" })
    }

    @Test("In dry run a deny lets pass, and says that it would not; what is malformed is denied")
    func dryRun() throws {
        var settings = AuthZENAPI.Settings()
        settings.isDryRun = true
        let scene = try AuthZENScene("certification", settings: settings)
        func answer(_ call: String, _ body: String) -> String {
            String(
                decoding: scene.ask(call, body, headers: [("Content-Type", "application/json")]).body,
                as: UTF8.self
            )
        }
        let denied = answer("evaluation", Self.denied)
        #expect(
            denied.hasPrefix(#"{"decision":true,"context":{"dry_run":true,"would_be":false,"#),
            "\(denied)"
        )
        #expect(!answer("evaluation", Self.question).contains("dry_run"))
        let list = answer(
            "evaluations",
            #"{"options": {"evaluations_semantic": "deny_on_first_deny"}, "evaluations": [\#(Self.denied), 1]}"#
        )
        #expect(
            list.contains(#""would_be":false"#) && list.contains(#"{"decision":false,"context":{"error""#),
            "\(list)"
        )
    }

    @Test("Without an id there is none")
    func noRequestID() throws {
        #expect(try !ask().headers.contains { $0.name == "X-Request-ID" })
    }

    @Test(
        "JSON is announced as such",
        arguments: [
            ("application/json", 200), ("Application/JSON; charset=UTF-8", 200),
            ("application/json;charset=\"utf-8\"", 200),
            ("application/json; charset=latin1", 400), ("text/json", 400), ("application/jsonx", 400),
            ("", 400),
        ]
    )
    func contentTypes(_ type: String, _ status: Int) throws {
        #expect(try ask("evaluation", Self.question, [("Content-Type", type)]).status == status)
    }

    @Test("Bodies without a type, with two, or encoded are not read")
    func otherContentTypes() throws {
        let json = ("Content-Type", "application/json")
        #expect(try ask("evaluation", Self.question, []).status == 400)
        #expect(try ask("evaluation", Self.question, [json, json]).status == 400)
        #expect(try ask("evaluation", Self.question, [json, ("Content-Encoding", "gzip")]).status == 415)
        #expect(try ask("evaluation", Self.question, [json, ("Content-Encoding", "identity")]).status == 200)
    }

    @Test("No answer is kept by caches")
    func caching() throws {
        #expect(try ask().headers.contains { $0.name == "Cache-Control" && $0.value == "no-store" })
    }

    // MARK: Paths and methods

    @Test("Other methods and paths are told what there is", arguments: ["GET", "PUT", "DELETE", "HEAD"])
    func methods(_ method: String) throws {
        let api = try #require(scene).api
        for path in api.paths where path.hasPrefix("/access/") {
            let response = api.respond(to: ServerRequest(method: method, path: path))
            #expect(response.status == 405)
            #expect(response.headers.contains { $0.name == "Allow" && $0.value == "POST" })
        }
        #expect(api.respond(to: ServerRequest(method: method, path: "/access/v2/evaluation")).status == 404)
        #expect(api.respond(to: ServerRequest(method: method, path: "/access/v1/evaluation/")).status == 404)
    }

    @Test("A body that is too long is not read")
    func bodyLimit() throws {
        var settings = AuthZENAPI.Settings()
        settings.bodyBytesMax = Self.question.utf8.count
        let scene = try AuthZENScene("certification", settings: settings)
        #expect(scene.ask("evaluation", Self.question).status == 200)
        #expect(scene.ask("evaluation", Self.question + " ").status == 413)
    }

    // MARK: Metadata

    @Test(
        "Metadata lies below the well-known path, and says where everything is",
        arguments: [
            ("https://pdp.example.com", "https://pdp.example.com", "/.well-known/authzen-configuration"),
            ("https://pdp.example.com/", "https://pdp.example.com", "/.well-known/authzen-configuration"),
            ("https://x.example/t/1", "https://x.example/t/1", "/.well-known/authzen-configuration/t/1"),
            ("http://127.0.0.1:8080", "http://127.0.0.1:8080", "/.well-known/authzen-configuration"),
        ]
    )
    func metadata(_ base: String, _ named: String, _ path: String) throws {
        let api = try AuthZENScene("certification", base: base).api
        #expect(api.paths.contains(path))
        let response = api.respond(to: ServerRequest(method: "GET", path: path))
        #expect(response.status == 200)
        #expect(response.contentType == "application/json")
        let metadata = try AuthZENScene.object(response)
        #expect(metadata["policy_decision_point"] as? String == named)
        let endpoints = [
            "access_evaluation_endpoint": "evaluation", "access_evaluations_endpoint": "evaluations",
            "search_subject_endpoint": "search/subject", "search_resource_endpoint": "search/resource",
            "search_action_endpoint": "search/action",
        ]
        for (name, end) in endpoints { #expect(metadata[name] as? String == "\(named)/access/v1/\(end)") }
        #expect(metadata.count == 6)
        let posted = api.respond(to: ServerRequest(method: "POST", path: path))
        #expect(posted.status == 405)
        #expect(posted.headers.contains { $0.name == "Allow" && $0.value == "GET, HEAD" })
    }

    @Test("A base with a path is answered there, too")
    func tenant() throws {
        let api = try AuthZENScene("certification", base: "https://x.example/t").api
        let headers = [(name: "Content-Type", value: "application/json")]
        for path in ["/t/access/v1/evaluation", "/access/v1/evaluation"] {
            let request = ServerRequest(
                method: "POST",
                path: path,
                headers: headers,
                body: Array(Self.question.utf8)
            )
            #expect(api.respond(to: request).status == 200)
        }
        #expect(api.respond(to: ServerRequest(method: "POST", path: "/u/access/v1/evaluation")).status == 404)
    }

    @Test(
        "A base that nobody could trust is refused",
        arguments: [
            "", "pdp.example.com", "http://pdp.example.com", "ftp://localhost", "https://",
            "https://x.example?y",
            "https://x.example/#z", "https://user@x.example",
        ]
    )
    func bases(_ base: String) {
        #expect(throws: AuthZENMetadata.InvalidURL.self) { try AuthZENMetadata(base: base) }
    }

    // MARK: Bodies

    @Test(
        "What is not a request is refused with a sentence",
        arguments: [
            "", "[]", "null", "{", #"{"subject": {}, "subject": {}}"#, "{\"a\": \"\u{1}\"}",
            #"{"subject": {"type": "user", "id": "a\u0000"}, "action": {"name": "read"}, "resource": {"type": "record", "id": "r"}}"#,
            #"{"subject": {"type": 7, "id": "a"}, "action": {"name": "read"}, "resource": {"type": "record", "id": "r"}}"#,
            #"{"subject": {"type": "user", "id": "a", "properties": []}, "action": {"name": "read"}, "resource": {"type": "record", "id": "r"}}"#,
            #"{"subject": {"type": "user", "id": "a"}, "action": {"name": "read"}, "resource": {"type": "record", "id": "r"}, "context": 7}"#,
        ]
    )
    func malformed(_ body: String) throws {
        for call in ["evaluation", "evaluations", "search/subject", "search/resource", "search/action"] {
            let response = try ask(call, body)
            #expect(response.status == 400, "\(call)")
            let json = try JSONSerialization.jsonObject(with: Data(response.body), options: .fragmentsAllowed)
            #expect((json as? String)?.isEmpty == false)
        }
    }

    @Test("Bytes that are not UTF-8 are refused")
    func notUTF8() throws {
        let body = Array(Self.question.utf8.dropLast()) + [0x2C, 0x22, 0xFF, 0x22, 0x3A, 0x31, 0x7D]
        let headers = [(name: "Content-Type", value: "application/json")]
        let request = ServerRequest(
            method: "POST",
            path: "/access/v1/evaluation",
            headers: headers,
            body: body
        )
        #expect(try #require(scene).api.respond(to: request).status == 400)
    }

    @Test("null stands for an absent member")
    func null() throws {
        let body = Self.question.dropLast() + #", "context": null, "evaluations": null, "options": null}"#
        #expect(try AuthZENScene.object(ask("evaluations", String(body)))["decision"] as? Bool == true)
    }

    @Test(
        "Lists of the wrong form are refused whole",
        arguments: [
            #""evaluations": {}"#, #""evaluations": [{}], "subject": "alice""#,
            #""evaluations": [{}], "action": {}"#,
            #""evaluations": [{}], "resource": []"#, #""evaluations": [{}], "context": []"#,
            #""evaluations": [{}], "options": []"#,
            #""evaluations": [{}], "options": {"evaluations_semantic": "first"}"#,
            #""evaluations": [{}], "options": {"evaluations_semantic": 1}"#,
        ]
    )
    func malformedLists(_ members: String) throws {
        #expect(try ask("evaluations", "{\(members)}").status == 400)
    }

    @Test("An item that is no question is denied alone, with the reason")
    func itemFaults() throws {
        let items = "[\(Self.question), 7, {\"subject\": \"alice\"}, \(Self.question)]"
        let answer = try AuthZENScene.object(ask("evaluations", "{\"evaluations\": \(items)}"))
        let evaluations = try #require(answer["evaluations"] as? [[String: Any]])
        #expect(evaluations.map { $0["decision"] as? Bool } == [true, false, false, true])
        for item in evaluations[1...2] {
            let error = (item["context"] as? [String: Any])?["error"] as? [String: Any]
            #expect(error?["status"] as? Int == 400)
            #expect((error?["message"] as? String)?.isEmpty == false)
        }
    }

    @Test("An item that is no question ends a list that ends at the first deny")
    func itemFaultEnds() throws {
        let body = """
            {"evaluations": [7, \(Self.question)], "options": {"evaluations_semantic": "deny_on_first_deny"}}
            """
        let answer = try AuthZENScene.object(ask("evaluations", body))
        #expect((answer["evaluations"] as? [Any])?.count == 1)
    }

    @Test("Too long a list is refused")
    func listLimit() throws {
        var settings = AuthZENAPI.Settings()
        settings.evaluationsMax = 2
        let scene = try AuthZENScene("certification", settings: settings)
        let list = { (count: Int) in
            #"{"evaluations": [\#([String](repeating: "{}", count: count).joined(separator: ","))]}"#
        }
        #expect(scene.ask("evaluations", list(2)).status == 200)
        #expect(scene.ask("evaluations", list(3)).status == 400)
    }

    // MARK: Reasons

    @Test("A deny says no more than it must")
    func reasons() throws {
        let body = Self.question.replacingOccurrences(of: "read", with: "delete")
        let answer = try AuthZENScene.object(ask("evaluation", body))
        let context = try #require(answer["context"] as? [String: Any])
        #expect((context["reason_user"] as? [String: String])?["403"] == "You are not allowed to do this.")
        #expect((context["reason_admin"] as? [String: String])?["403"] == "no policy allows the request")
        #expect(context["revision"] as? Int == 1)
        let allowed = try AuthZENScene.object(ask())["context"] as? [String: Any]
        #expect(allowed?.keys.sorted() == ["revision"])
    }

    @Test("Policies are named where the settings say so")
    func disclosed() throws {
        var settings = AuthZENAPI.Settings()
        settings.disclosesPolicies = true
        let policy = """
            {"Version": "2012-10-17", "Statement": [
             {"Effect": "Allow", "Action": "*", "Resource": "*"},
             {"Effect": "Deny", "Action": "a:Write", "Resource": "*"}]}
            """
        let directory = try Directory(files: [
            "accounts/111122223333/users/ada/inline/all.json": Array(policy.utf8),
            "accounts/111122223333/users/bob/user.json": Array("{}".utf8),
        ])
        let mapping = """
            {"version": 1, "subjects": {"user": {"principal": "arn:aws:iam::111122223333:user/{id}"}},
             "actions": {"write": "a:Write"}, "resources": {"x": {"resource": "arn:aws:a:::{id}"}}}
            """
        let scene = try AuthZENScene(directory, mapping: mapping, settings: settings)
        func reason(_ user: String) throws -> String? {
            let body = """
                {"subject": {"type": "user", "id": "\(user)"}, "action": {"name": "write"},
                 "resource": {"type": "x", "id": "y"}}
                """
            let context = try scene.answer("evaluation", body)["context"] as? [String: Any]
            return (context?["reason_admin"] as? [String: String])?["403"]
        }
        #expect(
            try reason("ada") == "a policy forbids the request: statement 1 of identity-based policy `all`"
        )
        #expect(try reason("bob") == "no policy allows the request: no identity-based policy allows it")
        #expect(
            try reason("eve") == "the subject is not in the directory, or the request cannot be evaluated"
        )
    }

    @Test("The revision moves with the policies")
    func revision() throws {
        let scene = try AuthZENScene("certification")
        #expect(try scene.answer("evaluation", Self.question)["decision"] as? Bool == true)
        try scene.engine.replace(with: Directory())
        let answer = try scene.answer("evaluation", Self.question)
        #expect(answer["decision"] as? Bool == false)
        #expect((answer["context"] as? [String: Any])?["revision"] as? Int == 2)
    }
}
