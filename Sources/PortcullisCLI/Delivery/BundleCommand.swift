import IdentityDirectory
import PolicyLanguage
import SnapshotDelivery
import Vocabulary

/// `portcullis bundle`: keys, signed bundles, and folders from which they are served.
struct BundleCommand {
    private let console: Console
    private let verb: String
    private let words: [String]

    init(_ words: [String], _ console: Console) throws(CommandFailure) {
        guard let verb = words.first else { throw .usage("say `keygen`, `sign`, `verify` or `publish`") }
        self.console = console
        self.verb = verb
        self.words = Array(words.dropFirst())
    }

    func run() throws(CommandFailure) -> ExitStatus {
        switch verb {
        case "keygen": try generateKeys()
        case "sign": try SigningRun(words, console).run()
        case "verify": try VerifyingRun(words, console).run()
        case "publish": try publish()
        default: throw .usage("there is no `bundle \(verb)`")
        }
        return .success
    }

    // MARK: keygen

    private func generateKeys() throws(CommandFailure) {
        let arguments = try Arguments(words, valued: ["-o"], flags: [])
        if let stray = arguments.positional.first { throw .usage("`\(stray)` is not an option") }
        let name = try arguments.required("-o")
        guard let key = SigningKey.generate() else { throw .invalidInput("no key can be made") }
        do throws(FileFailure) {
            try key.write(privateTo: name + ".key", publicTo: name + ".pub")
        } catch {
            throw .invalidInput(error.description)
        }
        console.print("\(name).key is secret, \(name).pub is for readers; key \(key.publicKey.id)")
    }

    // MARK: publish

    private func publish() throws(CommandFailure) {
        let arguments = try Arguments(
            words,
            valued: EtcdSettings.options.union(["--key", "--to", "--trust", "--expires-in", "--at"]),
            flags: ["--allow-rollback", "--json"]
        )
        guard let path = arguments.positional.first, arguments.positional.count == 1 else {
            throw .usage("name one bundle")
        }
        let folder = BundleFolder(path: try arguments.required("--to"))
        let key = try arguments.signingKey(console)
        let bytes = try console.read(path)
        let now = try arguments.now()
        let etcd = try EtcdSettings(arguments, console)
        let (bundle, pointer): (VerifiedBundle, [UInt8])
        do {
            let keys = try arguments.trustedKeys(console, with: [key.publicKey])
            var rules = AcceptanceRules(keys: keys, channel: try Self.channel(of: bytes, keys))
            rules.allowsRollback = arguments.has("--allow-rollback")
            let expires = now + (try arguments.lifetime(default: 7 * 86_400))
            (bundle, pointer) = try folder.publish(
                bytes,
                rules,
                created: now,
                expires: expires,
                signedBy: key
            )
        } catch let error as CommandFailure {
            throw error
        } catch {
            throw .invalidInput("\(path): \(error)")
        }
        if let etcd { try announce(pointer, etcd) }
        let record = ClaimText(bundle.record.claim)
        console.print(
            arguments.has("--json")
                ? JSONWriter.text(record.json(more: [("file", .string(folder.path(of: bundle)))]))
                : "revision \(bundle.record.claim.revision) is published: \(folder.path(of: bundle)), "
                    + "\(folder.pointerPath) of \(pointer.count) bytes"
        )
    }

    private func announce(_ pointer: [UInt8], _ etcd: EtcdSettings) throws(CommandFailure) {
        do throws(StoreFailure) {
            try PointerAnnouncement(etcd).announce(pointer)
        } catch {
            throw .invalidInput("published, but not announced: \(error)")
        }
    }

    /// A publisher puts out what was signed for whomever it was signed for.
    private static func channel(of bytes: [UInt8], _ keys: TrustedKeys) throws(DeliveryError) -> Channel {
        try SignedRecord(verifying: bytes.prefix(SignedRecord.byteCount), by: keys).claim.channel
    }
}
