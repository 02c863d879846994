import COpenSSL
import Foundation

/// A key pair that signs tokens.
@safe final class TestKey: @unchecked Sendable {
    let jwk: [String: String]
    private let key: OpaquePointer?

    init(pem: String, jwk: [String: String]) {
        self.jwk = jwk
        let bytes = Array((pem + "\n").utf8)
        // INVARIANT: the call reads as many bytes as the array has.
        unsafe key = unsafe portcullis_read_private_pem(bytes, Int32(bytes.count))
    }

    /// The JWK with a name, and other members.
    func member(_ name: String?, _ more: [String: Any] = [:]) -> [String: Any] {
        var members: [String: Any] = jwk
        members["kid"] = name
        for (key, value) in more { members[key] = value }
        return members
    }

    /// The signature of a message, as tokens have it.
    func sign(_ message: [UInt8], digest: String?, isPSS: Bool = false) -> [UInt8] {
        var details: OpaquePointer?
        var signature = [UInt8](repeating: 0, count: 1024)
        var count = signature.count
        // INVARIANT: every pointer is an array or variable that outlives its call, with its own count.
        let context = unsafe EVP_MD_CTX_new()
        defer { unsafe EVP_MD_CTX_free(context) }
        guard unsafe EVP_DigestSignInit_ex(context, &details, digest, nil, nil, key, nil) == 1 else {
            return []
        }
        if isPSS {
            _ = unsafe EVP_PKEY_CTX_set_rsa_padding(details, RSA_PKCS1_PSS_PADDING)
            _ = unsafe EVP_PKEY_CTX_set_rsa_pss_saltlen(details, RSA_PSS_SALTLEN_DIGEST)
        }
        guard unsafe EVP_DigestSign(context, &signature, &count, message, message.count) == 1 else {
            return []
        }
        let bytes = Array(signature.prefix(count))
        switch jwk["crv"] {
        case "P-256": return Self.raw(bytes, half: 32)
        case "P-384": return Self.raw(bytes, half: 48)
        default: return bytes
        }
    }

    /// Two numbers of a DER sequence, each of full length.
    private static func raw(_ der: [UInt8], half: Int) -> [UInt8] {
        var numbers: [UInt8] = []
        var offset = 2
        for _ in 0..<2 {
            let length = Int(der[offset + 1])
            let number = der[(offset + 2)..<(offset + 2 + length)].drop { $0 == 0 }
            numbers += [UInt8](repeating: 0, count: half - number.count) + number
            offset += 2 + length
        }
        return numbers
    }
}

/// A token in the making.
struct TestToken {
    var header: String
    var claims: String

    init(_ algorithm: String = "ES256", kid: String? = "p256", _ claims: [String: Any] = TestToken.good) {
        var header: [String: Any] = ["alg": algorithm, "typ": "JWT"]
        header["kid"] = kid
        self.header = Self.json(header)
        self.claims = Self.json(claims)
    }

    /// The seconds at which the tests take place.
    static let now: Int64 = 1_800_000_000

    static var good: [String: Any] {
        [
            "iss": "https://id.acme.example/", "aud": "models-api", "sub": "ada", "iat": now - 60,
            "exp": now + 600,
        ]
    }

    /// Takes a claim away.
    struct Absent {}

    /// The claims of a good token with others instead.
    static func claims(_ changes: [String: Any]) -> [String: Any] {
        var claims = good
        for (name, value) in changes { claims[name] = value is Absent ? nil : value }
        return claims
    }

    static func json(_ value: [String: Any]) -> String {
        let data = try? JSONSerialization.data(withJSONObject: value, options: [.sortedKeys])
        return String(decoding: data ?? Data(), as: UTF8.self)
    }

    static func base64URL(_ bytes: [UInt8]) -> String {
        Data(bytes).base64EncodedString().replacingOccurrences(of: "+", with: "-")
            .replacingOccurrences(of: "/", with: "_").replacingOccurrences(of: "=", with: "")
    }

    var message: String { Self.base64URL(Array(header.utf8)) + "." + Self.base64URL(Array(claims.utf8)) }

    /// The token signed by a key.
    func signed(_ key: TestKey = TestKeys.p256, digest: String? = "SHA256", isPSS: Bool = false) -> String {
        with(signature: key.sign(Array(message.utf8), digest: digest, isPSS: isPSS))
    }

    func with(signature: [UInt8]) -> String { message + "." + Self.base64URL(signature) }
}
