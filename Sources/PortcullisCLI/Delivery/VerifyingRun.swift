import DecisionIndex
import IdentityDirectory
import PolicyLanguage
import SnapshotDelivery
import Vocabulary

/// `portcullis bundle verify`: whether readers with these keys would accept a bundle, or a pointer with its bundle.
struct VerifyingRun {
    private let console: Console
    private let arguments: Arguments
    private let path: String

    init(_ words: [String], _ console: Console) throws(CommandFailure) {
        self.console = console
        arguments = try Arguments(words, valued: ["--trust", "--channel", "--at"], flags: ["--json"])
        guard let path = arguments.positional.first, arguments.positional.count == 1 else {
            throw .usage("name one bundle or pointer")
        }
        self.path = path
    }

    func run() throws(CommandFailure) {
        let keys = try arguments.trustedKeys(console)
        let rules = AcceptanceRules(keys: keys, channel: try arguments.channel())
        let now = try arguments.now()
        let bytes = try console.read(path)
        let claim: BundleClaim
        do {
            claim = try BundleFile.verify(bytes, rules, at: now) { record throws(CommandFailure) in
                let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? ""
                return try console.read(folder + record.claim.bundleName)
            }
        } catch let error as CommandFailure {
            throw error
        } catch {
            throw .invalidInput("\(path): \(error)")
        }
        let text = ClaimText(claim)
        console.print(arguments.has("--json") ? JSONWriter.text(text.json()) : text.line)
    }
}
