import Portcullis

/// The keys of one issuer, by their names.
struct KeySet: Sendable {
    struct Key: Sendable {
        let name: UTF8Text?
        /// The only algorithm that it is for, where the set says so.
        let algorithm: TokenAlgorithm?
        let verification: VerificationKey

        func fits(_ algorithm: TokenAlgorithm) -> Bool {
            verification.kind == algorithm.keyKind && (self.algorithm ?? algorithm) == algorithm
        }
    }

    private(set) var keys: [Key] = []

    /// More keys than issuers publish.
    static let keyCountMax = 256

    /// The key that must have signed a token; nil where there is none or more than one could have.
    func key(named name: UTF8Text?, for algorithm: TokenAlgorithm) -> VerificationKey? {
        var found: VerificationKey?
        for key in keys where key.fits(algorithm) {
            if let name {
                if key.name == name { return key.verification }
            } else {
                guard found == nil else { return nil }
                found = key.verification
            }
        }
        return found
    }

    /// Takes the keys of a JSON Web Key Set that verify signatures; notes what must not be in one.
    init(_ value: JSONValue, _ faults: inout MappingFaults) {
        guard value.kind == .object, let list = value["keys"], list.kind == .array else {
            faults.report(.mappingKey, "a key set is an object with an array `keys`", at: value)
            return
        }
        for element in list.elements {
            guard element.kind == .object else {
                faults.report(.mappingKey, "a key must be an object", at: element)
                continue
            }
            if let key = Self.key(element, &faults) { add(key, at: element, &faults) }
        }
    }

    private mutating func add(_ key: Key, at place: JSONValue, _ faults: inout MappingFaults) {
        if let name = key.name, keys.contains(where: { $0.name == name }) {
            return faults.report(.directoryDuplicate, "there are two keys `\(name)`", at: place)
        }
        guard keys.count < Self.keyCountMax else {
            return faults.report(.sizeLimit, "there are more than \(Self.keyCountMax) keys", at: place)
        }
        keys.append(key)
    }

    /// A key for signatures that we can verify; nil for any other.
    private static func key(_ value: JSONValue, _ faults: inout MappingFaults) -> Key? {
        for secret in ["d", "p", "q", "dp", "dq", "qi", "oth", "k"] as [UTF8Text] where value[secret] != nil {
            faults.report(.mappingKey, "a secret key stands in a set of public keys (`\(secret)`)", at: value)
            return nil
        }
        if let use = value["use"], use.string != "sig" { return nil }
        if let uses = value["key_ops"], !uses.elements.contains(where: { $0.string == "verify" }) {
            return nil
        }
        var algorithm: TokenAlgorithm?
        if let text = value["alg"] {
            algorithm = text.string.flatMap { TokenAlgorithm(rawValue: $0.description) }
            if algorithm == nil { return nil }
        }
        if let name = value["kid"], name.string == nil {
            faults.report(.schemaType, "`kid` must be a string", at: name)
            return nil
        }
        guard let kind = kind(of: value) else { return nil }
        guard let verification = verification(kind, value) else {
            faults.report(.mappingKey, "this is no valid key of its kind", at: value)
            return nil
        }
        let key = Key(name: value["kid"]?.string, algorithm: algorithm, verification: verification)
        if let algorithm, !key.fits(algorithm) {
            faults.report(.mappingKey, "`alg` is for another kind of key", at: value)
            return nil
        }
        return key
    }

    private static func kind(of value: JSONValue) -> VerificationKey.Kind? {
        switch (value["kty"]?.string, value["crv"]?.string) {
        case ("RSA", _): .rsa
        case ("EC", "P-256"): .p256
        case ("EC", "P-384"): .p384
        case ("OKP", "Ed25519"): .ed25519
        default: nil
        }
    }

    private static func verification(_ kind: VerificationKey.Kind, _ value: JSONValue) -> VerificationKey? {
        func number(_ name: UTF8Text) -> [UInt8] {
            value[name]?.string.flatMap { Base64URL.decode($0.bytes.span) } ?? []
        }
        return switch kind {
        case .rsa: VerificationKey(modulus: number("n"), exponent: number("e"))
        case .p256, .p384: VerificationKey(kind, x: number("x"), y: number("y"))
        case .ed25519: VerificationKey(ed25519: number("x"))
        }
    }
}
