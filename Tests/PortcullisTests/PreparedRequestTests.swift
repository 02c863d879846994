import Portcullis
import Testing

@Suite("A prepared request is decided as a request laid out for the question")
struct PreparedRequestTests {
    private static let noon = Instant("2026-03-01T12:00:00Z") ?? .distantPast
    private static let account = "accounts/111122223333"

    /// A user with one inline policy of these statements, and files beside it.
    private static func engine(
        _ statements: String...,
        beside files: [String: String] = [:]
    ) throws -> AuthorizationEngine {
        AuthorizationEngine(try SnapshotCompiler().compile(directory(statements, beside: files)))
    }

    private static func directory(
        _ statements: [String],
        beside files: [String: String] = [:]
    ) throws -> Directory {
        let list = statements.joined(separator: ",")
        let policy = #"{"Version":"2012-10-17","Statement":[\#(list)]}"#
        var all = files.mapValues { Array($0.utf8) }
        all["\(account)/users/ada/inline/p.json"] = Array(policy.utf8)
        return try Directory(files: all)
    }

    private static func allow(_ resource: String, _ condition: String = "{}") -> String {
        #"{"Effect":"Allow","Action":"s3:GetObject","Resource":"\#(resource)","Condition":\#(condition)}"#
    }

    private static func request(
        _ resource: UTF8Text = "arn:aws:s3:::a/x",
        _ context: [(key: UTF8Text, value: ContextValue)] = []
    ) throws -> AuthorizationRequest {
        AuthorizationRequest(
            principal: try #require(RequestPrincipal("arn:aws:iam::111122223333:user/ada")),
            action: "s3:GetObject",
            resource: resource,
            context: try RequestContext(context)
        )
    }

    @Test("Another resource is another question, also one longer than the room that was reserved")
    func resources() throws {
        var reader = try Self.engine(Self.allow("arn:aws:s3:::a/*")).makeReader()
        let prepared = try PreparedRequest(Self.request(), at: Self.noon)
        #expect(reader.authorize(prepared).isAllowed)
        try prepared.setResource("arn:aws:s3:::b/x")
        #expect(!reader.authorize(prepared).isAllowed)
        try prepared.setResource(UTF8Text("arn:aws:s3:::a/" + String(repeating: "y", count: 3_000)))
        #expect(reader.authorize(prepared).isAllowed)
        try prepared.setResource(UTF8Text("arn:aws:s3:::b/" + String(repeating: "y", count: 3_000)))
        #expect(!reader.authorize(prepared).isAllowed)
    }

    @Test("E26: another time is another question")
    func times() throws {
        let before = #"{"DateLessThan":{"aws:CurrentTime":"2026-03-01T13:00:00Z"}}"#
        var reader = try Self.engine(Self.allow("*", before)).makeReader()
        let prepared = try PreparedRequest(Self.request(), at: Self.noon)
        #expect(reader.authorize(prepared).isAllowed)
        prepared.setTime(try #require(Instant("2026-03-01T13:00:00Z")))
        #expect(!reader.authorize(prepared).isAllowed)
    }

    @Test("A2, A3: values change under keys in any case, become lists, go and come back")
    func values() throws {
        let condition = #"{"StringEquals":{"app:color":"red"}}"#
        var reader = try Self.engine(Self.allow("*", condition)).makeReader()
        let prepared = try PreparedRequest(Self.request("*", [("App:Color", .single("red"))]), at: Self.noon)
        #expect(reader.authorize(prepared).isAllowed)
        try prepared.setValue("blue", forKey: "APP:COLOR")
        #expect(!reader.authorize(prepared).isAllowed)
        try prepared.setValue("red", forKey: "app:color")
        #expect(reader.authorize(prepared).isAllowed)
        try prepared.setValues(["red"], forKey: "app:color")
        #expect(!reader.authorize(prepared).isAllowed)
        prepared.removeValue(forKey: "app:Color")
        #expect(!reader.authorize(prepared).isAllowed)
        try prepared.setValue("red", forKey: "app:color")
        try prepared.setValue(UTF8Text(String(repeating: "z", count: 500)), forKey: "app:other")
        #expect(reader.authorize(prepared).isAllowed)
    }

    @Test("F11: another VPC endpoint is under another endpoint policy")
    func endpoints() throws {
        let deny = """
            {"Version":"2012-10-17","Statement":
            {"Effect":"Deny","Principal":"*","Action":"*","Resource":"*"}}
            """
        let engine = try Self.engine(
            Self.allow("*"),
            beside: ["\(Self.account)/vpc-endpoints/vpce-1.json": deny]
        )
        var reader = engine.makeReader()
        let context: [(key: UTF8Text, value: ContextValue)] = [("aws:SourceVpce", .single("vpce-2"))]
        let prepared = try PreparedRequest(Self.request("arn:aws:s3:::a/x", context), at: Self.noon)
        for (endpoint, isAllowed) in [("vpce-2", true), ("vpce-1", false), ("vpce-2", true)] {
            try prepared.setValue(UTF8Text(endpoint), forKey: "aws:sourcevpce")
            let changed = try Self.request(
                "arn:aws:s3:::a/x",
                [("aws:SourceVpce", .single(UTF8Text(endpoint)))]
            )
            let plain = reader.authorize(try CompactRequest(changed, at: Self.noon))
            #expect(reader.authorize(prepared) == plain)
            #expect(plain.isAllowed == isAllowed)
        }
    }

    @Test("A4: a part that no request may hold is refused, and the part before stays")
    func malformedParts() throws {
        var reader = try Self.engine(Self.allow("arn:aws:s3:::a/*")).makeReader()
        let color: [(key: UTF8Text, value: ContextValue)] = [("app:color", .single("red"))]
        let prepared = try PreparedRequest(Self.request("arn:aws:s3:::a/x", color), at: Self.noon)
        let long = UTF8Text(String(repeating: "x", count: 1 << 20 + 1))
        for resource: UTF8Text in ["", "a\u{0}", "arn:aws:s3:::a/b\nc", "arn:aws:s3:::a/\u{7F}", long] {
            #expect(throws: RequestError.self) { try prepared.setResource(resource) }
        }
        for value: UTF8Text in ["\u{1F}", "12345678\u{0}", "a tab\t in the middle", long] {
            #expect(throws: RequestError.self) { try prepared.setValue(value, forKey: "app:color") }
            #expect(throws: RequestError.self) { try prepared.setValues(["a", value], forKey: "app:color") }
            #expect(throws: RequestError.self) { try prepared.setValue("a", forKey: value) }
        }
        #expect(throws: RequestError.self) { try prepared.setValue("a", forKey: "") }
        for owner: UTF8Text in ["\u{2}", "12345678901a", "", "111122223333"] {
            #expect(throws: RequestError.self) {
                let queue: UTF8Text = "arn:aws:sqs:eu-west-1:222233334444:jobs"
                try prepared.setResource(queue, account: AccountID(unchecked: owner))
            }
        }
        #expect(reader.authorize(prepared).isAllowed)
    }

    @Test("A4: facts that are too long together are refused as those of a request laid out anew are")
    func contextSize() throws {
        // Each text counts 64 bytes besides its own: two keys, a list and so many empty values leave 110.
        var values = [UTF8Text](repeating: "", count: Limits.contextBytesMax / Limits.contextTextOverhead - 7)
        let (first, second, list): (UTF8Text, UTF8Text, UTF8Text) = ("app:a", "app:b", "app:list")
        let context: [(key: UTF8Text, value: ContextValue)] = [
            (first, .single("")), (second, .single("")), (list, .multi(values)),
        ]
        let prepared = try PreparedRequest(Self.request("arn:aws:s3:::a/x", context), at: Self.noon)
        let long = UTF8Text(String(repeating: "v", count: 64))
        values[7] = long
        let error = RequestError(.tooLong, in: .context)
        try prepared.setValue(long, forKey: first)
        #expect(throws: error) { try prepared.setValue(long, forKey: second) }
        #expect(throws: error) { try prepared.setValues(values, forKey: list) }
        try prepared.setValue("", forKey: first)
        try prepared.setValues(values, forKey: list)
        #expect(throws: error) { try prepared.setValue(long, forKey: second) }
    }

    @Test("What was found in one snapshot is not looked up in another, of whatever engine and revision")
    func otherSnapshots() throws {
        let engines = try [Self.allow("arn:aws:s3:::a/*"), Self.allow("arn:aws:s3:::b/*")].map {
            try Self.engine($0)
        }
        var first = engines[0].makeReader()
        var second = engines[1].makeReader()
        let prepared = try PreparedRequest(Self.request(), at: Self.noon)
        for _ in 0..<3 {
            #expect(first.authorize(prepared).isAllowed)
            #expect(!second.authorize(prepared).isAllowed)
        }
        let other = try SnapshotCompiler().compile(Self.directory([Self.allow("arn:aws:s3:::c/*")]))
        engines[0].replace(with: other)
        let decision = first.authorize(prepared)
        #expect(!decision.isAllowed && decision.revision == 2)
        engines[0].replace(with: try SnapshotCompiler().compile(Self.directory([Self.allow("*")])))
        #expect(first.authorize(prepared).isAllowed)
        #expect(engines[0].reclaim() == 0)
    }

    @Test("More policies than there is room for are decided all the same", arguments: [31, 32, 33, 200])
    func manyPolicies(_ count: Int) throws {
        var files: [String: String] = [:]
        for number in 0..<count {
            let statement = Self.allow("arn:aws:s3:::b\(number)/*")
            let policy = #"{"Version":"2012-10-17","Statement":\#(statement)}"#
            files["\(Self.account)/users/ada/inline/q\(number).json"] = policy
        }
        let engine = try Self.engine(Self.allow("arn:aws:s3:::a/*"), beside: files)
        var reader = engine.makeReader()
        let prepared = try PreparedRequest(Self.request(), at: Self.noon)
        // The second time there is more room.
        for _ in 0..<2 {
            for (name, isAllowed) in [("a", true), ("b\(count - 1)", true), ("b\(count)", false)] {
                let resource = UTF8Text("arn:aws:s3:::\(name)/x")
                try prepared.setResource(resource)
                let plain = reader.authorize(try CompactRequest(Self.request(resource), at: Self.noon))
                #expect(reader.authorize(prepared) == plain)
                #expect(plain.isAllowed == isAllowed)
            }
        }
    }

    @Test("A caller that a snapshot does not know is an error until one knows it")
    func unknownCaller() throws {
        let engine = AuthorizationEngine(try SnapshotCompiler().compile(Directory(files: [:])))
        var reader = engine.makeReader()
        let prepared = try PreparedRequest(Self.request(), at: Self.noon)
        #expect(reader.authorize(prepared).outcome == .error)
        try prepared.setResource("arn:aws:s3:::a/y")
        #expect(reader.authorize(prepared).outcome == .error)
        engine.replace(with: try SnapshotCompiler().compile(Self.directory([Self.allow("*")])))
        #expect(reader.authorize(prepared).isAllowed)
    }

    @Test("What is changed in place is found by a prepared request, and counted")
    func changedInPlace() throws {
        let directory = try Self.directory([Self.allow("arn:aws:s3:::a/*")])
        let engine = try AuthorizationEngine(directory: directory, countsDecisions: true)
        var reader = engine.makeReader()
        let prepared = try PreparedRequest(Self.request("arn:aws:s3:::b/x"), at: Self.noon)
        #expect(!reader.authorize(prepared).isAllowed)
        let statement = Self.allow("arn:aws:s3:::b/*")
        let text = #"{"Version":"2012-10-17","Statement":\#(statement)}"#
        let policy = try PolicyReader().read(SourceText(text), as: .identity)
        let ada = try #require(ARN("arn:aws:iam::111122223333:user/ada"))
        try engine.apply([.putInlinePolicy("own", policy, of: ada)])
        #expect(reader.authorize(prepared).isAllowed)
        let counts = try #require(engine.decisionCounts())
        #expect(counts.statements == [.init(policy: "own", index: 0): 1])
        #expect(counts.count(.implicitDeny, by: .identity) == 1 && counts.total == 2)
    }

    @Test("G1: the owner that was stated stays when a value lays the request out anew")
    func statedOwner() throws {
        var reader = try Self.engine(Self.allow("*")).makeReader()
        let prepared = try PreparedRequest(Self.request(), at: Self.noon)
        #expect(reader.authorize(prepared).isAllowed)
        try prepared.setResource("arn:aws:s3:::a/x", account: AccountID("222233334444"))
        #expect(reader.authorize(prepared).layer == .resource)
        try prepared.setValue("red", forKey: "app:color")
        #expect(reader.authorize(prepared).layer == .resource)
        try prepared.setResource("arn:aws:s3:::a/x")
        #expect(reader.authorize(prepared).isAllowed)
    }
}
