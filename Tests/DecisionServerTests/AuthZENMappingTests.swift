import DecisionServer
import Foundation
import Portcullis
import Testing

@Suite("AuthZEN: the mapping")
struct AuthZENMappingTests {
    static let files = [
        "accounts/111122223333/users/ada/inline/p.json": """
        {"Version": "2012-10-17", "Statement": [
         {"Effect": "Allow", "Action": "a:Read", "Resource": "arn:aws:a:::x/*/end"},
         {"Effect": "Allow", "Action": "a:Tagged", "Resource": "*",
          "Condition": {"ForAllValues:StringEquals": {"a:Tags": ["red", "7", "true"]}, "Null": {"a:Tags": "false"}}},
         {"Effect": "Allow", "Action": "a:Typed", "Resource": "*", "Condition": {"NumericLessThan": {"a:Size": "10"}}},
         {"Effect": "Allow", "Action": "a:Called", "Resource": "*",
          "Condition": {"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}}},
         {"Effect": "Allow", "Action": "a:Mine", "Resource": "*",
          "Condition": {"StringEquals": {"aws:PrincipalTag/team": "core"}}},
         {"Effect": "Allow", "Action": "a:Deep", "Resource": "arn:aws:a:::y/eu/*"}]}
        """,
        "accounts/111122223333/users/ada/user.json": #"{"Tags": {"team": "core"}}"#,
        "accounts/111122223333/users/eve/user.json": #"{"Tags": {"team": "none"}}"#,
        "accounts/111122223333/users/eve/inline/p.json": """
        {"Version": "2012-10-17", "Statement":
         {"Effect": "Allow", "Action": "a:Mine", "Resource": "*",
          "Condition": {"StringEquals": {"aws:PrincipalTag/team": "core"}}}}
        """,
        "accounts/222233334444/users/eve/inline/p.json": """
        {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}
        """,
    ]

    static let mapping = """
        {"version": 1, "subjects": {
           "user": {"principal": "arn:aws:iam::111122223333:user/{id}", "properties": {"team": "a:Team"}},
           "guest": {"principal": "arn:aws:iam::{properties.account}:user/{id}",
                     "known": {"ada": {"account": "111122223333"}, "zoe": {"account": 7}}}},
         "actions": {
           "read": [{"action": "a:Read", "on": ["x"]}, {"action": "a:Deep", "on": ["y"]}],
           "tag": {"action": "a:Tagged", "properties": {"tags": "a:Tags"}}, "type": "a:Typed", "call": "a:Called",
           "own": "a:Mine"},
         "resources": {
           "x": {"resource": "arn:aws:a:::x/{id}/end", "properties": {"size": "a:Size"}, "account": "111122223333"},
           "y": {"resource": "arn:aws:a:::y/{properties.region}/{id}", "account": "111122223333",
                 "known": {"k": {"region": "eu"}}}},
         "context": {"ip": "aws:SourceIp"}}
        """

    private func decide(
        _ subject: String,
        _ action: String,
        _ resource: String,
        context: String = "{}"
    ) throws -> Bool? {
        let directory = try Directory(files: Self.files.mapValues { Array($0.utf8) })
        let scene = try AuthZENScene(directory, mapping: Self.mapping)
        let body =
            "{\"subject\": \(subject), \"action\": \(action), \"resource\": \(resource), \"context\": \(context)}"
        return try scene.answer("evaluation", body)["decision"] as? Bool
    }

    static let ada = #"{"type": "user", "id": "ada"}"#
    static let x = #"{"type": "x", "id": "1"}"#

    @Test(
        "A question becomes one of IAM",
        arguments: [
            (ada, #"{"name": "read"}"#, x, true),
            // The same name is another action on another type.
            (ada, #"{"name": "read"}"#, #"{"type": "y", "id": "k"}"#, true),
            (ada, #"{"name": "read"}"#, #"{"type": "y", "id": "m", "properties": {"region": "eu"}}"#, true),
            (ada, #"{"name": "read"}"#, #"{"type": "y", "id": "k", "properties": {"region": "us"}}"#, false),
            (ada, #"{"name": "read"}"#, #"{"type": "y", "id": "m"}"#, false),
            (
                ada, #"{"name": "read"}"#, #"{"type": "y", "id": "m", "properties": {"region": ["eu"]}}"#,
                false
            ),
            // Nobody knows these.
            (#"{"type": "users", "id": "ada"}"#, #"{"name": "read"}"#, x, false),
            (#"{"type": "user", "id": "nobody"}"#, #"{"name": "read"}"#, x, false),
            (ada, #"{"name": "write"}"#, x, false),
            (ada, #"{"name": "read"}"#, #"{"type": "z", "id": "1"}"#, false),
            (ada, #"{"name": "read"}"#, #"{"type": "x", "id": ""}"#, false),
        ]
    )
    func questions(_ subject: String, _ action: String, _ resource: String, _ expected: Bool) throws {
        #expect(try decide(subject, action, resource) == expected)
    }

    @Test(
        "An id reaches no further than its place",
        arguments: [
            // Before the end of a template an id holds no separator.
            (ada, #"{"type": "x", "id": "1/end/x"}"#), (ada, #"{"type": "x", "id": "1:2"}"#),
            (ada, #"{"type": "y", "id": "k", "properties": {"region": "eu/x"}}"#),
            // A principal is made of names.
            (#"{"type": "user", "id": "a/ada"}"#, x), (#"{"type": "user", "id": "ad*"}"#, x),
            (#"{"type": "user", "id": ""}"#, x), (#"{"type": "user", "id": "ada\n"}"#, x),
            (#"{"type": "guest", "id": "zoe"}"#, x), (#"{"type": "guest", "id": "eve"}"#, x),
        ]
    )
    func injections(_ subject: String, _ resource: String) throws {
        #expect(try decide(subject, #"{"name": "read"}"#, resource) == false)
    }

    @Test("What a request says is no part of who asks")
    func identity() throws {
        let own = #"{"name": "own"}"#
        #expect(try decide(Self.ada, own, Self.x) == true)
        #expect(
            try decide(#"{"type": "user", "id": "eve", "properties": {"team": "core"}}"#, own, Self.x)
                == false
        )
        // The account of a guest comes from the mapping; the other account's eve may do anything.
        let eve = #"{"type": "guest", "id": "eve", "properties": {"account": "222233334444"}}"#
        #expect(try decide(eve, #"{"name": "read"}"#, Self.x) == false)
        #expect(try decide(#"{"type": "guest", "id": "ada"}"#, own, Self.x) == true)
    }

    @Test(
        "Properties become facts, one value or a list",
        arguments: [
            (#"["red", 7, true]"#, true), (#"["red", "blue"]"#, false), (#""red""#, true), ("[]", false),
            ("null", false), (#"{"a": 1}"#, false), (#"[["red"]]"#, false), ("[null]", false),
        ]
    )
    func lists(_ tags: String, _ expected: Bool) throws {
        #expect(
            try decide(Self.ada, #"{"name": "tag", "properties": {"tags": \#(tags)}}"#, Self.x) == expected
        )
    }

    @Test(
        "Numbers and context become facts as they are written",
        arguments: [("9.5", true), ("1e1", false), (#""9""#, true)]
    )
    func numbers(_ size: String, _ expected: Bool) throws {
        let resource = #"{"type": "x", "id": "1", "properties": {"size": \#(size)}}"#
        #expect(try decide(Self.ada, #"{"name": "type"}"#, resource) == expected)
    }

    @Test("The context is mapped like properties", arguments: [("10.1.2.3", true), ("192.0.2.1", false)])
    func context(_ address: String, _ expected: Bool) throws {
        let context = #"{"ip": "\#(address)", "time": "2025-06-27T18:03-07:00"}"#
        #expect(try decide(Self.ada, #"{"name": "call"}"#, Self.x, context: context) == expected)
    }

    // MARK: The file

    private func faults(_ text: String) -> [Diagnostic] {
        do throws(InvalidDocument) {
            _ = try AuthZENMapping(reading: SourceText(text, name: "m.json"))
            return []
        } catch {
            return error.diagnostics
        }
    }

    private static func mapping(
        subjects: String = #""user": {"principal": "arn:aws:iam::111122223333:user/{id}"}"#,
        actions: String = #""read": "a:Read""#,
        resources: String = #""x": {"resource": "arn:aws:a:::x/{id}"}"#,
        more: String = ""
    ) -> String {
        "{\"version\": 1, \"subjects\": {\(subjects)}, \"actions\": {\(actions)}, \"resources\": {\(resources)}\(more)}"
    }

    @Test("A faultless file has no faults")
    func faultless() { #expect(faults(Self.mapping()).isEmpty) }

    @Test(
        "Each fault is told with its place",
        arguments: [
            ("[]", "schema.type", ""), ("{", "json.syntax", ""), ("{}", "schema.missing", ""),
            (mapping(more: #", "x": 1"#), "schema.unknown", "x"),
            (mapping().replacingOccurrences(of: "1,", with: "2,"), "schema.version", "version"),
            (mapping().replacingOccurrences(of: "1,", with: "\"1\","), "schema.version", "version"),
            (mapping(more: #", "context": 7"#), "schema.type", "context"),
            (mapping(more: #", "context": {"a": "aws:PrincipalTag/x"}"#), "condition.key", "context.a"),
            (mapping(more: #", "context": {"a": "AWS:UserName"}"#), "condition.key", "context.a"),
            (
                mapping(more: #", "context": {"a": "aws:MultiFactorAuthPresent"}"#), "condition.key",
                "context.a"
            ),
            (mapping(more: #", "context": {"a": "plain"}"#), "condition.key", "context.a"),
            (mapping(more: #", "context": {"a": "a:B", "b": "A:b"}"#), "json.duplicateKey", "context.b"),
            (mapping(subjects: #""user": {}"#), "schema.missing", "subjects.user"),
            (mapping(subjects: #""user": {"principal": 7}"#), "schema.type", "subjects.user.principal"),
            (
                mapping(subjects: #""user": {"principal": "{id}"}"#), "principal.form",
                "subjects.user.principal"
            ),
            (
                mapping(subjects: #""user": {"principal": "arn:aws:iam::1:user/{id}"}"#), "principal.form",
                "subjects.user.principal"
            ),
            (
                mapping(subjects: #""user": {"principal": "arn:aws:iam::111122223333:user/{name}"}"#),
                "principal.form", "subjects.user.principal"
            ),
            (
                mapping(subjects: #""user": {"principal": "arn:aws:iam::111122223333:user/{id"}"#),
                "principal.form", "subjects.user.principal"
            ),
            (
                mapping(subjects: #""user": {"principal": "arn:aws:iam::111122223333:user/id}"}"#),
                "principal.form", "subjects.user.principal"
            ),
            (
                mapping(
                    subjects:
                        #""user": {"principal": "arn:aws:iam::111122223333:user/{id}", "aliases": {"a": 1}}"#
                ), "schema.type", "subjects.user.aliases.a"
            ),
            (
                mapping(
                    subjects:
                        #""user": {"principal": "arn:aws:iam::111122223333:user/{id}", "known": {"a": {"b": {}}}}"#
                ), "schema.type", "subjects.user.known.a.b"
            ),
            (mapping(actions: #""read": "Read""#), "action.form", "actions.read"),
            (mapping(actions: #""read": "a:*""#), "action.form", "actions.read"),
            (mapping(actions: #""read": {"on": ["x"]}"#), "schema.missing", "actions.read"),
            (mapping(actions: #""read": {"action": "a:R", "on": "x"}"#), "schema.type", "actions.read.on"),
            (
                mapping(actions: #""read": {"action": "a:R", "on": ["z"]}"#), "directory.reference",
                "actions.read.on[0]"
            ),
            (mapping(actions: #""read": ["a:R", "a:S"]"#), "schema.exclusive", "actions.read[1]"),
            (mapping(actions: #""read": 7"#), "schema.type", "actions.read"),
            (
                mapping(resources: #""x": {"resource": "record/{id}"}"#), "resource.form",
                "resources.x.resource"
            ),
            (
                mapping(resources: #""x": {"resource": "arn:aws:a:::{id}", "account": "1"}"#), "schema.type",
                "resources.x.account"
            ),
            (
                mapping(resources: #""x": {"resource": "arn:aws:a:::{id}", "registered": 1}"#), "schema.type",
                "resources.x.registered"
            ),
            (
                mapping(resources: #""x": {"resource": "arn:aws:a:::{id}", "properties": {"p": 1}}"#),
                "schema.type", "resources.x.properties.p"
            ),
            (
                mapping(resources: "\"x\": {\"resource\": \"arn:aws:a:::\\u0000{id}\"}"), "schema.type",
                "resources.x.resource"
            ),
            (
                mapping(
                    resources: #""x": {"resource": "arn:aws:a:::{id}", "properties": {"p": "a:B"}}"#,
                    more: #", "context": {"q": "a:b"}"#
                ), "json.duplicateKey", "context.q"
            ),
        ]
    )
    func fault(_ text: String, _ code: String, _ path: String) throws {
        let faults = faults(text)
        #expect(faults.contains { $0.code.rawValue == code && $0.path == path }, "\(faults)")
        #expect(faults.allSatisfy { $0.location.line >= 1 && $0.location.source == "m.json" })
    }

    @Test("However many faults there are, so many are told")
    func manyFaults() {
        let types = (0..<500).map { "\"t\($0)\": 7" }.joined(separator: ", ")
        #expect(faults(Self.mapping(subjects: types)).count == Limits.diagnosticsMax)
    }
}
