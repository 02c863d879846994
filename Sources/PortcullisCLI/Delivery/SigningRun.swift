import DecisionIndex
import IdentityDirectory
import PolicyLanguage
import SnapshotCompiler
import SnapshotDelivery
import Vocabulary

/// `portcullis bundle sign`: from policies or a compiled snapshot to a bundle.
struct SigningRun {
    private let console: Console
    private let arguments: Arguments
    private let path: String

    init(_ words: [String], _ console: Console) throws(CommandFailure) {
        self.console = console
        arguments = try Arguments(
            words,
            valued: ["--key", "-o", "--revision", "--channel", "--expires-in", "--at", "--mode", "--quota"],
            flags: ["--json", "--aws-quotas"]
        )
        guard let path = arguments.positional.first, arguments.positional.count == 1 else {
            throw .usage("name one directory or snapshot")
        }
        self.path = path
    }

    func run() throws(CommandFailure) {
        let output = try arguments.required("-o")
        guard let number = UInt64(try arguments.required("--revision")), number > 0 else {
            throw .usage("`--revision` needs a whole number from 1")
        }
        let now = try arguments.now()
        let expires = now + (try arguments.lifetime(default: 90 * 86_400))
        let channel = try arguments.channel()
        let key = try arguments.signingKey(console)
        let content = try content()
        let bundle: VerifiedBundle
        do {
            let bytes = try content.bundle(
                revision: StoreRevision(number),
                created: now,
                expires: expires,
                channel: channel,
                signedBy: key
            )
            let keys = try arguments.trustedKeys(console, with: [key.publicKey])
            bundle = try VerifiedBundle(verifying: bytes, by: keys)
            try BundleFile.write(bytes, to: output)
        } catch let error as CommandFailure {
            throw error
        } catch {
            throw .invalidInput("\(error)")
        }
        let text = ClaimText(bundle.record.claim)
        console.print(
            arguments.has("--json")
                ? JSONWriter.text(text.json(more: [("file", .string(output))])) : "\(text.line) in \(output)"
        )
    }

    /// What is not sound is not signed.
    private func content() throws(CommandFailure) -> BundleContent {
        do {
            guard try SystemFiles.kind(of: path) == .folder else {
                let image = try VerifiedImage(contentsOf: path)
                return .snapshot(image.bytes)
            }
            let files = try Directory.files(in: path)
            _ = try SnapshotCompiler().compile(
                try Directory(files: files, reader: try PolicyReader(arguments))
            )
            return .policies(files)
        } catch let error as CommandFailure {
            throw error
        } catch let fault as FileFault {
            throw .invalidInput("\(fault.path): \(fault.message)")
        } catch let error as InvalidDirectory {
            throw .invalidInput(error.description)
        } catch {
            throw .invalidInput("\(path): \(error)")
        }
    }
}
