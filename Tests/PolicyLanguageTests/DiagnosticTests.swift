import PolicyLanguage
import Testing
import Vocabulary

@Suite("Findings: where, which, and in what order")
struct DiagnosticTests {
    private static func found(_ text: String, as type: PolicyType = .identity) -> [Diagnostic] {
        findings(text, as: type).diagnostics
    }

    @Test("A finding names line, column and path of the element at fault")
    func places() {
        let text = """
            {"Version": "2012-10-17",
             "Statement": [
              {"Effect": "Allow", "Action": "s3:Get*", "Resource": "*"},
              {"Effect": "allow", "Action": ["s3:Get*", "s3Put"], "Resource": "*",
               "Condition": {"StringLike": {"aws:username": [["a"]]},
                             "IpAddress": {"aws:SourceIp": ["10.0.0.0/8", "x"]}}}]}
            """
        #expect(
            Self.found(text).map { "\($0.location) \($0.path) \($0.code.rawValue)" } == [
                "4:14 Statement[1].Effect schema.effect",
                "4:45 Statement[1].Action[1] action.form",
                "5:50 Statement[1].Condition.StringLike.aws:username[0] schema.type",
                "6:63 Statement[1].Condition.IpAddress.aws:SourceIp[1] condition.ip",
            ]
        )
    }

    @Test(
        "The path leads from the root to the element, with positions from 0",
        arguments: [
            (#"{"Statement": {"Effect": "x", "Action": "*", "Resource": "*"}}"#, "Statement.Effect"),
            (#"{"Statement": [{"Effect": "Deny", "Action": "*", "Resource": "*"}, 1]}"#, "Statement[1]"),
            (
                #"{"Statement": {"Effect": "Deny", "Action": "*", "Resource": ["*", "x"]}}"#,
                "Statement.Resource[1]"
            ),
            (
                #"{"Statement": {"Effect": "Deny", "Action": "*", "Resource": "*", "Sidd": 1}}"#,
                "Statement.Sidd"
            ),
            (
                #"{"Statement": {"Effect": "Deny", "Action": "*", "Resource": "*", "Condition": {"Foo": {}}}}"#,
                "Statement.Condition.Foo"
            ),
            (
                #"{"Version": "1", "Statement": {"Effect": "Deny", "Action": "*", "Resource": "*"}}"#,
                "Version"
            ),
            (#"{"Statement": {"Effect": "Deny", "Action": "*"}}"#, "Statement"), ("{}", ""), ("[]", ""),
            (
                #"{"Statement": {"Effect": "Deny", "Action": "*", "Resource": "*", "Principal": "*"}}"#,
                "Statement.Principal"
            ),
        ]
    )
    func paths(_ text: String, _ path: String) {
        #expect(Self.found(text).map(\.path) == [path])
    }

    @Test("Columns count bytes from 1, and only line feeds end lines")
    func columns() {
        let source = SourceText("a\u{E9}\r\nb\n\nc", name: "p.json")
        let places = (0...8).map { source.location(of: $0) }.map { "\($0.line):\($0.column)" }
        #expect(places == ["1:1", "1:2", "1:3", "1:4", "1:5", "2:1", "2:2", "3:1", "4:1"])
        #expect(source.location(of: 5).description == "p.json:2:1")
        #expect(SourceText("x").location(of: 0).description == "1:1")
    }

    @Test(
        "A syntax error stands where reading could not go on",
        arguments: [
            ("", "1:1"), ("{\"a\": 1,\n \"b\" 2}", "2:6"), ("[1,\n2,\n]", "3:1"), ("[tru]", "1:2"),
            ("[1]\n x", "2:2"), ("\"ab", "1:4"),
            ("[1.x]", "1:4"), ("{\n\"a\": \"\\x\"}", "2:7"), ("{\"a\": \"b\\ud800\"}", "1:9"),
        ]
    )
    func syntaxErrors(_ text: String, _ place: String) {
        let found = Self.found(text).filter { $0.code == .jsonSyntax }
        #expect(found.first?.location.description == place)
    }

    @Test("A duplicate key is reported at its second place")
    func duplicateKey() {
        let found = Self.found(
            "{\"Version\": \"2012-10-17\",\n \"Statement\": {\"Effect\": \"Deny\", \"Action\": \"*\", \"Effect\": \"Allow\", \"Resource\": \"*\"}}"
        )
        #expect(found.map { "\($0.location) \($0.path)" } == ["2:49 Statement.Effect"])
    }

    @Test(
        "Every fault of a document is reported, not only the first: JSON, grammar and type alike, in order of place"
    )
    func everyFault() {
        let text = #"""
            {"Id": "x", "Version": "2013", "Statement": [
            {"Sid": "a b", "Effect": "Alow", "Action": "s3", "Action": "s3:*", "Resource": "b"},
            {"Sid": "a-b", "Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": "arn:aws:s3:::\q"},
            {"Effect": "Deny", "Action": [], "NotAction": "x", "Condition": {"StringEqual": {"k": "v"}, "Bool": {"k": "y"}}}]}
            """#
        let found = Self.found(text)
        #expect(
            Set(found.map(\.code)) == [
                .policyType, .schemaVersion, .schemaEffect, .duplicateKey, .resourceForm, .schemaSid,
                .schemaPrincipal, .jsonSyntax,
                .schemaMissing, .neverApplies, .schemaExclusive, .conditionOperator, .conditionBool,
                .actionForm,
            ]
        )
        #expect(found.map(\.location.offset) == found.map(\.location.offset).sorted())
        #expect(InvalidDocument(found).description.split(separator: "\n").count == found.count)
    }

    @Test("A finding is one line: place, severity, message, code and path")
    func description() throws {
        let text = onResource("\"*\"", version: "1")
        do throws(InvalidDocument) {
            _ = try PolicyReader().read(SourceText(text, name: "p.json"), as: .identity)
            Issue.record("accepted")
        } catch {
            #expect(
                error.description
                    == "p.json:1:13: error: `1` is not a version; use `2012-10-17` [schema.version] at Version"
            )
        }
        #expect(
            Self.found("{}").first?.description == "1:1: error: a policy needs `Statement` [schema.missing]"
        )
    }

    @Test("At most a hundred findings are listed, and the document is refused all the same")
    func cap() {
        let values = Array(repeating: "\"x\"", count: 500).joined(separator: ",")
        #expect(Self.found(onResource("[\(values)]")).count == Limits.diagnosticsMax)
    }

    @Test("A refusal names an error, though a hundred remarks stand before it")
    func errorAfterRemarks() {
        let actions = Array(repeating: "\"*:x\"", count: 150).joined(separator: ",")
        let (isAccepted, found) = findings(
            policy(#""Effect": "Allow", "Action": [\#(actions)], "Resource": "x""#)
        )
        #expect(!isAccepted)
        #expect(found.count == Limits.diagnosticsMax)
        #expect(found.last?.code == .resourceForm && found.last?.severity == .error)
        #expect(
            remarks(policy(#""Effect": "Allow", "Action": [\#(actions)], "Resource": "*""#))?.count
                == Limits.diagnosticsMax
        )
    }

    @Test(
        "An error beyond the hundredth finding refuses the document in the mode that has the first hundred as warnings"
    )
    func errorBeyondCap() {
        let resources = Array(repeating: "\"x\"", count: 150).joined(separator: ",")
        let text = policy(#""Effect": "Allow", "Action": "*", "Resource": [\#(resources), 1]"#)
        let (isAccepted, found) = findings(text, mode: .lenient)
        #expect(!isAccepted)
        #expect(found.contains { $0.severity == .error && $0.code == .schemaType })
    }

    @Test("A long value is shown shortened")
    func longValue() {
        let text = conditional(#""NumericEquals": {"k": "\#(String(repeating: "x", count: 5_000))"}"#)
        #expect(
            Self.found(text).first.map { $0.message.utf8.count < 200 && $0.message.contains("…") } == true
        )
    }

    @Test("A policy inside a larger document has the places of the whole document")
    func embedded() throws {
        let text =
            "{\"PolicyDocument\":\n {\"Statement\": {\"Effect\": \"x\", \"Action\": \"*\", \"Resource\": \"*\"}}}"
        let json = try JSONDocument(reading: SourceText(text, name: "all.json"))
        let inner = try #require(json.root["PolicyDocument"])
        let error = #expect(throws: InvalidDocument.self) { try PolicyReader().read(inner, as: .identity) }
        let found = try #require(error?.diagnostics.first)
        #expect(found.location.description == "all.json:2:27")
        #expect(found.path.hasSuffix("Statement.Effect"))
    }

    @Test("Findings of the grammar alone say nothing of any type's rules")
    func grammarFindings() {
        let reader = PolicyReader()
        let typed = policy(#""Effect": "Allow", "Principal": "*", "Action": "*""#)
        #expect(reader.grammarFindings(SourceText(typed)) == [])
        #expect(reader.grammarFindings(SourceText(onResource("\"b\""))).map(\.code) == [.resourceForm])
        #expect(reader.grammarFindings(SourceText("{")).map(\.code) == [.jsonSyntax])
        let twice = #"{"Statement": {"Effect": "Deny", "Effect": "Deny", "Action": "s3", "Resource": "*"}}"#
        #expect(reader.grammarFindings(SourceText(twice)).map(\.code) == [.duplicateKey, .actionForm])
    }

    @Test("Each kind of finding has a code of its own, in two words")
    func codes() {
        let codes = DiagnosticCode.allCases.map(\.rawValue)
        #expect(Set(codes).count == codes.count)
        #expect(codes.allSatisfy { $0.split(separator: ".").count == 2 })
    }
}
