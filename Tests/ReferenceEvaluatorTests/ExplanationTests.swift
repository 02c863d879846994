import IdentityDirectory
import PolicyLanguage
import ReferenceEvaluator
import Testing
import Vocabulary

@Suite("H: what an explanation says")
struct ExplanationTests {
    private func layer(_ layer: PolicyLayer, of scene: Scene) throws -> LayerExplanation {
        try #require(try scene.explain().layers.first { $0.layer == layer })
    }

    @Test("H2: every layer is listed, in the order of the ladder; absent ones are not applicable")
    func absentLayers() throws {
        let layers = try Scene(identity: nil).explain().layers
        #expect(
            layers.map(\.layer) == [
                .serviceControl, .resourceControl, .endpoint, .resource, .identity, .boundary, .session,
            ]
        )
        #expect(layers.allSatisfy { $0.state == .notApplicable && $0.statements.isEmpty && $0.level == nil })
    }

    @Test("H2: guardrails are listed level by level, each with its own state")
    func levels() throws {
        let scene = Scene(
            scps: [[allow()], [allow("kms:*")], [allow(), deny("s3:*")]],
            rcps: [[allow()], []]
        )
        let layers = try scene.explain().layers
        let scps = layers.filter { $0.layer == .serviceControl }
        #expect(scps.map(\.level) == ["level-0", "level-1", "level-2"])
        #expect(scps.map(\.state) == [.allow, .implicitDeny, .explicitDeny])
        #expect(layers.filter { $0.layer == .resourceControl }.map(\.state) == [.allow, .implicitDeny])
    }

    @Test(
        "H2: a layer allows, denies by silence, or denies outright",
        arguments: [
            ([allow()], LayerExplanation.State.allow), ([], .implicitDeny), ([allow("kms:*")], .implicitDeny),
            ([allow(), deny()], .explicitDeny), ([deny()], .explicitDeny), ([deny("kms:*")], .implicitDeny),
        ] as [([String], LayerExplanation.State)]
    )
    func states(_ statements: [String], _ state: LayerExplanation.State) throws {
        let scene = Scene(principal: session, endpoint: statements.isEmpty ? [] : nil, identity: statements)
        #expect(try layer(.identity, of: scene).state == state)
        let ceilings = scene.with {
            $0.boundary = statements
            $0.session = statements
        }
        #expect(try layer(.boundary, of: ceilings).state == state)
        #expect(try layer(.session, of: ceilings).state == state)
    }

    @Test("H2: layers that only the resource's grant makes unnecessary block nothing")
    func needlessLayers() throws {
        let scene = Scene(
            principal: session,
            resourcePolicy: [grant(to: sessionName)],
            boundary: [],
            session: []
        )
        #expect(try layer(.identity, of: scene).state == .implicitDeny)
        #expect(try layer(.boundary, of: scene).state == .implicitDeny)
        #expect(try scene.blockedBy().isEmpty)
    }

    @Test("H2: blockedBy names explicit and implicit denials together, in the order of the ladder")
    func blockedBy() throws {
        let scene = Scene(
            principal: session,
            scps: [[]],
            endpoint: [allow(), deny()],
            resourcePolicy: [],
            identity: [deny()],
            boundary: [],
            session: [allow()]
        )
        #expect(try scene.blockedBy() == ["scp", "endpoint", "identity", "boundary"])
        #expect(try scene.answer() == "explicitDeny by endpoint")
    }

    @Test("H3: a statement is explained with its file, line, column, path and Sid")
    func location() throws {
        let scene = Scene(identity: [allow("kms:*"), deny("s3:*", sid: "NoStorage")])
        let statements = try layer(.identity, of: scene).statements
        #expect(statements.map(\.location.description) == ["identity.json:2:1", "identity.json:3:1"])
        #expect(statements.map(\.statement.path) == ["Statement[0]", "Statement[1]"])
        #expect(statements.map(\.statement.sid) == [nil, "NoStorage"])
        #expect(statements.map(\.policy.name) == ["identity", "identity"])
        #expect(statements.map(\.applies) == [false, true])
    }

    /// A statement of a resource policy, and the name of the caller that it hits.
    struct Named: Sendable, CustomTestStringConvertible {
        let caller: RequestPrincipal
        let statement: String
        let strength: MatchStrength
        let name: UTF8Text?

        init(_ caller: RequestPrincipal, _ statement: String, _ strength: MatchStrength, _ name: UTF8Text?) {
            self.caller = caller
            self.statement = statement
            self.strength = strength
            self.name = name
        }

        var testDescription: String { "\(strength.name) for \(caller.displayName)" }
    }

    static let named = [
        Named(session, grant(to: sessionName), .direct, sessionName),
        Named(session, grant(to: roleName), .viaEntity, roleName),
        Named(session, grant(to: home), .account, home),
        Named(session, grant(to: abroad), .none, nil),
        Named(session, allow(to: everyone), .direct, sessionName),
        Named(guest, grant(to: aliceName), .viaEntity, aliceName),
        Named(guest, grant(to: guestName), .direct, guestName),
        Named(role, grant(to: roleName), .viaEntity, roleName),
        Named(alice, grant(to: aliceName), .direct, aliceName),
        Named(root, grant(to: home), .account, home),
        Named(service, allow(to: #"{"Service": "sns.amazonaws.com"}"#), .direct, "sns.amazonaws.com"),
        Named(.anonymous, allow(to: everyone), .direct, "anonymous"),
    ]

    @Test("H3: a statement says which of the caller's names it hits, and how strongly", arguments: named)
    func principalName(_ row: Named) throws {
        let scene = Scene(principal: row.caller, resourcePolicy: [row.statement])
        let layer = try layer(.resource, of: scene)
        let explained = try #require(layer.statements.first)
        #expect(explained.principal == row.strength)
        #expect(explained.principalName == row.name)
        #expect(layer.strength == row.strength)
    }

    @Test("H3: a statement without a principal element names nobody")
    func withoutPrincipalElement() throws {
        let explained = try #require(try layer(.identity, of: Scene(identity: [allow()])).statements.first)
        #expect(explained.principal == .direct && explained.principalName == nil)
    }

    @Test("H3: a statement says which of principal, action and resource match")
    func elements() throws {
        let scene = Scene(resourcePolicy: [
            allow("kms:*", to: everyone), allow(on: "arn:aws:s3:::other", to: everyone),
            allow(to: #"{"AWS": "444455556666"}"#), allow(to: everyone),
        ])
        let statements = try layer(.resource, of: scene).statements
        #expect(statements.map(\.matchesAction) == [false, true, true, true])
        #expect(statements.map(\.matchesResource) == [true, false, true, true])
        #expect(statements.map { $0.principal != .none } == [true, true, false, true])
        #expect(statements.map(\.applies) == [false, false, false, true])
    }

    @Test("H3: a condition shows raw and resolved values, the request's value, the result and its reason")
    func condition() throws {
        let when = #"{"StringLike": {"app:Path": ["${aws:username}/*", "${app:none}", "shared/${*}"]}}"#
        var scene = Scene(identity: [allow(when: when)])
        scene.context = ["aws:username": .single("alice"), "app:path": .single("alice/x")]
        let explained = try #require(try layer(.identity, of: scene).statements.first?.conditions.first)
        #expect(explained.condition.operator.description == "StringLike")
        #expect(explained.condition.name == "app:Path" && explained.condition.key == "app:path")
        #expect(
            explained.condition.operands.map(\.text) == ["${aws:username}/*", "${app:none}", "shared/${*}"]
        )
        #expect(explained.resolvedValues == ["alice/*", nil, "shared/*"])
        #expect(explained.requestValue == .single("alice/x"))
        #expect(explained.result.holds && explained.result.reason == .matched)
    }

    @Test(
        "H3: values of every kind are shown as they resolve",
        arguments: [
            ("ArnLike", "arn:aws:s3:::${app:who}", "arn:aws:s3:::alice"),
            ("ArnLike", "arn:aws:s3:::${app:none}", nil),
            ("ArnEquals", "${app:who}", "alice"), ("Bool", "${app:who}", "alice"), ("Bool", "true", "true"),
            ("NumericEquals", "1.50", "1.50"), ("DateEquals", "2020-01-01", "2020-01-01"),
            ("IpAddress", "10.0.0.0/8", "10.0.0.0/8"), ("BinaryEquals", "AQI=", "AQI="),
            ("StringEquals", "${app:who}", "alice"), ("Null", "true", "true"),
        ] as [(String, String, String?)]
    )
    func resolvedValues(_ name: String, _ value: String, _ resolved: String?) throws {
        var scene = Scene(identity: [allow(when: #"{"\#(name)": {"app:key": "\#(value)"}}"#)])
        scene.context = ["app:who": .single("alice")]
        let explained = try #require(try layer(.identity, of: scene).statements.first?.conditions.first)
        #expect(explained.resolvedValues == [resolved.map { UTF8Text($0) }])
    }

    @Test("H3: conditions are read only where principal, action and resource match, and then all of them")
    func everyCondition() throws {
        let when = #"{"Bool": {"app:one": true, "app:two": true}, "StringEquals": {"app:three": "x"}}"#
        let scene = Scene(identity: [allow(when: when), allow("kms:*", when: when)])
        let statements = try layer(.identity, of: scene).statements
        #expect(statements.map(\.conditions.count) == [3, 0])
        #expect(statements[0].conditions.allSatisfy { $0.requestValue == nil && !$0.result.holds })
    }

    @Test("H1, E27: the explained request is the one that was decided, with the engine's facts")
    func explainedRequest() throws {
        let directory = try Directory(files: ["accounts/111122223333/users/alice/user.json": Array("{}".utf8)]
        )
        let request = AuthorizationRequest(
            principal: alice,
            action: "s3:GetObject",
            resource: "*",
            context: try RequestContext([("aws:username", .single("root"))])
        )
        let now = try #require(Instant("2026-03-01T12:00:00Z"))
        let explanation = try SpecificationEvaluator().explain(request, in: directory, at: now)
        #expect(explanation.request.context["aws:username"] == .single("alice"))
        #expect(explanation.request.action == "s3:GetObject" && explanation.request.principal == alice)
    }

    @Test(
        "Each option has the name and the values that vectors and the command line use",
        arguments: [
            ("arnWildcards", ["aws", "segmented"]), ("notPrincipal", ["wholeChain", "mostSpecific"]),
            ("unparsableRequestValue", ["noMatch", "error"]), ("ipv4MappedIPv6", ["unmap", "distinct"]),
            ("forAnyValueIfExistsMissing", ["true", "false"]), ("rootUser", ["false", "true"]),
        ]
    )
    func optionNames(_ name: String, _ values: [String]) {
        var options = EvaluationOptions()
        let isKnown = values.map { options.set(name, to: $0) }
        #expect(isKnown == [true, true])
        #expect(options != EvaluationOptions(), "the last value is not the default")
        let returns = options.set(name, to: values[0])
        #expect(returns && options == EvaluationOptions(), "the first value is the default")
        let acceptsOther = options.set(name, to: "other")
        let acceptsUnknown = options.set(name + "x", to: values[1])
        #expect(!acceptsOther && !acceptsUnknown && options == EvaluationOptions())
    }
}
