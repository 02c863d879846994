import IdentityDirectory
import PolicyLanguage
import ReferenceEvaluator
import Testing
import Vocabulary

/// Whether an element of a statement matches a request.
struct ElementCase: Sendable, CustomTestStringConvertible {
    let element: String
    let request: UTF8Text
    let matches: Bool

    init(_ element: String, _ request: UTF8Text, _ matches: Bool) {
        self.element = element
        self.request = request
        self.matches = matches
    }

    var testDescription: String { "\(element) \(matches ? "matches" : "does not match") \(request)" }
}

@Suite("D: actions and resources")
struct ActionAndResourceTests {
    private func probe(
        _ statement: String,
        action: UTF8Text = "a:b",
        resource: UTF8Text = "*",
        context: [UTF8Text: ContextValue] = [:],
        options: EvaluationOptions = EvaluationOptions()
    ) throws -> (StatementProbe, Statement) {
        let request = AuthorizationRequest(principal: alice, action: action, resource: resource)
        let facts = try RequestContext(context.map { ($0.key, $0.value) })
        let document = try policy([statement]).document
        return (StatementProbe(request: request, context: facts, options: options), document.statements[0])
    }

    static let actions = [
        ElementCase(#""Action": "s3:GetObject""#, "s3:GetObject", true),
        ElementCase(#""Action": "S3:getobject""#, "s3:GetObject", true),
        ElementCase(#""Action": "s3:GetObject""#, "S3:GETOBJECT", true),
        ElementCase(#""Action": "s3:GetObject""#, "s3:GetObjectAcl", false),
        ElementCase(#""Action": "s3:Get*""#, "s3:GetObjectAcl", true),
        ElementCase(#""Action": "s3:Get*""#, "s3:Get", true),
        ElementCase(#""Action": "s3:GetObject?cl""#, "s3:GetObjectAcl", true),
        ElementCase(#""Action": "s3:GetObject?""#, "s3:GetObject", false),
        ElementCase(#""Action": "*""#, "kms:Decrypt", true),
        ElementCase(#""Action": ["kms:*", "s3:Put*"]"#, "s3:PutObject", true),
        ElementCase(#""Action": []"#, "s3:PutObject", false),
        ElementCase(#""NotAction": "s3:*""#, "kms:Decrypt", true),
        ElementCase(#""NotAction": "s3:*""#, "S3:PutObject", false),
        ElementCase(#""NotAction": ["kms:*", "s3:*"]"#, "s3:PutObject", false),
        ElementCase(#""NotAction": []"#, "s3:PutObject", false),
    ]

    @Test(
        "D1, D2, B10: Action ignores case and takes wildcards; NotAction is its opposite",
        arguments: actions
    )
    func action(_ row: ElementCase) throws {
        let text = #"{"Effect": "Allow", \#(row.element), "Resource": "*"}"#
        let (probe, statement) = try probe(text, action: row.request)
        #expect(probe.matchesAction(statement) == row.matches)
    }

    static let resources = [
        ElementCase(#""Resource": "arn:aws:s3:::vault/a""#, "arn:aws:s3:::vault/a", true),
        ElementCase(#""Resource": "arn:aws:s3:::Vault/a""#, "arn:aws:s3:::vault/a", false),
        ElementCase(#""Resource": "arn:aws:s3:::vault/*""#, "arn:aws:s3:::vault/a/b:c", true),
        ElementCase(#""Resource": "arn:aws:s3:::vault/*""#, "arn:aws:s3:::vault", false),
        ElementCase(#""Resource": "arn:aws:s3:::vault/*/test/*""#, "arn:aws:s3:::vault/1/2/test/x", true),
        ElementCase(#""Resource": "arn:aws:s3:::vault/*/test/*""#, "arn:aws:s3:::vault/test/x", false),
        ElementCase(#""Resource": "*""#, "arn:aws:s3:::vault/a", true),
        ElementCase(#""Resource": "*""#, "*", true),
        ElementCase(#""Resource": "arn:aws:s3:::*""#, "*", false),
        ElementCase(#""Resource": ["arn:aws:s3:::b", "arn:aws:s3:::a"]"#, "arn:aws:s3:::a", true),
        ElementCase(#""Resource": []"#, "arn:aws:s3:::a", false),
        ElementCase(#""NotResource": "arn:aws:s3:::vault/*""#, "arn:aws:s3:::other", true),
        ElementCase(#""NotResource": "arn:aws:s3:::vault/*""#, "arn:aws:s3:::vault/a", false),
        ElementCase(#""NotResource": ["arn:aws:s3:::b", "arn:aws:s3:::a"]"#, "arn:aws:s3:::a", false),
        ElementCase(#""NotResource": []"#, "arn:aws:s3:::a", false),
    ]

    @Test("D3, D4, D6, D7, B10: Resource keeps case; NotResource is its opposite", arguments: resources)
    func resource(_ row: ElementCase) throws {
        let text = #"{"Effect": "Allow", "Action": "*", \#(row.element)}"#
        let (probe, statement) = try probe(text, resource: row.request)
        #expect(probe.matchesResource(statement) == row.matches)
    }

    @Test(
        "D4: a `*` that ends a part passes the colon, unless the option forbids it",
        arguments: [
            ("arn:aws:sqs:*:111122223333:jobs", "arn:aws:sqs:eu-west-1:111122223333:jobs", true, true),
            ("arn:aws:sqs:*:jobs:*", "arn:aws:sqs:eu-west-1:111122223333:jobs:7", true, false),
            ("arn:aws:sqs:eu-*:jobs:*", "arn:aws:sqs:eu-west-1:111122223333:jobs:7", true, false),
            ("arn:aws:sqs:e*1:111122223333:jobs", "arn:aws:sqs:eu:1:111122223333:jobs", false, false),
            ("arn:aws:sqs:?:111122223333:jobs", "arn:aws:sqs:eu:111122223333:jobs", false, false),
        ]
    )
    func reach(_ pattern: String, _ resource: String, _ aws: Bool, _ segmented: Bool) throws {
        let text = #"{"Effect": "Allow", "Action": "*", "Resource": "\#(pattern)"}"#
        var options = EvaluationOptions()
        for (choice, expected) in [(WildcardReach.aws, aws), (.segmented, segmented)] {
            options.arnWildcards = choice
            let (probe, statement) = try probe(text, resource: UTF8Text(resource), options: options)
            #expect(probe.matchesResource(statement) == expected, "\(choice)")
        }
    }

    @Test("D4: the option widens and narrows a Deny as it does an Allow")
    func reachOfDeny() throws {
        var scene = Scene(
            resource: "arn:aws:sqs:eu-west-1:111122223333:jobs:7",
            identity: [allow(), deny(on: "arn:aws:sqs:*:jobs:*")]
        )
        #expect(try scene.answer() == "explicitDeny by identity")
        scene.options.arnWildcards = .segmented
        #expect(try scene.answer() == "allow by identity")
    }

    @Test("B6: a resource-based statement without Resource means its own resource")
    func withoutResource() throws {
        let granted = #"{"Effect": "Allow", "Principal": "*", "Action": "s3:*"}"#
        #expect(try Scene(resourcePolicy: [granted]).answer() == "allow by resource")
    }

    @Test("B6: elsewhere a missing Resource forbids and never grants")
    func missingResource() throws {
        let granted = #"{"Effect": "Allow", "Action": "s3:*"}"#
        #expect(try Scene(identity: [granted]).answer() == "implicitDeny by identity")
        let forbidden = #"{"Effect": "Deny", "Action": "s3:*"}"#
        #expect(try Scene(identity: [allow(), forbidden]).answer() == "explicitDeny by identity")
    }

    @Test("D8: a statement applies only where principal, action, resource and conditions all match")
    func everythingMustMatch() throws {
        let when = #"{"StringEquals": {"app:color": "red"}}"#
        let text = allow(
            "s3:GetObject",
            on: "arn:aws:s3:::vault/a",
            to: #"{"AWS": "\#(aliceName)"}"#,
            when: when
        )
        let scene = Scene(context: ["app:color": .single("red")], resourcePolicy: [text])
        #expect(try scene.answer() == "allow by resource")
        #expect(try scene.with { $0.action = "s3:PutObject" }.decide().outcome == .implicitDeny)
        #expect(try scene.with { $0.resource = "arn:aws:s3:::vault/b" }.decide().outcome == .implicitDeny)
        #expect(try scene.with { $0.principal = session }.decide().outcome == .implicitDeny)
        #expect(try scene.with { $0.context = [:] }.decide().outcome == .implicitDeny)
    }

    // MARK: Unresolved variables

    /// An entry that has no value in these scenes, beside entries that have.
    struct Unresolved: Sendable, CustomTestStringConvertible {
        let effect: String
        let element: String
        let applies: Bool

        init(_ effect: String, _ element: String, applies: Bool) {
            self.effect = effect
            self.element = element
            self.applies = applies
        }

        var testDescription: String { "\(effect) \(element): \(applies ? "applies" : "does not apply")" }
    }

    static let unresolved = [
        Unresolved("Allow", #""Resource": "arn:aws:s3:::vault/${app:who}""#, applies: false),
        Unresolved("Deny", #""Resource": "arn:aws:s3:::vault/${app:who}""#, applies: false),
        Unresolved(
            "Allow",
            #""Resource": ["arn:aws:s3:::vault/${app:who}", "arn:aws:s3:::vault/a"]"#,
            applies: true
        ),
        Unresolved(
            "Deny",
            #""Resource": ["arn:aws:s3:::vault/${app:who}", "arn:aws:s3:::vault/a"]"#,
            applies: true
        ),
        Unresolved("Allow", #""NotResource": "arn:aws:s3:::vault/${app:who}""#, applies: false),
        Unresolved("Deny", #""NotResource": "arn:aws:s3:::vault/${app:who}""#, applies: true),
        Unresolved(
            "Deny",
            #""NotResource": ["arn:aws:s3:::vault/${app:who}", "arn:aws:s3:::vault/a"]"#,
            applies: false
        ),
        Unresolved(
            "Allow",
            #""NotResource": ["arn:aws:s3:::vault/${app:who}", "arn:aws:s3:::other"]"#,
            applies: false
        ),
    ]

    @Test(
        "E24: an unresolved variable in Resource matches nothing; in NotResource it never grants",
        arguments: unresolved
    )
    func unresolvedVariable(_ row: Unresolved) throws {
        let text = #"{"Effect": "\#(row.effect)", "Action": "*", \#(row.element)}"#
        for context: [UTF8Text: ContextValue] in [[:], ["app:who": .multi(["a"])]] {
            let (probe, statement) = try probe(text, resource: "arn:aws:s3:::vault/a", context: context)
            #expect(probe.matchesResource(statement) == row.applies, "\(context)")
        }
    }
}
