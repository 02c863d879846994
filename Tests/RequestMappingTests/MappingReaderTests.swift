import Foundation
import Portcullis
import RequestMapping
import Testing

@Suite("Reading a mapping")
struct MappingReaderTests {
    private static let callers = #"[{"name":"a","anonymous":{}}]"#

    /// A mapping with one route of these members more.
    private static func route(_ members: String, path: String = "/x/{a}/{b...}") -> String {
        route(list: #"{"name":"r","methods":["GET"],"path":"\#(path)",\#(members)}"#)
    }

    private static func route(list: String) -> String {
        #"{"version":1,"callers":\#(callers),"routes":[\#(list)]}"#
    }

    private static func caller(_ caller: String) -> String {
        #"{"version":1,"callers":[{"name":"c",\#(caller)}],"routes":[]}"#
    }

    private static func jwt(_ members: String, keys: String = #"{"keys":[]}"#) -> String {
        caller(
            #""jwt":{"keys":\#(keys),"issuer":"i","audience":["a"],"algorithms":["ES256"],"#
                + #""principal":"arn:aws:iam::111122223333:user/{sub}"\#(members)}"#
        )
    }

    private static let asked = #""action":"m:Get","resource":"arn:aws:m:::x/{a}""#
    private static let user = "arn:aws:iam::111122223333:user"

    private static func paths(_ one: String, _ two: String, _ methods: String = #"["GET"]"#) -> String {
        route(
            list: #"{"name":"one","methods":["GET"],"path":"\#(one)","unprotected":true},"#
                + #"{"name":"two","methods":\#(methods),"path":"\#(two)","unprotected":true}"#
        )
    }

    private static var faulty: [(String, DiagnosticCode)] {
        shapes + routes + resources + facts + certificates + tokens + headers
    }

    private static var shapes: [(String, DiagnosticCode)] {
        [
            ("", .jsonSyntax), ("[]", .schemaType), ("{}", .schemaMissing),
            (#"{"version":1}"#, .schemaMissing),
            (#"{"version":2,"routes":[]}"#, .schemaVersion),
            (#"{"version":"1","routes":[]}"#, .schemaVersion),
            (#"{"version":1,"version":1,"routes":[]}"#, .duplicateKey),
            (#"{"version":1,"routes":{}}"#, .schemaType),
            (#"{"version":1,"routes":[],"extra":1}"#, .schemaUnknown),
            (#"{"version":1,"routes":[],"dryRun":1}"#, .schemaType),
            (#"{"version":1,"routes":[],"trustedProxies":["x"]}"#, .conditionIP),
            (#"{"version":1,"routes":[],"trustedProxies":"10.0.0.0/8"}"#, .schemaType),
            (#"{"version":1,"routes":[],"trustedProxies":["::1","::1"]}"#, .directoryDuplicate),
            (#"{"version":1,"routes":[],"allowedHeaders":["X-Other"]}"#, .schemaUnknown),
            (#"{"version":1,"routes":[],"callers":{}}"#, .schemaType),
            (#"{"version":1,"routes":[1]}"#, .schemaType),
            (#"{"version":1,"routes":["\u0000"]}"#, .jsonSyntax),
            (
                #"{"version":1,"routes":[{"name":"r","methods":["GET"],"path":"/","action":"m:G","resource":"*"}]}"#,
                .mappingCaller
            ),
        ]
    }

    private static var routes: [(String, DiagnosticCode)] {
        let free = #","unprotected":true}"#
        return [
            (route(list: #"{"methods":["GET"],"path":"/""# + free), .schemaMissing),
            (route(list: #"{"name":"","methods":["GET"],"path":"/""# + free), .schemaType),
            (route(list: #"{"name":"r","path":"/""# + free), .schemaMissing),
            (route(list: #"{"name":"r","methods":[],"path":"/""# + free), .schemaEmpty),
            (route(list: #"{"name":"r","methods":["get"],"path":"/""# + free), .mappingRoute),
            (route(list: #"{"name":"r","methods":["CONNECT"],"path":"/""# + free), .mappingRoute),
            (route(list: #"{"name":"r","methods":["GET","GET"],"path":"/""# + free), .directoryDuplicate),
            (route(list: #"{"name":"r","methods":"GET","path":"/""# + free), .schemaType),
            (route(list: #"{"name":"r","methods":["GET"],"path":"/","unprotected":1}"#), .schemaType),
            (route(#""unprotected":true,"action":"m:Get""#), .mappingRoute),
            (route(#""unprotected":true,"callers":["a"]"#), .mappingRoute),
            (route(#""action":"m:Get""#), .schemaMissing), (route(#""resource":"*""#), .schemaMissing),
            (route(asked + #","unknown":1"#), .schemaUnknown),
            (route(asked + #","callers":["b"]"#), .directoryReference),
            (route(asked + #","callers":[]"#), .schemaEmpty),
            (route(#""action":"m","resource":"*""#), .actionForm),
            (route(#""action":"m:*","resource":"*""#), .actionForm),
            (route(#""action":":x","resource":"*""#), .actionForm),
            (route(#""action":"m:a:b","resource":"*""#), .actionForm),
            (route(asked, path: "x"), .mappingTemplate), (route(asked, path: ""), .schemaType),
            (route(asked, path: "//{a}"), .mappingTemplate),
            (route(asked, path: "/x//{a}"), .mappingTemplate),
            (route(asked, path: "/{a}/{a}"), .mappingTemplate),
            (route(asked, path: "/{b...}/{a}"), .mappingTemplate),
            (route(asked, path: "/x{a}"), .mappingTemplate), (route(asked, path: "/{a}x"), .mappingTemplate),
            (route(asked, path: "/{a}/{}"), .mappingTemplate),
            (route(asked, path: "/{a}/{b"), .mappingTemplate),
            (route(asked, path: "/{a}/{b-c}"), .mappingTemplate),
            (route(asked, path: "/{a}/{b.c}"), .mappingTemplate),
            (route(asked, path: "/{a}/.."), .mappingTemplate),
            (route(asked, path: "/{a}/."), .mappingTemplate),
            (route(asked, path: "/{a}/b c"), .mappingTemplate),
            (route(asked, path: "/{a}/%20"), .mappingTemplate),
            (route(asked, path: "/{a}/é"), .mappingTemplate),
            (route(asked, path: "/{a}/b;c"), .mappingTemplate),
            (route(asked, path: "/{a}/b?c"), .mappingTemplate),
            (route(asked, path: "/{a}/b#c"), .mappingTemplate),
            (
                route(asked, path: String(repeating: "/{a}", count: 1) + String(repeating: "/b", count: 64)),
                .sizeLimit
            ),
            (paths("/a", "/a"), .mappingRoute), (paths("/{a}", "/{b}"), .mappingRoute),
            (paths("/a/{b...}", "/a/{c...}"), .mappingRoute), (paths("/a/{b}", "/{a}/b"), .mappingRoute),
            (paths("/a/{b...}", "/{a}/b"), .mappingRoute),
            (paths("/{a}/b/{c...}", "/a/{b...}"), .mappingRoute),
            (paths("/a/{b}", "/{a}/b", #"["*"]"#), .mappingRoute),
            (
                route(
                    list: String(
                        repeating: #"{"name":"r","methods":["GET"],"path":"/a","unprotected":true},"#,
                        count: 1
                    )
                        + #"{"name":"r","methods":["PUT"],"path":"/a","unprotected":true}"#
                ), .directoryDuplicate
            ),
        ]
    }

    private static var resources: [(String, DiagnosticCode)] {
        func resource(_ text: String) -> String { route(#""action":"m:Get","resource":"\#(text)""#) }
        return [
            (resource("x"), .resourceForm), (resource("arn:aws:m::x"), .resourceForm),
            (resource("arn:aws:m:::"), .resourceForm), (resource("arn:::::x"), .resourceForm),
            (resource("arn:aws:m:::*"), .resourceForm), (resource("arn:aws:m:::x?"), .resourceForm),
            (resource("arn:aws:m:::$x"), .resourceForm), (resource("**"), .resourceForm),
            (resource("arn:aws:m:::{c}"), .mappingTemplate), (resource("arn:aws:m:::{a"), .mappingTemplate),
            (resource("arn:aws:m:::a}"), .mappingTemplate), (resource("arn:aws:m:::{}"), .mappingTemplate),
            (resource("arn:aws:m:::{a}{b...}"), .mappingTemplate),
            (resource("arn:aws:m:::{b...}/x"), .mappingTemplate),
            (resource("arn:aws:m:{b...}::x"), .mappingTemplate),
            (route(asked + #","resourceAccount":"1""#), .resourceForm),
            (
                route(
                    #""action":"m:G","resourceAccount":"111122223333","resource":"arn:aws:m::999999999999:x""#
                ),
                .resourceForm
            ),
        ]
    }

    private static var facts: [(String, DiagnosticCode)] {
        func context(_ text: String) -> String { route(asked + #","context":\#(text)"#) }
        let owned = [
            "aws:PrincipalArn", "aws:MultiFactorAuthPresent", "aws:multifactorauthage",
            "aws:PrincipalTag/team",
            "AWS:PRINCIPALTAG/x", "aws:userid", "aws:username", "aws:SourceIdentity", "aws:TokenIssueTime",
            "aws:PrincipalAccount", "aws:PrincipalOrgID", "aws:CurrentTime", "aws:EpochTime",
            "aws:ResourceAccount",
            "aws:PrincipalType", "aws:FederatedProvider", "aws:SourceIp", "aws:SecureTransport",
            "aws:UserAgent",
            "aws:referer", "nocolon", "a: b", "a:é",
        ]
        return owned.map { (context(#"{"\#($0)":"x"}"#), .conditionKey) } + [
            (context("[]"), .schemaType), (context(#"{"m:k":1}"#), .schemaType),
            (context(#"{"m:k":{}}"#), .schemaExclusive),
            (context(#"{"m:k":{"header":"A","query":"b"}}"#), .schemaExclusive),
            (context(#"{"m:k":{"cookie":"A"}}"#), .schemaUnknown),
            (context(#"{"m:k":{"capture":"c"}}"#), .mappingTemplate),
            (context(#"{"m:k":{"header":"A B"}}"#), .schemaType),
            (context(#"{"m:k":{"header":"A_B"}}"#), .schemaType),
            (context(#"{"m:k":{"header":"Authorization"}}"#), .mappingRoute),
            (context(#"{"m:k":{"header":"Cookie"}}"#), .mappingRoute),
            (context(#"{"m:k":{"header":"X-Original-URL"}}"#), .mappingRoute),
            (context(#"{"m:k":{"query":"a b"}}"#), .schemaType),
            (context(#"{"m:k":{"query":""}}"#), .schemaType),
            (context(#"{"m:k":{"request":"body"}}"#), .schemaUnknown),
            (context(#"{"m:k":"a\n"}"#), .schemaType),
            (context(#"{"m:k":"1","M:K":"2"}"#), .duplicateKey),
            (context(#"{"m:k":"1","m:k":"2"}"#), .duplicateKey),
            (context(#"{"aws:ResourceTag/x":{"header":"A"}}"#), .conditionKey),
            (context(#"{"aws:SourceVpce":{"header":"A"}}"#), .conditionKey),
            (
                context(
                    "{" + (0..<30).map { #""m:k\#($0)":{"header":"H\#($0)"}"# }.joined(separator: ",") + "}"
                ),
                .sizeLimit
            ),
        ]
    }

    private static var certificates: [(String, DiagnosticCode)] {
        func certificate(_ text: String) -> String { caller(#""certificate":{\#(text)}"#) }
        return [
            (caller(#""other":{}"#), .schemaUnknown),
            (#"{"version":1,"callers":[{"name":"c"}],"routes":[]}"#, .schemaExclusive),
            (caller(#""anonymous":{},"header":{}"#), .schemaExclusive),
            (caller(#""anonymous":{"x":1}"#), .schemaUnknown),
            (caller(#""anonymous":1"#), .schemaType), (caller(#""certificate":1"#), .schemaType),
            (
                #"{"version":1,"callers":[{"name":"c","anonymous":{}},{"name":"c","anonymous":{}}],"routes":[]}"#,
                .directoryDuplicate
            ),
            (certificate(#""principal":"\#(user)/x""#), .schemaExclusive),
            (certificate(#""uri":"a","dns":"b","principal":"\#(user)/x""#), .schemaExclusive),
            (certificate(#""uri":"spiffe://x/{a}""#), .schemaMissing),
            (certificate(#""uri":"{a}","principal":"\#(user)/{a}""#), .mappingCaller),
            (certificate(#""uri":"x/{a}/{a}","principal":"\#(user)/{a}""#), .mappingTemplate),
            (certificate(#""uri":"x/{a}{b}","principal":"\#(user)/{a}""#), .mappingTemplate),
            (certificate(#""uri":"x/{a}","principal":"\#(user)/{b}""#), .mappingTemplate),
            (certificate(#""uri":"x/{a}","principal":"{a}""#), .principalForm),
            (certificate(#""uri":"x/{a}","principal":"arn:aws:iam::111122223333:root""#), .principalForm),
            (
                certificate(#""uri":"x/{a}","principal":"arn:aws:sts::111122223333:assumed-role/{a}/b""#),
                .principalForm
            ),
            (certificate(#""uri":"x/{a}","principal":"arn:aws:iam::1:user/{a}""#), .principalForm),
            (certificate(#""uri":"x/{a}","principal":"*""#), .principalForm),
            (certificate(#""uri":"x/{a}","principal":"lambda.amazonaws.com""#), .principalForm),
            (certificate(#""uri":"x/{a}","principal":"\#(user)/{a}","sessionName":"s""#), .mappingCaller),
            (certificate(#""uri":"x/{a}","principal":"\#(user)/{a}","sessionTags":[]"#), .schemaType),
            (
                certificate(#""uri":"x/{a}","principal":"\#(user)/{a}","sessionTags":{"t":"x","T":"y"}"#),
                .directoryDuplicate
            ),
        ]
    }

    private static var tokens: [(String, DiagnosticCode)] {
        func keys(_ key: [String: Any]) -> String { jwt("", keys: TestToken.json(["keys": [key]])) }
        var short = TestKeys.p256.jwk
        short["x"] = "AAAA"
        var outside = TestKeys.p256.jwk
        outside["y"] = outside["x"]
        return [
            (caller(#""jwt":{}"#), .schemaMissing), (jwt(#","leewaySeconds":301"#), .mappingCaller),
            (jwt(#","leewaySeconds":-1"#), .mappingCaller), (jwt(#","leewaySeconds":"1""#), .mappingCaller),
            (jwt(#","multiFactor":{"values":["x"]}"#), .schemaMissing),
            (jwt(#","multiFactor":{"claim":"amr","values":[]}"#), .schemaEmpty),
            (jwt(#","secret":"x""#), .schemaUnknown), (jwt("", keys: #""missing.json""#), .directoryFile),
            (jwt("", keys: #"{"keys":{}}"#), .mappingKey), (jwt("", keys: "[]"), .schemaType),
            (jwt("", keys: #"{"keys":[1]}"#), .mappingKey),
            (keys(["kty": "oct", "k": "AAAA"]), .mappingKey),
            (keys(TestKeys.p256.member("a", ["d": "AAAA"])), .mappingKey),
            (keys(TestKeys.rsa.member("a", ["p": "AAAA"])), .mappingKey),
            (keys(TestKeys.weakRSA.jwk), .mappingKey),
            (keys(TestKeys.p256.member("a", ["alg": "RS256"])), .mappingKey), (keys(short), .mappingKey),
            (keys(outside), .mappingKey), (keys(TestKeys.p256.member("a", ["kid": 1])), .schemaType),
            (keys(["kty": "RSA", "n": "AAAA", "e": "AQAB"]), .mappingKey),
            (keys(["kty": "EC", "crv": "P-256"]), .mappingKey),
            (keys(["kty": "OKP", "crv": "Ed25519", "x": "AAAA"]), .mappingKey),
            (
                jwt(
                    "",
                    keys: TestToken.json(["keys": [TestKeys.p256.member("a"), TestKeys.rsa.member("a")]])
                ),
                .directoryDuplicate
            ),
            (jwt("").replacing("[\"ES256\"]", with: "[\"HS256\"]"), .mappingCaller),
            (jwt("").replacing("[\"ES256\"]", with: "[\"none\"]"), .mappingCaller),
            (jwt("").replacing("[\"ES256\"]", with: "[]"), .schemaEmpty),
            (jwt("").replacing("[\"a\"]", with: "[]"), .schemaEmpty),
        ]
    }

    private static var headers: [(String, DiagnosticCode)] {
        func header(_ text: String) -> String {
            caller(#""header":{"principal":"\#(user)/{value}",\#(text)}"#)
        }
        return [
            (header(#""name":"X-User""#), .mappingCaller),
            (header(#""name":"X-User","trustedPeers":[]"#), .mappingCaller),
            (header(#""trustedPeers":["::1"]"#), .schemaMissing),
            (header(#""name":"Authorization","trustedPeers":["::1"]"#), .mappingRoute),
            (header(#""name":"X-User","trustedPeers":["all"]"#), .conditionIP),
            (header(#""name":"X User","trustedPeers":["::1"]"#), .schemaType),
        ]
    }

    @Test("Each fault is found, with its place", arguments: faulty.indices)
    func faults(_ index: Int) {
        let (text, code) = Self.faulty[index]
        do {
            _ = try RequestMapping(SourceText(text, name: "mapping.json"))
            Issue.record("accepted: \(text)")
        } catch {
            #expect(error.diagnostics.contains { $0.code == code }, "\(text)\n\(error)")
            #expect(error.diagnostics.allSatisfy { $0.location.line >= 1 && $0.location.column >= 1 })
        }
    }

    @Test("A place is a line and a column")
    func place() {
        let text = "{\n  \"version\": 1,\n  \"routes\": [],\n  \"extra\": 1\n}"
        do {
            _ = try RequestMapping(SourceText(text, name: "m.json"))
            Issue.record("accepted")
        } catch {
            #expect(error.description.hasPrefix("m.json:4:3: error: there is no member `extra`"))
        }
    }

    @Test("Keys of kinds that nobody here verifies are passed over")
    func otherKeys() throws {
        let keys: [[String: Any]] = [
            ["kty": "EC", "crv": "P-521", "x": "AA"], ["kty": "x"], ["use": "enc", "kty": "RSA"],
            TestKeys.p256.member("a", ["key_ops": ["sign"]]), TestKeys.p256.member("b", ["alg": "ECDH-ES"]),
            TestKeys.p256.member("c", ["key_ops": ["verify"], "x5c": ["x"]]),
        ]
        _ = try RequestMapping(SourceText(Self.jwt("", keys: TestToken.json(["keys": keys]))))
    }

    @Test("A mapping that cannot be found says so")
    func missing() {
        #expect(throws: InvalidDocument.self) { try RequestMapping(contentsOf: "/nowhere/mapping.json") }
    }

    @Test("Many faults are reported up to a limit")
    func many() {
        let routes = Array(repeating: "1", count: 500).joined(separator: ",")
        do {
            _ = try RequestMapping(SourceText(Self.route(list: routes)))
            Issue.record("accepted")
        } catch {
            #expect(error.diagnostics.count == 100)
        }
    }
}
