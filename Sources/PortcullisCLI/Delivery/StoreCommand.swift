import IdentityDirectory
import PolicyLanguage
import SnapshotDelivery
import Vocabulary

/// `portcullis store`: writes policies and grants to etcd.
struct StoreCommand {
    private let console: Console
    private let arguments: Arguments
    private let verb: String
    private let operands: [String]
    private let reader: PolicyReader
    private let store: PolicyStore

    init(_ words: [String], _ console: Console) throws(CommandFailure) {
        self.console = console
        arguments = try Arguments(
            words,
            valued: EtcdSettings.options.union(["--for", "--mode", "--quota"]),
            flags: ["--json", "--aws-quotas"]
        )
        guard let verb = arguments.positional.first else {
            throw .usage("say what to do: sync, put, remove, grant, revoke or show")
        }
        self.verb = verb
        operands = Array(arguments.positional.dropFirst())
        reader = try PolicyReader(arguments)
        guard let settings = try EtcdSettings(arguments, console) else {
            throw .usage("`--etcd` is needed")
        }
        do throws(StoreFailure) { store = try PolicyStore(settings) } catch {
            throw .invalidInput(error.description)
        }
    }

    func run() throws(CommandFailure) -> ExitStatus {
        do {
            switch (verb, operands.count) {
            case ("sync", 1): try sync(operands[0])
            case ("put", 2): try write(operands[0], try console.read(operands[1]))
            case ("remove", 1): try write(operands[0], nil)
            case ("grant", 2): try grant(operands[0], try console.read(operands[1]))
            case ("revoke", 1): try revoke(operands[0])
            case ("show", 0): try show()
            case ("sync", _), ("put", _), ("remove", _), ("grant", _), ("revoke", _), ("show", _):
                throw CommandFailure.usage("`\(verb)` has other operands")
            default: throw CommandFailure.usage("there is no `store \(verb)`")
            }
            return .success
        } catch let failure as CommandFailure {
            throw failure
        } catch {
            throw .invalidInput("\(error)")
        }
    }

    // MARK: What can be done

    private func sync(_ path: String) throws {
        let files = try Directory.files(in: path)
        try check(files)
        let report = try store.sync(files)
        say(
            "revision \(report.revision), set \(report.set): \(report.putCount) files written, "
                + "\(report.removedCount) removed\(report.isInPlace ? "" : ", as a new set")",
            [
                ("revision", .integer(Int64(report.revision.rawValue))), ("set", .string(report.set)),
                ("written", .integer(Int64(report.putCount))),
                ("removed", .integer(Int64(report.removedCount))),
                ("newSet", .bool(!report.isInPlace)),
            ]
        )
    }

    /// Judges the whole set as it will be, and writes only if nobody else has written meanwhile.
    private func write(_ path: String, _ bytes: [UInt8]?) throws {
        guard let contents = try store.contents() else {
            throw CommandFailure.invalidInput("there is no set yet; `store sync` makes one")
        }
        if bytes == nil, contents.files[path] == nil {
            throw CommandFailure.invalidInput("there is no file `\(path)`")
        }
        var files = contents.files
        files[path] = bytes
        try check(files)
        let revision = try store.write([path: bytes], onto: contents)
        say("revision \(revision)", [("revision", .integer(Int64(revision.rawValue)))])
    }

    private func grant(_ path: String, _ policy: [UInt8]) throws {
        guard let seconds = try arguments.seconds("--for") else {
            throw CommandFailure.usage("`--for` is needed")
        }
        let statements = try reader.read(SourceText(policy, name: path), as: .identity).document.statements
        guard statements.allSatisfy({ $0.effect == .allow }) else {
            throw CommandFailure.invalidInput("\(path): a grant only allows")
        }
        let (lease, revision) = try store.grant(path, policy, for: .seconds(seconds))
        say(
            "revision \(revision), lease \(lease)",
            [
                ("revision", .integer(Int64(revision.rawValue))), ("lease", .string(String(lease))),
            ]
        )
    }

    private func revoke(_ text: String) throws {
        guard let lease = Int64(text) else {
            throw CommandFailure.usage("a lease is a number, not `\(text)`")
        }
        try store.revoke(lease)
    }

    private func show() throws {
        guard let contents = try store.contents() else {
            throw CommandFailure.invalidInput("there is no set")
        }
        let paths = contents.files.keys.sorted()
        say(
            (["revision \(contents.revision), set \(contents.set)"] + paths).joined(separator: "\n"),
            [
                ("revision", .integer(Int64(contents.revision.rawValue))), ("set", .string(contents.set)),
                ("files", .array(paths.map { .string($0) })),
            ]
        )
    }

    private func check(_ files: [String: [UInt8]]) throws {
        _ = try Directory(files: files, reader: reader)
    }

    private func say(_ line: String, _ members: [(String, JSONWriter.Value?)]) {
        console.print(arguments.has("--json") ? JSONWriter.text(.object(members)) : line)
    }
}

extension EtcdSettings {
    /// The options of the command line that say where etcd is and who asks.
    static let options: Set<String> = [
        "--etcd", "--prefix", "--user", "--password-file", "--token-file", "--etcd-ca-file",
        "--etcd-cert-file",
        "--etcd-key-file",
    ]

    /// The settings of a command line; nil where it names no etcd.
    init?(_ arguments: Arguments, _ console: Console) throws(CommandFailure) {
        let endpoints = arguments.all("--etcd").flatMap { $0.split(separator: ",").map(String.init) }
        guard !endpoints.isEmpty else {
            for option in Self.options where !arguments.all(option).isEmpty {
                throw .usage("`\(option)` needs `--etcd`")
            }
            return nil
        }
        do throws(SourceFailure) { try self.init(endpoints: endpoints) } catch {
            throw .usage(error.description)
        }
        if let prefix = try arguments.value("--prefix") { self.prefix = prefix }
        tls.authorityFile = try arguments.value("--etcd-ca-file")
        tls.certificateFile = try arguments.value("--etcd-cert-file")
        tls.keyFile = try arguments.value("--etcd-key-file")
        switch (try arguments.value("--user"), try arguments.value("--token-file")) {
        case (nil, nil): break
        case (let user?, nil):
            let path = try arguments.required("--password-file")
            credential = .user(user, password: try Self.secret(path, console))
        case (nil, let path?): credential = .token(try Self.secret(path, console))
        case (_?, _?): throw .usage("`--user` and `--token-file` exclude each other")
        }
    }

    /// The first line of a file: secrets on a command line can be seen by every user of the machine.
    private static func secret(_ path: String, _ console: Console) throws(CommandFailure) -> String {
        let bytes = try console.read(path).prefix { $0 != UInt8(ascii: "\n") && $0 != UInt8(ascii: "\r") }
        guard !bytes.isEmpty, let text = String(validating: bytes, as: UTF8.self) else {
            throw .invalidInput("\(path): there is no secret in the first line")
        }
        return text
    }
}

extension StoreCommand {
    static let help = """
        usage: portcullis store sync DIR --etcd ADDRESS [OPTION]...
               portcullis store put PATH FILE --etcd ADDRESS [OPTION]...
               portcullis store remove PATH --etcd ADDRESS [OPTION]...
               portcullis store grant PATH FILE --for TIME --etcd ADDRESS [OPTION]...
               portcullis store revoke LEASE --etcd ADDRESS [OPTION]...
               portcullis store show --etcd ADDRESS [OPTION]...

        Policies in etcd, for engines that follow it. Whatever is written comes in force at one revision, and only
        after the whole set as it will be has been read without a fault.

        sync makes the store hold what a folder holds. put and remove change one file; PATH is relative to the folder.
        grant puts an inline policy that only allows, and is gone after its time; revoke ends it before.
        show lists the files of the set in force.

          --etcd ADDRESS       of a member, or of several with commas between them
          --prefix PREFIX      of all keys (default: /portcullis)
          --user NAME          with --password-file FILE
          --token-file FILE    a token that was made elsewhere
          --etcd-ca-file FILE  certificates that the server's must lead to (default: the system's)
          --etcd-cert-file FILE, --etcd-key-file FILE
                               a certificate of our own, and its key
          --for TIME           such as 12h, 30m or 45s
          --mode, --aws-quotas, --quota NAME=N
                               as for `validate`
          --json               print one JSON object

        Exit codes: 0 done, 2 usage, 3 refused, or etcd cannot be reached.
        """
}
