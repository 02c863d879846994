import DecisionIndex
import IdentityDirectory
import PolicyLanguage
import RandomWorlds
import SnapshotCompiler
import Testing
import Vocabulary

@Suite("For which resources a request would be allowed")
struct ResidualTests {
    static let account: UTF8Text = "111122223333"

    /// A world with one user and what the tests add.
    func residual(
        _ statements: [String],
        _ more: [String: String] = [:],
        principal: UTF8Text = "arn:aws:iam::111122223333:user/ada",
        action: UTF8Text = "s3:GetObject",
        context: [(key: UTF8Text, value: ContextValue)] = [],
        credential: CallerCredential? = nil,
        scope: ResourceScope = .unregistered(owner: nil),
        unknownKeys: [UTF8Text] = [],
        options: EvaluationOptions = EvaluationOptions()
    ) throws -> ResourceResidual {
        var files = more.mapValues { Array($0.utf8) }
        files["accounts/111122223333/users/ada/inline/p.json"] = Array(document(statements).utf8)
        let directory = try Directory(files: files)
        let image = try SnapshotCompiler(options: options, seed: 1).compile(directory)
        let request = AuthorizationRequest(
            principal: try #require(RequestPrincipal(principal)),
            action: action,
            resource: "*",
            context: try RequestContext(context)
        )
        let compact = try CompactRequest(request, credential: credential, at: RandomWorld.noon)
        return try Evaluator.residual(of: compact, scope, unknownKeys: unknownKeys, in: image)
    }

    func deny(_ resource: String, _ more: String = "") -> String {
        #"{"Effect": "Deny", "Action": "s3:*", "Resource": "\#(resource)"\#(more)}"#
    }

    func allowIf(_ condition: String, on resource: String = "*") -> String {
        #"{"Effect": "Allow", "Action": "s3:*", "Resource": "\#(resource)", "Condition": {\#(condition)}}"#
    }

    func context(_ key: UTF8Text, _ value: ContextValue?) -> RequestContext {
        var context = RequestContext()
        context[key] = value
        return context
    }

    // MARK: Plain names

    @Test("Allow statements of one layer are a union, in which a prefix takes in what lies below it")
    func union() throws {
        let residual = try residual([
            allow("s3:GetObject", on: "arn:aws:s3:::a/b/*"),
            allow("s3:Get*", on: "arn:aws:s3:::a/*"),
            allow("s3:GetObject", on: "arn:aws:s3:::c"),
            allow("s3:PutObject", on: "arn:aws:s3:::d"),
        ])
        #expect(residual.plainNames == [.prefix("arn:aws:s3:::a/"), .exact("arn:aws:s3:::c")])
        #expect(residual.allows("arn:aws:s3:::a/b/x") == true)
        #expect(residual.allows("arn:aws:s3:::c/x") == false)
    }

    @Test("Without a statement that allows, nothing is left")
    func never() throws {
        #expect(try residual([deny("*")]).filter == .never)
        #expect(try residual([deny("*"), allowIf("")]).plainNames == [])
    }

    @Test("F1: a deny is cut out, and one that lies elsewhere is not mentioned")
    func denies() throws {
        let residual = try residual([
            allow("s3:GetObject", on: "arn:aws:s3:::a/*"),
            deny("arn:aws:s3:::a/secret/*"), deny("arn:aws:s3:::b/*"),
        ])
        #expect(residual.allows("arn:aws:s3:::a/secret/x") == false)
        #expect(residual.allows("arn:aws:s3:::a/x") == true)
        #expect(residual.plainNames == nil)
        #expect(
            residual.filter.description == """
                all of:
                  arn:aws:s3:::a/*
                  not arn:aws:s3:::a/secret/*
                """
        )
    }

    @Test("F6: a boundary narrows what identity policies allow")
    func boundary() throws {
        let boundary = document([allow("s3:*", on: "arn:aws:s3:::a/b/*")])
        let residual = try residual(
            [allow("s3:*", on: "arn:aws:s3:::a/*")],
            [
                "accounts/111122223333/policies/edge.json": boundary,
                "accounts/111122223333/users/ada/user.json":
                    #"{"PermissionsBoundary": "arn:aws:iam::111122223333:policy/edge"}"#,
            ]
        )
        #expect(residual.plainNames == [.prefix("arn:aws:s3:::a/b/")])
    }

    @Test("F6: so does a session policy")
    func sessionPolicy() throws {
        let text = SourceText(Array(document([allow("s3:*", on: "arn:aws:s3:::a/c*")]).utf8), name: "session")
        var session = SessionFacts()
        session.policies = [EffectivePolicy(name: "session", try PolicyReader().read(text, as: .session))]
        let credential = try CallerCredential(session, options: EvaluationOptions())
        let residual = try residual(
            [allow("s3:*", on: "arn:aws:s3:::a/*")],
            credential: credential
        )
        #expect(residual.plainNames == [.prefix("arn:aws:s3:::a/c")])
    }

    @Test("F3: every level of service control policies must allow")
    func levels() throws {
        let residual = try residual(
            [allow("s3:*")],
            [
                "organization.json": """
                {"Id": "o-x", "ManagementAccount": "999999999999", "Root": {"Id": "r-x",
                 "ServiceControlPolicies": ["Outer"], "Accounts": ["111122223333", "999999999999"]}}
                """,
                "accounts/111122223333/account.json": #"{"ServiceControlPolicies": ["Inner"]}"#,
                "service-control-policies/Outer.json": document([
                    allow("*", on: "arn:aws:s3:::a*"),
                    allow("*", on: "arn:aws:s3:::b*"),
                ]),
                "service-control-policies/Inner.json": document([
                    allow("*", on: "arn:aws:s3:::b/*"),
                    allow("*", on: "arn:aws:s3:::c*"),
                ]),
            ]
        )
        #expect(residual.plainNames == [.prefix("arn:aws:s3:::b/")])
    }

    // MARK: Elements

    @Test("D7: NotResource leaves what it does not name")
    func notResource() throws {
        let statement =
            #"{"Effect": "Allow", "Action": "s3:*", "NotResource": ["arn:aws:s3:::a/*", "arn:aws:s3:::b"]}"#
        let residual = try residual([statement])
        #expect(residual.allows("arn:aws:s3:::c") == true)
        #expect(residual.allows("arn:aws:s3:::a/x") == false)
        #expect(residual.allows("arn:aws:s3:::b") == false)
    }

    @Test("E23: what a variable brings in is literal, and written so")
    func literalValues() throws {
        let resource = "arn:aws:s3:::a/${app:name}/*"
        let residual = try residual(
            [allow("s3:*", on: resource)],
            context: [("app:name", .single("x*?$${"))]
        )
        #expect(residual.filter.description == "arn:aws:s3:::a/x${*}${?}$${$}{/*")
        #expect(residual.plainNames == [.prefix("arn:aws:s3:::a/x*?$${/")])
        #expect(residual.allows("arn:aws:s3:::a/xyz/b") == false)
    }

    @Test(
        "E24: an unresolved variable matches nothing, exempts from no Deny, and stops an Allow with NotResource"
    )
    func unresolved() throws {
        let resource = "arn:aws:s3:::a/${app:name}"
        #expect(try residual([allow("s3:*", on: resource)]).filter == .never)
        let spared = #"{"Effect": "Deny", "Action": "s3:*", "NotResource": "\#(resource)"}"#
        #expect(try residual([allowIf(""), spared]).filter == .never)
        let others = #"{"Effect": "Allow", "Action": "s3:*", "NotResource": "\#(resource)"}"#
        #expect(try residual([others]).filter == .never)
    }

    @Test("E24: the same of a variable whose key is left open, once its value is told")
    func openVariable() throws {
        let resource = "arn:aws:s3:::a/${app:name}"
        let others = #"{"Effect": "Allow", "Action": "s3:*", "NotResource": "\#(resource)"}"#
        let positive = try residual([allow("s3:*", on: resource)], unknownKeys: ["App:*"])
        let negative = try residual([others], unknownKeys: ["APP:NAME"])
        for (value, isIn) in [
            (ContextValue.single("x"), (true, false)), (.single("y"), (false, true)), (nil, (false, false)),
            (.multi(["x"]), (false, false)),
        ] as [(ContextValue?, (Bool, Bool))] {
            let context = context("app:name", value)
            #expect(positive.allows("arn:aws:s3:::a/x", context: context) == isIn.0)
            #expect(negative.allows("arn:aws:s3:::a/x", context: context) == isIn.1)
        }
        #expect(positive.filter.description == "arn:aws:s3:::a/${app:name}")
        #expect(positive.filter.unknownKeys == ["app:name"])
    }

    // MARK: Scope

    @Test("The owner is a fact where the ARN names it or the request states it, and not where it is assumed")
    func owner() throws {
        let statement = allowIf(#""StringEquals": {"aws:ResourceAccount": "111122223333"}"#)
        let own = try residual([statement])
        #expect(own.allows("arn:aws:sqs:eu-west-1:111122223333:q") == true)
        #expect(own.allows("arn:aws:s3:::a") == false)
        #expect(own.allows("arn:aws:sqs:eu-west-1:222233334444:q") == nil)
        let stated = try residual([statement], scope: .unregistered(owner: AccountID(Self.account)))
        #expect(stated.filter == .always)
        #expect(
            try residual([statement], scope: .unregistered(owner: AccountID("222233334444"))).filter == .never
        )
    }

    private static let bucket = [
        "accounts/111122223333/resource-policies/b.json": """
        {"ResourceArn": "arn:aws:s3:::b", "Tags": {"class": "open"}, "Policy":
         {"Version": "2012-10-17", "Statement": [
          {"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:user/ada"}, "Action": "s3:*",
           "Resource": "arn:aws:s3:::b/in/*"},
          {"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": "arn:aws:s3:::b/in/x"}]}}
        """
    ]

    @Test("Registered resources are exceptions, and names below them are not listed")
    func exceptions() throws {
        let statements = ["a", "b", "bb"].map {
            allow("s3:*", on: "arn:aws:s3:::\($0)/*")
        }
        let residual = try residual(statements, Self.bucket)
        #expect(residual.exceptions == ["arn:aws:s3:::b"])
        #expect(residual.plainNames == [.prefix("arn:aws:s3:::a/"), .prefix("arn:aws:s3:::bb/")])
        #expect(residual.allows("arn:aws:s3:::b/in/y") == nil)
        #expect(residual.allows("arn:aws:s3:::bb/x") == true)
    }

    @Test("F4: below a registered resource its own policy and tags count")
    func registered() throws {
        let residual = try residual(
            [allowIf(#""StringEquals": {"aws:ResourceTag/class": "open"}"#, on: "arn:aws:s3:::b/out/*")],
            Self.bucket,
            scope: .registered("arn:aws:s3:::b")
        )
        #expect(residual.allows("arn:aws:s3:::b/in/y") == true)
        #expect(residual.allows("arn:aws:s3:::b/in/x") == false)
        #expect(residual.allows("arn:aws:s3:::b/out/x") == true)
        #expect(residual.allows("arn:aws:s3:::b/x") == false)
        #expect(residual.allows("arn:aws:s3:::bb/in/y") == nil)
    }

    @Test("What cannot be answered is refused")
    func refusals() throws {
        let missing: UTF8Text = "arn:aws:s3:::none"
        #expect(throws: ResidualError.notRegistered(missing)) {
            try residual([allowIf("")], scope: .registered(missing))
        }
        #expect(throws: ResidualError.unknownPrincipal) {
            try residual([allowIf("")], principal: "arn:aws:iam::111122223333:user/eve")
        }
        let endpoint = [
            "accounts/111122223333/vpc-endpoints/vpce-1.json": """
            {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}}
            """
        ]
        #expect(throws: ResidualError.unknownEndpoint) {
            try residual([allowIf("")], endpoint, unknownKeys: ["aws:SourceVpce"])
        }
    }

    @Test("A4: a resource or a value that no request may hold is not allowed")
    func malformed() throws {
        let residual = try residual([allowIf("")])
        #expect(residual.allows("arn:aws:s3:::x") == true)
        #expect(residual.allows("") == false)
        #expect(residual.allows("a\u{0}") == false)
        #expect(residual.allows("arn:aws:s3:::x", context: context("k", .single("\n"))) == false)
    }
}
