import SnapshotDelivery
import Vocabulary

/// Options that have to do with keys and times of signed things.
extension Arguments {
    /// The private key of `--key`.
    func signingKey(_ console: Console) throws(CommandFailure) -> SigningKey {
        let path = try required("--key")
        guard let key = SigningKey(pem: try console.read(path)) else {
            throw .invalidInput("\(path): no Ed25519 private key in PEM without a passphrase")
        }
        return key
    }

    /// The public keys of `--trust`, and others; at least one.
    func trustedKeys(
        _ console: Console,
        with others: [VerificationKey] = []
    ) throws(CommandFailure) -> TrustedKeys {
        var keys = others
        for path in all("--trust") {
            guard let key = VerificationKey(pem: try console.read(path)) else {
                throw .invalidInput("\(path): no Ed25519 public key in PEM")
            }
            keys.append(key)
        }
        guard let trusted = TrustedKeys(keys) else { throw .usage("`--trust` is needed") }
        return trusted
    }

    /// The value of `--channel`.
    func channel() throws(CommandFailure) -> Channel {
        guard let name = try value("--channel") else { return .none }
        guard let channel = Channel(name) else {
            throw .usage("`--channel` needs up to 47 letters, digits, `.`, `-`, `_` and `/`")
        }
        return channel
    }

    /// The value of `--at` in seconds since 1970, or now.
    func now() throws(CommandFailure) -> Int64 {
        guard let text = try value("--at") else { return Instant.now.seconds }
        guard let instant = Instant(UTF8Text(text)) else {
            throw .usage("`--at` needs a date, not `\(text)`")
        }
        return instant.seconds
    }

    /// The value of `--expires-in` in seconds.
    func lifetime(default standard: Int64) throws(CommandFailure) -> Int64 {
        try seconds("--expires-in") ?? standard
    }

    /// A time such as `90d`, `12h`, `30m` or `45s`, in seconds.
    func seconds(_ option: String) throws(CommandFailure) -> Int64? {
        guard let text = try value(option) else { return nil }
        let units: [Character: Int64] = ["s": 1, "m": 60, "h": 3_600, "d": 86_400]
        guard let unit = text.last.flatMap({ units[$0] }), let number = Int64(text.dropLast()),
            (1...36_500).contains(number) || unit < 86_400 && (1...100_000_000).contains(number)
        else { throw .usage("`\(option)` needs a time such as `90d`, `12h`, `30m` or `45s`, not `\(text)`") }
        return number * unit
    }
}
