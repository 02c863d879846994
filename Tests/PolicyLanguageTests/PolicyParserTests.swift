import PolicyLanguage
import Testing
import Vocabulary

@Suite("The grammar of policies")
struct PolicyParserTests {
    @Test("B1: the elements may come in any order, and what they say is read")
    func order() throws {
        let text = #"""
            {"Statement": [{"Condition": {}, "Resource": "*", "Action": ["s3:Get*", "s3:Put*"], "Effect": "Deny", "Sid": "A"},
            {"Effect": "Allow", "NotAction": "iam:*", "NotResource": ["arn:aws:s3:::b", "arn:aws:s3:::c"]}],
            "Version": "2012-10-17"}
            """#
        let document = try PolicyReader().read(SourceText(text), as: .boundary).document
        #expect(document.version == .v2012)
        let (first, second) = (document.statements[0], document.statements[1])
        #expect(
            first.sid == "A" && first.effect == .deny && first.conditions.isEmpty && first.principal == nil
        )
        guard case .action(let actions) = first.action, case .notAction(let others) = second.action,
            case .resource = first.resource, case .notResource = second.resource
        else {
            Issue.record("elements were taken for others")
            return
        }
        #expect(actions.map(\.text) == ["s3:Get*", "s3:Put*"] && others.map(\.text) == ["iam:*"])
        #expect(second.sid == nil && second.effect == .allow && second.index == 1)
        #expect(first.resourcePatterns.map(\.text) == ["*"])
        #expect(second.resourcePatterns.map(\.text) == ["arn:aws:s3:::b", "arn:aws:s3:::c"])
    }

    @Test("B2: a single value may stand without brackets, and a single statement too")
    func singleValues() throws {
        let bare = try statements(policy(#""Effect": "Allow", "Action": "s3:*", "Resource": "*""#))
        let listed = try statements(
            #"{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": ["s3:*"], "Resource": ["*"]}]}"#
        )
        #expect(bare.map(\.action) == listed.map(\.action))
        #expect(bare.map(\.resource) == listed.map(\.resource))
        #expect(bare.map(\.path) == ["Statement"] && listed.map(\.path) == ["Statement[0]"])
    }

    @Test("B1: a policy is an object", arguments: ["[]", "null", "\"x\"", "1", "true"])
    func noObject(_ text: String) {
        for mode in ValidationMode.allCases { #expect(refusal(text, mode: mode) == [.jsonSyntax]) }
    }

    @Test(
        "B1: a policy has statements",
        arguments: ["{}", #"{"Version": "2012-10-17"}"#, #"{"Statement": []}"#]
    )
    func noStatements(_ text: String) {
        #expect(refusal(text) == [.schemaMissing])
    }

    @Test(
        "B1: a statement is an object, and nothing else stands among statements",
        arguments: ["null", "\"x\"", "1", "[null]", "[[]]", "[\"x\"]"]
    )
    func noStatementObject(_ list: String) {
        for mode in ValidationMode.allCases {
            #expect(refusal(#"{"Statement": \#(list)}"#, mode: mode) == [.schemaType])
        }
    }

    @Test(
        "B1, B3: an element that nobody knows is an error in every mode; names are case-sensitive",
        arguments: [
            "effect", "EFFECT", "Conditions", "condition", "Actions", "Principle", "Sid ", "Sid\\u0001", "",
            "\u{15A}id", "Comment",
        ]
    )
    func unknownElements(_ name: String) {
        let statement = policy(#""Effect": "Allow", "Action": "*", "Resource": "*", "\#(name)": "x""#)
        let document = #"{"\#(name)": "x", "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}"#
        for mode in ValidationMode.allCases {
            #expect(refusal(statement, mode: mode) == [.schemaUnknown])
            #expect(refusal(document, mode: mode) == [.schemaUnknown])
        }
    }

    @Test("B3: a statement needs an effect", arguments: ValidationMode.allCases)
    func missingEffect(_ mode: ValidationMode) {
        #expect(refusal(policy(#""Action": "*", "Resource": "*""#), mode: mode) == [.schemaMissing])
    }

    @Test(
        "B3: an effect is exactly `Allow` or `Deny`",
        arguments: [
            "allow", "ALLOW", "deny", "Allow ", " Deny", "", "Permit", "D\u{435}ny", "Deny\\u0001",
            "Deny\u{301}", "*",
        ]
    )
    func otherEffects(_ effect: String) {
        let text = policy(#""Effect": "\#(effect)", "Action": "*", "Resource": "*""#)
        for mode in ValidationMode.allCases { #expect(refusal(text, mode: mode) == [.schemaEffect]) }
    }

    @Test(
        "B1: elements that hold one string hold nothing else",
        arguments: ["null", "1", "true", "{}", "[]", "[\"Allow\"]"]
    )
    func stringElements(_ json: String) {
        #expect(refusal(policy(#""Effect": \#(json), "Action": "*", "Resource": "*""#)) == [.schemaType])
        #expect(
            refusal(policy(#""Sid": \#(json), "Effect": "Allow", "Action": "*", "Resource": "*""#)) == [
                .schemaType
            ]
        )
        let statement = #""Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}"#
        #expect(refusal(#"{"Version": \#(json), \#(statement)}"#) == [.schemaType])
        #expect(refusal(#"{"Id": \#(json), \#(statement)}"#, mode: .permissive) == [.schemaType])
    }

    @Test(
        "B2: elements that hold strings hold nothing else, alone or in a list",
        arguments: ["null", "1", "false", "{}", "[null]", "[1]", "[[\"*\"]]", "[\"*\", {}]"]
    )
    func listElements(_ json: String) {
        for element in ["Action", "NotAction"] {
            #expect(
                refusal(policy(#""Effect": "Deny", "\#(element)": \#(json), "Resource": "*""#)) == [
                    .schemaType
                ]
            )
        }
        for element in ["Resource", "NotResource"] {
            #expect(
                refusal(policy(#""Effect": "Deny", "Action": "*", "\#(element)": \#(json)"#)) == [.schemaType]
            )
        }
    }

    @Test(
        "B4: a version is one of two; a missing one means the first",
        arguments: [("\"2012-10-17\"", .v2012), ("\"2008-10-17\"", .v2008)] as [(String, PolicyVersion)]
    )
    func versions(_ json: String, _ version: PolicyVersion) throws {
        let statement = #""Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}"#
        let reader = PolicyReader()
        #expect(
            try reader.read(SourceText("{\"Version\": \(json), \(statement)}"), as: .identity).document
                .version == version
        )
        #expect(try reader.read(SourceText("{\(statement)}"), as: .identity).document.version == .v2008)
    }

    @Test(
        "B4: any other version is an error",
        arguments: ["2012-10-18", "2012", "", " 2012-10-17", "2012-10-17 ", "latest", "2012\u{2010}10-17"]
    )
    func otherVersions(_ version: String) {
        for mode in ValidationMode.allCases {
            #expect(refusal(onResource("\"*\"", version: version), mode: mode) == [.schemaVersion])
        }
    }

    @Test(
        "B5: exactly one element of each pair",
        arguments: [
            #""Action": "*", "NotAction": "*", "Resource": "*""#,
            #""Action": "*", "Resource": "*", "NotResource": "*""#,
            #""NotAction": "*", "Action": "*", "Resource": "*""#,
        ]
    )
    func pairs(_ members: String) {
        for mode in ValidationMode.allCases {
            #expect(refusal(policy(#""Effect": "Deny", \#(members)"#), mode: mode) == [.schemaExclusive])
        }
    }

    @Test("B5: Principal and NotPrincipal exclude each other; some action must be named")
    func otherPairs() {
        let both = #""Effect": "Deny", "Principal": "*", "NotPrincipal": "*", "Action": "*", "Resource": "*""#
        #expect(refusal(policy(both), as: .resource) == [.schemaExclusive])
        #expect(refusal(policy(#""Effect": "Deny", "Resource": "*""#)) == [.schemaMissing])
    }

    @Test(
        "B1: a repeated element is an error, though both say the same",
        arguments: ["Effect", "Action", "Resource", "Condition", "Sid"]
    )
    func repeated(_ element: String) {
        let value = ["Effect": "\"Deny\"", "Condition": "{}", "Sid": "\"A\""][element] ?? "\"*\""
        let members =
            #""Sid": "A", "Effect": "Deny", "Action": "*", "Resource": "*", "Condition": {}, "\#(element)": \#(value)"#
        for mode in ValidationMode.allCases {
            #expect(refusal(policy(members), mode: mode) == [.duplicateKey])
        }
    }

    @Test(
        "B10: an empty list of actions or resources is legal and makes the statement apply to nothing",
        arguments: [#""Action": [], "Resource": "*""#, #""Action": "*", "Resource": []"#]
    )
    func emptyLists(_ members: String) {
        #expect(remarks(policy(#""Effect": "Allow", \#(members)"#)) == [.neverApplies])
    }

    @Test(
        "B10: an empty list of exceptions is refused; where it is let through, a Deny concerns everything",
        arguments: [
            #""NotAction": [], "Resource": "*""#, #""Action": "*", "NotResource": []"#,
            #""Action": "*", "Resource": "*", "NotPrincipal": {}"#,
            #""Action": "*", "Resource": "*", "NotPrincipal": {"AWS": [], "Service": []}"#,
        ]
    )
    func emptyExceptions(_ members: String) throws {
        let others = members.contains("Principal") ? members : members + #", "Principal": "*""#
        for effect in ["Allow", "Deny"] {
            let text = policy(#""Effect": "\#(effect)", \#(others)"#)
            for mode in [ValidationMode.strict, .lenient] {
                #expect(refusal(text, as: .resource, mode: mode) == [.schemaEmpty])
            }
            let read = try PolicyReader(mode: .permissive).read(SourceText(text), as: .resource)
            let statement = read.document.statements[0]
            let concernsEverything =
                if case .action(let actions) = statement.action,
                    case .resource(let resources) = statement.resource
                {
                    actions.map(\.text) == ["*"] && resources.map(\.text) == ["*"]
                        && statement.principal == .principal([.everyone])
                } else {
                    false
                }
            #expect(concernsEverything == (effect == "Deny"))
        }
    }

    @Test(
        "A policy holds no U+0000, wherever an escape may put one",
        arguments: [#""Sid": "a\u0000""#, #""Condition": {"StringLike": {"k": ["x", "\u0000*"]}}"#]
    )
    func escapedNUL(_ member: String) {
        let text = policy(#""Effect": "Deny", "Principal": "*", "Action": "*", "Resource": "*", \#(member)"#)
        for mode in [ValidationMode.strict, .lenient] {
            #expect(refusal(text, as: .resource, mode: mode) == [.jsonSyntax])
        }
        let plain = text.replacing(#"\u0000"#, with: #"\u0001"#)
        #expect(refusal(plain, as: .resource) != [.jsonSyntax])
    }

    // MARK: Forms

    @Test(
        "D1: an action is `*`, or a service and a name with wildcards",
        arguments: [
            "*", "s3:*", "s3:Get*", "s3:?etObject", "S3:getobject", "execute-api:Invoke", "a_b.c:d-e",
        ]
    )
    func actions(_ action: String) {
        #expect(remarks(policy(#""Effect": "Allow", "Action": "\#(action)", "Resource": "*""#)) == [])
    }

    @Test(
        "D1: any other action is an error, variables and other scripts included",
        arguments: [
            "", "s3", ":", ":Get", "s3:", "s3:Get:x", "s3::Get", " s3:Get", "s3:Get ", "s3:Get Object",
            "\u{455}3:Get", "s3:\u{FF0A}",
            "s3:${aws:username}", "s3/Get", "**", "s3:Gét", "s3:Get\\n", "s3:Get,s3:Put",
        ]
    )
    func badActions(_ action: String) {
        for element in ["Action", "NotAction"] {
            let text = policy(#""Effect": "Deny", "\#(element)": ["s3:*", "\#(action)"], "Resource": "*""#)
            #expect(refusal(text) == [.actionForm])
        }
    }

    @Test("D1: a wildcard in the service is legal and remarked on", arguments: ["*:*", "s3*:Get", "?3:Get"])
    func serviceWildcards(_ action: String) {
        #expect(
            remarks(policy(#""Effect": "Allow", "Action": "\#(action)", "Resource": "*""#)) == [
                .serviceWildcard
            ]
        )
    }

    @Test("D1: actions match without regard to ASCII case, and no further")
    func actionMatching() throws {
        let text = policy(#""Effect": "Allow", "Action": ["S3:Get*", "ec2:Run?nstances"], "Resource": "*""#)
        guard case .action(let patterns) = try statements(text)[0].action else {
            Issue.record("no `Action`")
            return
        }
        #expect(patterns[0].matches(folded: "s3:getobject") && patterns[0].matches(folded: "s3:get"))
        #expect(!patterns[0].matches(folded: "s3:putobject") && !patterns[0].matches(folded: "s3:ge"))
        #expect(
            patterns[1].matches(folded: "ec2:runinstances") && !patterns[1].matches(folded: "ec2:runnstances")
        )
    }

    @Test(
        "D4: a resource is `*` or an ARN of six parts",
        arguments: [
            "*", "arn:aws:s3:::b", "arn:aws:s3:::*", "arn:*:*:*:*:*", "arn:aws:s3:::b/a:b:c", "arn:aws:s3:::",
            "arn:aws:s3:::\u{E9} x",
        ]
    )
    func resources(_ resource: String) {
        #expect(remarks(onResource("\"\(resource)\"")) == [])
    }

    @Test(
        "D5: any other resource is an error",
        arguments: [
            "", " ", "b", "**", "*a", "s3:::b", "ARN:aws:s3:::b", " arn:aws:s3:::b", "arn:aws:s3:::b ",
            "arn:aws:s3", "arn:", "arn:aws:s3:*",
            "arn:aws:s3:::b\\u0001", "arn:aws:s3:::b\\n", "arn:aws:s3:::b\\u007f",
            "arn:aws:s3::${aws:username}", "/b",
        ]
    )
    func badResources(_ resource: String) {
        for element in ["Resource", "NotResource"] {
            #expect(refusal(onResource("[\"*\", \"\(resource)\"]", element: element)) == [.resourceForm])
        }
    }
}
