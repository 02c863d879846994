import Testing
import Vocabulary

@Suite("The facts of a request")
struct RequestContextTests {
    @Test(
        "A2: key names ignore ASCII case, the tag key included",
        arguments: ["aws:ResourceTag/Team", "aws:resourcetag/team", "AWS:RESOURCETAG/TEAM"]
    )
    func keysIgnoreCase(_ key: String) throws {
        let context = try RequestContext([(key: "aws:ResourceTag/Team", value: .single("Blue"))])
        #expect(context[UTF8Text(key)] == .single("Blue"))
    }

    @Test("A2: values keep their case")
    func valuesKeepCase() throws {
        let context = try RequestContext([(key: "k", value: .single("Blue"))])
        #expect(context["k"] != .single("blue"))
    }

    @Test(
        "A2: keys outside ASCII are told apart by their bytes",
        arguments: [("\u{C9}", "\u{E9}"), ("\u{E9}", "e\u{301}"), ("\u{212A}", "k")]
    )
    func keysOutsideASCII(_ one: String, _ other: String) throws {
        let context = try RequestContext([
            (key: UTF8Text(one), value: .single("1")), (key: UTF8Text(other), value: .single("2")),
        ])
        #expect(context.count == 2)
        #expect(context[UTF8Text(one)] == .single("1"))
        #expect(context[UTF8Text(other)] == .single("2"))
    }

    @Test(
        "A2: two keys that differ only in case are refused, even with equal values",
        arguments: [
            ("aws:RequestTag/Team", "aws:RequestTag/team"), ("k", "k"), ("AWS:SourceIp", "aws:sourceip"),
        ]
    )
    func duplicates(_ one: String, _ other: String) {
        let error = #expect(throws: RequestError.self) {
            try RequestContext([
                (key: UTF8Text(one), value: .single("x")), (key: "between", value: .single("x")),
                (key: UTF8Text(other), value: .single("x")),
            ])
        }
        #expect(error == RequestError(.duplicateKey, in: .context, key: UTF8Text(other)))
    }

    @Test("A3: one value and a list of one value are different facts")
    func singleIsNotMulti() {
        #expect(ContextValue.single("x") != .multi(["x"]))
        #expect(ContextValue.single("x").values == ContextValue.multi(["x"]).values)
        #expect(ContextValue.multi([]) != .single(""))
        #expect(ContextValue.multi(["b", "a"]).values == ["b", "a"])
    }

    @Test("The lookup by folded key folds nothing itself")
    func foldedLookup() throws {
        let context = try RequestContext([(key: "aws:SourceIp", value: .single("10.0.0.1"))])
        #expect(context[folded: "aws:sourceip"] == .single("10.0.0.1"))
        #expect(context[folded: "aws:SourceIp"] == nil)
    }

    @Test("Assignment replaces a key of any case; nil removes it")
    func assignment() {
        var context = RequestContext()
        context["Key"] = .single("1")
        context["KEY"] = .multi(["2"])
        #expect(context.count == 1)
        #expect(context["key"] == .multi(["2"]))
        context["kEy"] = nil
        #expect(context == RequestContext())
    }

    @Test("E27: facts that the engine owns win over what the caller sent, whatever the case")
    func override() throws {
        var context = try RequestContext([
            (key: "AWS:UserName", value: .single("root")), (key: "s3:prefix", value: .single("home/")),
        ])
        context.override(
            with: try RequestContext([
                (key: "aws:username", value: .single("alice")), (key: "aws:userid", value: .single("AIDA")),
            ])
        )
        #expect(context["aws:username"] == .single("alice"))
        #expect(context["aws:userid"] == .single("AIDA"))
        #expect(context["s3:prefix"] == .single("home/"))
        #expect(context.count == 3)
    }

    @Test("Keys are removed by their folded names")
    func removal() throws {
        var context = try RequestContext([
            (key: "AWS:PrincipalTag/Team", value: .single("x")), (key: "aws:SourceIp", value: .single("y")),
        ])
        context.removeAll { $0.hasPrefix("aws:principaltag/") }
        #expect(context.pairs.map(\.key) == ["aws:sourceip"])
    }
}
