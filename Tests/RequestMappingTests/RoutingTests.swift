import Portcullis
import Testing

@testable import RequestMapping

@Suite("Routing")
struct RoutingTests {
    private static func gate(_ routes: [(String, String, String)]) throws -> RequestGate {
        let list = routes.map { name, methods, path in
            #"{"name":"\#(name)","methods":\#(methods),"path":"\#(path)","unprotected":true}"#
        }
        let text = #"{"version":1,"routes":[\#(list.joined(separator: ","))]}"#
        return RequestGate(try RequestMapping(SourceText(text)), try World.engine())
    }

    private static let routes: [(String, String, String)] = [
        ("root", #"["GET"]"#, "/"), ("models", #"["GET"]"#, "/models"), ("slash", #"["GET"]"#, "/models/"),
        ("model", #"["GET","PUT"]"#, "/models/{m}"), ("search", #"["GET"]"#, "/models/search"),
        ("train", #"["POST"]"#, "/models/{m}/train"), ("any", #"["*"]"#, "/models/{m}"),
        ("deep", #"["GET"]"#, "/models/search/deep/{x}"), ("rest", #"["GET"]"#, "/files/{p...}"),
        ("exact", #"["GET"]"#, "/files/a/b"), ("part", #"["GET"]"#, "/files/a/{x}"),
        ("all", #"["GET"]"#, "/{all...}"),
    ]

    @Test(
        "The most specific route of a path and method is taken, whatever the order",
        arguments: [
            ("GET", "/", "root"), ("GET", "/models", "models"), ("GET", "/models/", "slash"),
            ("GET", "/models/x", "model"), ("PUT", "/models/x", "model"), ("DELETE", "/models/x", "any"),
            ("GET", "/models/search", "search"), ("PUT", "/models/search", "model"),
            ("PATCH", "/models/search", "any"), ("POST", "/models/search/train", "train"),
            ("GET", "/models/x/train", "all"), ("GET", "/models/search/deep/z", "deep"),
            ("GET", "/models/search/deep", "all"), ("GET", "/files/a/b", "exact"),
            ("GET", "/files/a/c", "part"),
            ("GET", "/files/a/b/c", "rest"), ("GET", "/files/z", "rest"), ("GET", "/files", "all"),
            ("GET", "/files/", nil), ("PUT", "/files/a/b", nil), ("POST", "/", nil),
            ("GET", "/a%20b/c", "all"),
            ("GET", "/x/", nil),
        ] as [(String, String, String?)]
    )
    func matches(_ method: String, _ path: String, _ expected: String?) throws {
        for routes in [Self.routes, Self.routes.reversed()] {
            let gate = try Self.gate(routes)
            let answer = TestRequest(method, path).answer(gate)
            #expect(answer.route.map { routes[$0].0 } == expected)
            #expect(answer.reason == (expected == nil ? .unmapped : .unprotected))
        }
    }

    @Test("An escape in a segment that equals literal text of a route is refused")
    func escapedLiteral() throws {
        let gate = try Self.gate([("a", #"["GET"]"#, "/a:b"), ("b", #"["GET"]"#, "/{x}")])
        #expect(TestRequest("GET", "/a:b").answer(gate).route == 0)
        #expect(TestRequest("GET", "/a%3Ab").answer(gate).reason == .malformed)
        #expect(TestRequest("GET", "/a%3Ac").answer(gate).route == 1)
    }

    @Test("No routes, no answers")
    func empty() throws {
        #expect(TestRequest("GET", "/").answer(try Self.gate([])).reason == .unmapped)
    }

    @Test("Templates whose captures multiply are refused, not compiled for ever")
    func multiplying() throws {
        // Each literal beside a capture doubles what stands below it.
        let templates = (0..<40).map { index in
            PathTemplate(
                segments: (0..<40).map { $0 == index ? .literal("x") : .capture(UTF8Text("c\($0)")) }
            )
        }
        #expect(throws: RouteTrie.TooManyNodes.self) { try RouteTrie(templates) }
    }

    @Test(
        "A set of bytes holds those that its description names",
        arguments: [UInt8.min...UInt8.max]
    )
    func sets(_ bytes: ClosedRange<UInt8>) {
        let names = Set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789".utf8)
        func with(_ more: String) -> Set<UInt8> { names.union(more.utf8) }
        let controls = Set((0..<0x20) + [0x7F] as [UInt8])
        for byte in bytes {
            #expect(ByteSet.pathSegment.contains(byte) == with("-._~!$&'()*+,=:@").contains(byte))
            #expect(ByteSet.token.contains(byte) == with("!#$%&'*+-.^_`|~").contains(byte))
            #expect(ByteSet.host.contains(byte) == with("-._:[]").contains(byte))
            #expect(ByteSet.iamName.contains(byte) == with("_+=,.@-").contains(byte))
            let isQuery = (0x21...0x7E).contains(byte) && !Set("\"#<>\\^`".utf8).contains(byte)
            #expect(ByteSet.query.contains(byte) == isQuery)
            #expect(
                ByteSet.neverEncodedInPath.contains(byte)
                    == with("-._~/\\%?#;").union(controls).contains(byte)
            )
            #expect(
                ByteSet.neverEncodedInQuery.contains(byte) == with("-._~%").union(controls).contains(byte)
            )
        }
    }

    @Test("Captured text with colons is refused where it would shift the parts of a name")
    func colons() throws {
        let text =
            #"{"version":1,"callers":[{"name":"a","anonymous":{}}],"routes":["#
            + #"{"name":"a","methods":["GET"],"path":"/a/{x}","action":"m:G","resource":"arn:aws:m:{x}::r"},"#
            + #"{"name":"b","methods":["GET"],"path":"/b/{x}/{y}","action":"m:G","resource":"arn:aws:m:::r:{x}:{y}"},"#
            + #"{"name":"c","methods":["GET"],"path":"/c/{x}","action":"m:G","resource":"arn:aws:m:::r/{x}"},"#
            + #"{"name":"d","methods":["GET"],"path":"/d/{x}","action":"m:G","resource":"*","resourceAccount":"111122223333"}]}"#
        let gate = RequestGate(try RequestMapping(SourceText(text)), try World.engine())
        #expect(TestRequest("GET", "/a/eu").answer(gate).reason == .implicitDeny)
        #expect(TestRequest("GET", "/a/eu:111122223333").answer(gate).reason == .malformed)
        #expect(TestRequest("GET", "/b/u/v").answer(gate).reason == .implicitDeny)
        #expect(TestRequest("GET", "/b/u:v/w").answer(gate).reason == .malformed)
        #expect(TestRequest("GET", "/c/u:v").answer(gate).reason == .implicitDeny)
        #expect(TestRequest("GET", "/d/u*v").answer(gate).reason == .implicitDeny)
    }
}
