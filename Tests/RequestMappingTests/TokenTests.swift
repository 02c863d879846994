import Foundation
import Portcullis
import Testing

@testable import RequestMapping

@Suite("Bearer tokens")
struct TokenTests {
    private let gate: RequestGate

    init() throws {
        gate = try World.gate {
            $0.replacing(
                "[\"ES256\", \"EdDSA\", \"RS256\"]",
                with: "[\"ES256\",\"ES384\",\"EdDSA\",\"RS256\",\"RS384\",\"RS512\",\"PS256\"]"
            )
        }
    }

    private func reason(_ token: String, at seconds: Int64 = TestToken.now) throws -> GateAnswer.Reason {
        let now = try #require(Instant(seconds: seconds))
        return TestRequest("GET", "/v1/models").bearing(token).answer(gate, at: now).reason
    }

    @Test("Each algorithm verifies by its kind of key")
    func algorithms() throws {
        #expect(try reason(TestToken().signed()) == .allowed)
        #expect(
            try reason(TestToken("ES384", kid: "p384").signed(TestKeys.p384, digest: "SHA384")) == .allowed
        )
        #expect(try reason(TestToken("EdDSA", kid: "ed").signed(TestKeys.ed25519, digest: nil)) == .allowed)
        for (name, digest) in [("RS256", "SHA256"), ("RS384", "SHA384"), ("RS512", "SHA512")] {
            #expect(try reason(TestToken(name, kid: "rsa").signed(TestKeys.rsa, digest: digest)) == .allowed)
        }
        let token = TestToken("PS256", kid: "rsa").signed(TestKeys.rsa, isPSS: true)
        #expect(try reason(token) == .allowed)
    }

    @Test("An algorithm that the mapping does not list never verifies")
    func unlisted() throws {
        let gate = try World.gate { $0.replacing("\"ES256\", ", with: "") }
        #expect(TestRequest("GET", "/v1/models").bearing().answer(gate).reason == .badCredential)
    }

    @Test("Without a name the only key that fits is taken, and none of two")
    func unnamed() throws {
        #expect(try reason(TestToken("EdDSA", kid: nil).signed(TestKeys.ed25519, digest: nil)) == .allowed)
        let twice = KeySet.Key(
            name: nil,
            algorithm: nil,
            verification: try #require(VerificationKey(ed25519: Array(repeating: 1, count: 32)))
        )
        var faults = MappingFaults()
        let set = KeySet(try JSONDocument(reading: SourceText(TestToken.json(World.keys))).root, &faults)
        #expect(set.key(named: nil, for: .edDSA) != nil && twice.fits(.edDSA) && !twice.fits(.es256))
        let keys = ["keys": [TestKeys.p256.member(nil), TestKeys.otherP256.member(nil)]]
        let pair = KeySet(try JSONDocument(reading: SourceText(TestToken.json(keys))).root, &faults)
        #expect(pair.keys.count == 2 && pair.key(named: nil, for: .es256) == nil)
    }

    private static let attacks: [(String, @Sendable () -> String)] = [
        ("none", { TestToken("none").with(signature: []) }),
        ("none with a signature", { TestToken("none").signed() }),
        ("None", { TestToken("None").signed() }), ("no algorithm", { TestToken("").signed() }),
        ("nONE", { TestToken("nOnE", kid: nil).with(signature: [0]) }),
        (
            "HS256 with the public key as secret",
            { TestToken("HS256", kid: "rsa").with(signature: Array(repeating: 7, count: 32)) }
        ),
        ("HS512", { TestToken("HS512").with(signature: Array(repeating: 7, count: 64)) }),
        ("ES256K", { TestToken("ES256K").signed() }), ("es256", { TestToken("es256").signed() }),
        ("RS256 named, signed by an EC key", { TestToken("RS256").signed() }),
        ("ES256 by the RSA key's name", { TestToken("ES256", kid: "rsa").signed() }),
        ("ES256 signed by RSA", { TestToken("ES256", kid: "rsa").signed(TestKeys.rsa) }),
        ("RS256 as PS256", { TestToken("PS256", kid: "rsa").signed(TestKeys.rsa) }),
        ("PS256 as RS256", { TestToken("RS256", kid: "rsa").signed(TestKeys.rsa, isPSS: true) }),
        ("another digest", { TestToken("RS256", kid: "rsa").signed(TestKeys.rsa, digest: "SHA512") }),
        ("ES384 on P-256", { TestToken("ES384").signed(digest: "SHA384") }),
        ("another key", { TestToken().signed(TestKeys.otherP256) }),
        ("a key for encryption", { TestToken(kid: "encryption").signed(TestKeys.otherP256) }),
        ("an unknown name", { TestToken(kid: "x").signed() }),
        ("an empty name", { TestToken(kid: "").signed() }),
        ("a path as name", { TestToken(kid: "../../keys.json").signed() }),
        ("a long name", { TestToken(kid: String(repeating: "k", count: 257)).signed() }),
    ]

    @Test("Wrong algorithms and keys are refused", arguments: attacks.indices)
    func wrongKey(_ index: Int) throws {
        let (name, token) = Self.attacks[index]
        #expect(try reason(token()) == .badCredential, "\(name)")
    }

    @Test(
        "Headers that bring keys or demands are refused",
        arguments: [
            #""jku":"https://evil.example/keys""#, #""x5u":"https://evil.example/x""#, #""x5c":["MIIB"]"#,
            #""jwk":{"kty":"EC"}"#, #""crit":["exp"]"#, #""crit":[]"#, #""b64":false"#, #""zip":"DEF""#,
            #""enc":"A128GCM""#, #""typ":"dpop+jwt""#, #""typ":1"#, #""kid":1"#, #""kid":null"#,
            #""alg":"none""#,
            #""alg":"ES256""#, #""x":"\u0000""#,
        ]
    )
    func headers(_ member: String) throws {
        var token = TestToken()
        token.header = String(token.header.dropLast()) + "," + member + "}"
        if member.hasPrefix("\"kid\"") { token.header = #"{"alg":"ES256","# + member + "}" }
        if member.hasPrefix("\"typ\"") { token.header = #"{"alg":"ES256","kid":"p256","# + member + "}" }
        #expect(try reason(token.signed()) == .badCredential)
    }

    @Test(
        "Types that tokens have are accepted",
        arguments: ["JWT", "jwt", "at+jwt", "application/at+jwt", "application/JWT"]
    )
    func types(_ type: String) throws {
        var token = TestToken()
        token.header = #"{"alg":"ES256","kid":"p256","typ":"\#(type)"}"#
        #expect(try reason(token.signed()) == .allowed)
    }

    @Test("Wrong claims are refused", arguments: Claims.wrong.indices)
    func claims(_ index: Int) throws {
        let (name, changes) = Claims.wrong[index]
        #expect(
            try reason(TestToken("ES256", TestToken.claims(changes)).signed()) == .badCredential,
            "\(name)"
        )
    }

    @Test("Right ones are not", arguments: Claims.right.indices)
    func rightClaims(_ index: Int) throws {
        let claims = TestToken.claims(Claims.right[index])
        #expect(try reason(TestToken("ES256", claims).signed()) == .allowed)
    }

    @Test(
        "Members that stand twice, and what is no object, are refused",
        arguments: [
            #"{"iss":"https://id.acme.example/","aud":"models-api","sub":"ada","exp":1900000000,"sub":"ben"}"#,
            #"{"iss":"https://id.acme.example/","aud":"models-api","sub":"ada","exp":1,"exp":1900000000}"#,
            #"{"iss":"https://id.acme.example/","aud":"models-api","sub":"ada","exp":1900000000,"\u0073ub":"ben"}"#,
            #"{"iss":"https://id.acme.example/","aud":"models-api","sub":"ada","exp":1900000000}x"#,
            #"{"iss":"https://id.acme.example/","aud":"models-api","sub":"ada","exp":1900000000"#,
            #"["iss"]"#, "null", "", "1", "\"x\"", "{}", "{\"a\":" + String(repeating: "[", count: 5_000),
        ]
    )
    func malformedClaims(_ text: String) throws {
        var token = TestToken()
        token.claims = text
        #expect(try reason(token.signed()) == .badCredential)
    }

    @Test("A signature has one length and one spelling")
    func signatures() throws {
        let token = TestToken()
        let signature = TestKeys.p256.sign(Array(token.message.utf8), digest: "SHA256")
        #expect(try reason(token.with(signature: signature)) == .allowed)
        let wrong: [[UInt8]] = [
            [], [0], Array(signature.dropLast()), Array(signature.dropFirst()), signature + [0],
            [0] + signature,
            signature + signature, Array(repeating: 0, count: 64), Array(repeating: 255, count: 64),
            Array(repeating: 0, count: 32) + Array(signature[32...]),
            Array(signature[..<32]) + Array(repeating: 0, count: 32),
            Array(signature[32...]) + Array(signature[..<32]), Array(repeating: 1, count: 1_024),
        ]
        for bytes in wrong { #expect(try reason(token.with(signature: bytes)) == .badCredential) }
        for index in stride(from: 0, to: 64, by: 7) {
            var changed = signature
            changed[index] ^= 1
            #expect(try reason(token.with(signature: changed)) == .badCredential)
        }
        let text = token.with(signature: signature)
        for tail in ["=", "==", ".", ".x", " ", "A", "\t"] {
            #expect(try reason(text + tail) != .allowed)
        }
        // The last letter of 64 bytes has four bits that mean nothing.
        let last = try #require(text.last)
        let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")
        let position = try #require(letters.firstIndex(of: last))
        #expect(try reason(String(text.dropLast()) + String(letters[position + 1])) == .badCredential)
    }

    @Test("Nothing of a token can be left out or changed", arguments: Array(stride(from: 0, to: 330, by: 11)))
    func truncated(_ count: Int) throws {
        let text = TestToken().signed()
        #expect(try reason(String(text.prefix(min(count, text.count - 1)))) == .badCredential)
        var changed = Array(text)
        changed[min(count, changed.count - 2)] = changed[min(count, changed.count - 2)] == "A" ? "B" : "A"
        #expect(try reason(String(changed)) == .badCredential)
    }

    @Test("What is no compact token is refused")
    func forms() throws {
        let text = TestToken().signed()
        let parts = text.split(separator: ".").map(String.init)
        for token in [
            ".", "..", "...", "a.b.c", "x", "\(parts[0]).\(parts[1])", "\(parts[0]).\(parts[1]).",
            "\(parts[0])..\(parts[2])", ".\(parts[1]).\(parts[2])", text + "." + parts[2], text + ",x",
            "{\"payload\":\"\(parts[1])\"}", text.replacingOccurrences(of: ".", with: "%2e"),
            parts.joined(separator: ". "), String(repeating: ".", count: 200),
            String(repeating: "A", count: SignedToken.byteCountMax + 1),
        ] {
            #expect(try reason(token) == .badCredential)
        }
    }

    @Test("A token of more than 16 KiB is refused, one of fewer is not")
    func size() throws {
        let pad = TestToken.claims(["pad": String(repeating: "x", count: 11_000)])
        #expect(try reason(TestToken("ES256", pad).signed()) == .allowed)
        let more = TestToken.claims(["pad": String(repeating: "x", count: 13_000)])
        #expect(try reason(TestToken("ES256", more).signed()) == .badCredential)
    }

    @Test(
        "The header holds one token after `Bearer`",
        arguments: [
            "", "Bearer", "Bearer ", "Basic YTpi", "Digest x", "Bearer  T", "BearerT", "Token T", "T",
            "Bearer T T",
            "Bearer T,Bearer T", "Bearer=T", "DPoP T",
        ]
    )
    func schemes(_ value: String) {
        let token = TestToken().signed()
        let text = value.replacingOccurrences(of: " T", with: " \(token)")
        let request = TestRequest("GET", "/v1/models").adding("Authorization", text)
        #expect(request.answer(gate).reason == .badCredential)
        let other = TestRequest("GET", "/v1/models").adding("authorization", "bEARER \(token)")
        #expect(other.answer(gate).reason == .allowed)
    }

    @Test("What is remembered is forgotten when it expires")
    func expiry() throws {
        let token = TestToken("ES256", TestToken.claims(["exp": TestToken.now + 10])).signed()
        for seconds in [0, 5, 39] as [Int64] {
            #expect(try reason(token, at: TestToken.now + seconds) == .allowed)
        }
        for seconds in [40, 41, 39_999] as [Int64] {
            #expect(try reason(token, at: TestToken.now + seconds) == .badCredential)
        }
        #expect(try reason(token, at: TestToken.now - 90) == .allowed)
        #expect(try reason(token, at: TestToken.now - 91) == .badCredential)
    }

    @Test("The age of a multi-factor authentication grows with time")
    func age() throws {
        let account = "accounts/111122223333"
        let policy =
            #"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*","Condition":"#
            + #"{"NumericLessThan":{"aws:MultiFactorAuthAge":"3600"}}}}"#
        let files = ["\(account)/users/ada/inline/own.json": Array(policy.utf8)]
        let engine = try AuthorizationEngine(directory: Directory(files: files))
        let gate = RequestGate(try World.mapping(World.text()), engine)
        var claims = TestToken.claims(["exp": TestToken.now + 10_000, "auth_time": TestToken.now - 100])
        claims["amr"] = "mfa"
        let request = TestRequest("GET", "/v1/models").bearing(TestToken("ES256", claims).signed())
        for (seconds, isAllowed) in [(0, true), (3_499, true), (3_500, false), (9_000, false), (0, true)] {
            let now = try #require(Instant(seconds: TestToken.now + Int64(seconds)))
            #expect(request.answer(gate, at: now).isAllowed == isAllowed)
        }
        claims["amr"] = "pwd"
        let without = TestRequest("GET", "/v1/models").bearing(TestToken("ES256", claims).signed())
        #expect(without.answer(gate).reason == .implicitDeny)
        claims["amr"] = "mfa"
        claims["auth_time"] = nil
        let unknown = TestRequest("GET", "/v1/models").bearing(TestToken("ES256", claims).signed())
        #expect(unknown.answer(gate).reason == .implicitDeny)
    }
}

private enum Claims {
    static var wrong: [(String, [String: Any])] {
        [
            ("another issuer", ["iss": "https://evil.example/"]), ("no issuer", ["iss": TestToken.Absent()]),
            ("a list of issuers", ["iss": ["https://id.acme.example/"]]),
            ("almost the issuer", ["iss": "https://id.acme.example"]), ("another audience", ["aud": "other"]),
            ("no audience", ["aud": TestToken.Absent()]), ("other audiences", ["aud": ["a", "b"]]),
            ("no list", ["aud": 1]),
            ("expired", ["exp": TestToken.now - 31]), ("just expired", ["exp": TestToken.now - 30]),
            ("no expiry", ["exp": TestToken.Absent()]), ("a text as expiry", ["exp": "1900000000"]),
            ("true as expiry", ["exp": true]), ("a negative expiry", ["exp": -1]),
            ("an expiry beyond integers", ["exp": NSDecimalNumber(string: "9223372036854775808")]),
            ("an endless expiry", ["exp": 1e300]), ("not yet", ["nbf": TestToken.now + 31]),
            ("a text as beginning", ["nbf": "0"]), ("issued in the future", ["iat": TestToken.now + 31]),
            ("a list as time of issue", ["iat": [1]]), ("nobody", ["sub": TestToken.Absent()]),
            ("a number", ["sub": 7]),
            ("an empty name", ["sub": ""]), ("a path", ["sub": "x/ada"]), ("a colon", ["sub": "x:ada"]),
            ("a wildcard", ["sub": "*"]), ("one letter", ["sub": "ad?"]),
            ("a variable", ["sub": "${aws:username}"]),
            ("a space", ["sub": "ada "]), ("an accent", ["sub": "adá"]), ("a line", ["sub": "ada\n"]),
            ("a zero", ["sub": "ada\0"]), ("a long name", ["sub": String(repeating: "a", count: 257)]),
            ("a text as time of authentication", ["amr": ["mfa"], "auth_time": "1"]),
        ]
    }

    static var right: [[String: Any]] {
        [
            ["aud": ["x", "models-api"]], ["exp": TestToken.now - 29], ["nbf": TestToken.now + 30],
            ["iat": TestToken.Absent()], ["exp": Double(TestToken.now) + 60.5],
            ["more": ["a": [1, 2, ["b": "c"]]]],
        ]
    }
}
