import PolicyLanguage
import Testing
import Vocabulary

@Suite("Principals as written")
struct PrincipalParsingTests {
    private static let session = "arn:aws:sts::111122223333:assumed-role/trainer/job-42"
    private static let canonical = String(repeating: "79A5", count: 16)

    private static func entries(_ json: String, mode: ValidationMode = .strict) throws -> [PrincipalEntry] {
        try #require(statements(toPrincipal(json), as: .resource, mode: mode)[0].principal).entries
    }

    @Test(
        "C2: `\"*\"` and `{\"AWS\": \"*\"}` are equivalent",
        arguments: ["\"*\"", #"{"AWS": "*"}"#, #"{"AWS": ["*"]}"#]
    )
    func everyone(_ json: String) throws {
        #expect(try Self.entries(json) == [.everyone])
    }

    @Test(
        "C2: an account id and the ARN of its root are the same thing",
        arguments: ["111122223333", "arn:aws:iam::111122223333:root", "arn:aws-cn:iam::111122223333:root"]
    )
    func account(_ name: String) throws {
        #expect(try Self.entries(#"{"AWS": "\#(name)"}"#) == [.account(AccountID(unchecked: "111122223333"))])
    }

    @Test(
        "C2: users, roles, sessions and federated users are named by their ARNs",
        arguments: [
            "arn:aws:iam::111122223333:user/team/alice", "arn:aws:iam::111122223333:role/trainer", session,
            "arn:aws:sts::111122223333:federated-user/bob",
            "arn:aws-us-gov:iam::111122223333:role/service-role/x+=,.@-_",
        ]
    )
    func arns(_ name: String) throws {
        #expect(try Self.entries(#"{"AWS": ["\#(name)"]}"#) == [.arn(#require(ARN(UTF8Text(name))))])
    }

    @Test(
        "C7: the unique id of a deleted entity is an entry of its own",
        arguments: ["AIDACKCEVSQ6C2EXAMPLE", "AROA123456789012345678"]
    )
    func uniqueIDs(_ id: String) throws {
        #expect(try Self.entries(#"{"AWS": "\#(id)"}"#) == [.uniqueID(UTF8Text(id))])
    }

    @Test("C2: each type has entries of its kind, and a list is all of them in order")
    func types() throws {
        let json = #"""
            {"Service": ["lambda.amazonaws.com", "s3.eu-west-1.amazonaws.com"], "Federated": ["accounts.google.com",
             "arn:aws:iam::111122223333:saml-provider/Corp", "arn:aws:iam::111122223333:oidc-provider/idp.example.com/id"],
             "CanonicalUser": "\#(Self.canonical)", "AWS": ["111122223333", "*"]}
            """#
        #expect(
            try Self.entries(json) == [
                .service("lambda.amazonaws.com"), .service("s3.eu-west-1.amazonaws.com"),
                .federated("accounts.google.com"),
                .federated("arn:aws:iam::111122223333:saml-provider/Corp"),
                .federated("arn:aws:iam::111122223333:oidc-provider/idp.example.com/id"),
                .canonicalUser(UTF8Text(Self.canonical)), .account(AccountID(unchecked: "111122223333")),
                .everyone,
            ]
        )
    }

    @Test(
        "C2, C3: groups, partial wildcards and malformed names are no AWS principals",
        arguments: [
            "", " ", "alice", "11112222333", "1111222233334", "**", "arn:aws:iam::111122223333:group/staff",
            "arn:aws:iam::111122223333:user/*", "arn:aws:iam::*:root",
            "arn:aws:iam::111122223333:role/train?r", "arn:aws:iam::111122223333:*",
            "arn:*:iam::111122223333:root", "arn:evil:iam::111122223333:root",
            "arn:AWS:iam::111122223333:user/alice", "arn:aws:iam:::root", "arn:aws:iam::11112222333:root",
            "arn:aws:iam:eu-west-1:111122223333:user/alice",
            "arn:aws:s3::111122223333:user/alice", "arn:aws:s3::111122223333:root",
            "arn:aws:sts::111122223333:root", "arn:aws:s3:::bucket",
            "arn:aws:iam::111122223333:user/", "arn:aws:iam::111122223333:user",
            "arn:aws:iam::111122223333:policy/p",
            "arn:aws:iam::111122223333:assumed-role/r/s", "arn:aws:sts::111122223333:user/alice",
            "arn:aws:sts::111122223333:assumed-role/r",
            "arn:aws:sts::111122223333:assumed-role/r/", "arn:aws:sts::111122223333:assumed-role//s",
            "arn:aws:sts::111122223333:assumed-role/r/s/t",
            "arn:aws:iam::111122223333:user/a\\u0001", "AIDAshort", "aidackcevsq6c2example",
            "XIDACKCEVSQ6C2EXAMPLE", "AIDACKCEVSQ6C2EXAMPL-",
            "ARN:aws:iam::111122223333:root", "${aws:username}", "lambda.amazonaws.com",
        ]
    )
    func badAWS(_ name: String) {
        for element in ["Principal", "NotPrincipal"] {
            #expect(
                refusal(toPrincipal(#"{"AWS": "\#(name)"}"#, element: element), as: .resource) == [
                    .principalForm
                ]
            )
        }
    }

    @Test(
        "C3: a service is a DNS name, without wildcards",
        arguments: [
            "", "*", "lambda", "*.amazonaws.com", "lambda..com", ".amazonaws.com", "lambda.", "la mbda.com",
            "a_b.com", "a.com/", "\u{E9}.com",
        ]
    )
    func badServices(_ name: String) {
        #expect(refusal(toPrincipal(#"{"Service": "\#(name)"}"#), as: .resource) == [.principalForm])
    }

    @Test(
        "C3: a provider is an ARN of a provider or a domain, without wildcards",
        arguments: [
            "", "*", "accounts.*", "arn:aws:iam::111122223333:saml-provider/*",
            "arn:aws:iam::111122223333:role/r", "a b.com", "\u{E9}.com",
            "arn:aws:iam::111122223333:root", "arn:aws:s3:::oidc-provider/example.com",
            "arn:aws:iam:::oidc-provider/example.com", "arn:aws:iam::11112222333:saml-provider/Corp",
            "arn:aws:iam:eu-west-1:111122223333:oidc-provider/example.com",
            "arn:evil:iam::111122223333:oidc-provider/example.com",
        ]
    )
    func badProviders(_ name: String) {
        #expect(refusal(toPrincipal(#"{"Federated": "\#(name)"}"#), as: .resource) == [.principalForm])
    }

    @Test(
        "C2: a canonical user id is 64 hexadecimal digits",
        arguments: ["", "*", "79a5", String(repeating: "79g5", count: 16), canonical + "0"]
    )
    func badCanonicalUsers(_ name: String) {
        #expect(refusal(toPrincipal(#"{"CanonicalUser": "\#(name)"}"#), as: .resource) == [.principalForm])
    }

    @Test(
        "C2: there are four types of principal, and their names are case-sensitive",
        arguments: ["aws", "Aws", "service", "Group", "User", "", "AWS ", "Canonicaluser", "*"]
    )
    func unknownTypes(_ type: String) {
        for mode in ValidationMode.allCases {
            #expect(
                refusal(toPrincipal(#"{"\#(type)": "*"}"#), as: .resource, mode: mode) == [.principalForm]
            )
        }
    }

    @Test(
        "C2: a text alone can only be `*`",
        arguments: ["111122223333", "arn:aws:iam::111122223333:root", "", "everyone", "**"]
    )
    func bareText(_ name: String) {
        #expect(refusal(toPrincipal("\"\(name)\""), as: .resource) == [.principalForm])
    }

    @Test("B1: a principal is a text or an object", arguments: ["null", "1", "true", "[]", "[\"*\"]"])
    func otherShapes(_ json: String) {
        for mode in ValidationMode.allCases {
            #expect(refusal(toPrincipal(json), as: .resource, mode: mode) == [.schemaType])
        }
    }

    @Test("B1: a type of principal holds a text or a list of texts", arguments: ["null", "1", "{}", "true"])
    func otherValues(_ json: String) {
        #expect(refusal(toPrincipal(#"{"AWS": \#(json)}"#), as: .resource) == [.principalForm])
        #expect(refusal(toPrincipal(#"{"AWS": ["*", \#(json)]}"#), as: .resource) == [.schemaType])
    }

    @Test("B10: an empty principal is legal and names nobody", arguments: ["{}", #"{"AWS": []}"#])
    func empty(_ json: String) throws {
        #expect(try Self.entries(json) == [])
        #expect(remarks(toPrincipal(json), as: .resource) == [.neverApplies])
    }

    @Test("C6: NotPrincipal is kept apart from Principal")
    func notPrincipal() throws {
        let text = policy(
            #""Effect": "Deny", "NotPrincipal": {"AWS": "111122223333"}, "Action": "*", "Resource": "*""#
        )
        let here = PrincipalEntry.account(AccountID(unchecked: "111122223333"))
        #expect(try statements(text, as: .resource)[0].principal == .notPrincipal([here]))
        #expect(try statements(text, as: .resource)[0].principal != .principal([here]))
    }

    @Test("In permissive mode other products' names are read as far as they can be")
    func permissive() throws {
        func entries(_ json: String) throws -> [PrincipalEntry] { try Self.entries(json, mode: .permissive) }
        #expect(
            try entries(#"{"AWS": "arn:aws:iam::tenant:root"}"#) == [.account(AccountID(unchecked: "tenant"))]
        )
        #expect(
            try entries(#"{"AWS": "arn:aws:iam:::user/x"}"#) == [.arn(#require(ARN("arn:aws:iam:::user/x")))]
        )
        #expect(try entries(#"{"AWS": "alice"}"#) == [.uniqueID("alice")])
        #expect(try entries(#"{"AWS": ""}"#) == [])
        #expect(
            try entries(#"{"Service": "x", "Federated": "*", "CanonicalUser": "y"}"#) == [
                .service("x"), .federated("*"), .canonicalUser("y"),
            ]
        )
        #expect(try entries("\"alice\"") == [.uniqueID("alice")])
        #expect(try entries("\"\"") == [])
    }
}
