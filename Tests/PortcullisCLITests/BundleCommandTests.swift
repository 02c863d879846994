import Foundation
import Testing

@testable import PortcullisCLI

@Suite("portcullis bundle")
struct BundleCommandTests {
    private let folder: TemporaryFolder
    private let world: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder([:])
        world = try TemporaryFolder(smallWorld)
    }

    private func path(_ name: String) -> String { "\(folder.path)/\(name)" }

    private func keygen(_ name: String = "main") -> Captured {
        portcullis(["bundle", "keygen", "-o", path(name)])
    }

    private func sign(_ revision: Int, key: String = "main", _ more: [String] = [], of source: String? = nil)
        -> Captured
    {
        portcullis(
            [
                "bundle", "sign", source ?? world.path, "--key", path(key + ".key"), "--revision",
                "\(revision)",
                "-o", path("\(revision).bundle"),
            ] + more
        )
    }

    private func verify(_ name: String, _ more: [String] = [], key: String = "main") -> Captured {
        portcullis(["bundle", "verify", path(name), "--trust", path(key + ".pub")] + more)
    }

    private func publish(_ revision: Int, _ more: [String] = []) -> Captured {
        portcullis(
            ["bundle", "publish", path("\(revision).bundle"), "--key", path("main.key"), "--to", folder.path]
                + more
        )
    }

    @Test("A key pair is two files, the secret one for its owner alone, and is never overwritten")
    func keys() throws {
        #expect(keygen().status == .success)
        let mode =
            try FileManager.default.attributesOfItem(atPath: path("main.key"))[.posixPermissions] as? Int
        #expect(mode == 0o600)
        let again = keygen()
        #expect(again.status == .invalidInput && again.errors.contains("File exists"))
    }

    @Test("A pointer that is published can be announced", .enabled(if: etcd != nil))
    func announcing() throws {
        #expect(keygen().status == .success && sign(1).status == .success)
        let prefix = ["--prefix", "/cli-\(UUID().uuidString)"]
        #expect(publish(1, ["--etcd", try #require(etcd)] + prefix).status == .success)
        let away = publish(1, ["--etcd", "http://127.0.0.1:1"] + prefix)
        #expect(away.status == .invalidInput && away.errors.contains("published, but not announced"))
    }

    @Test("What is signed verifies, published or not, and nothing secret is printed")
    func signing() throws {
        #expect(keygen().status == .success)
        let run = sign(3, ["--at", "2026-01-01", "--channel", "production"])
        #expect(run.status == .success)
        #expect(run.output.contains("revision 3 for production: policies, "))
        #expect(run.output.contains("from 2026-01-01T00:00:00Z to 2026-04-01T00:00:00Z"))
        let secret = try String(contentsOfFile: path("main.key"), encoding: .utf8)
        #expect(!run.output.contains(secret.split(separator: "\n")[1]))
        let words = ["--channel", "production", "--at", "2026-01-02"]
        #expect(verify("3.bundle", words).status == .success)
        #expect(publish(3, ["--at", "2026-01-01"]).status == .success)
        #expect(verify("pointer", words).output.contains("pointer to a bundle"))
    }

    @Test("A compiled snapshot can be signed, too")
    func snapshots() throws {
        #expect(keygen().status == .success)
        #expect(portcullis(["compile", world.path, "-o", path("w.snapshot")]).status == .success)
        #expect(sign(1, of: path("w.snapshot")).output.contains(": snapshot, "))
        let run = verify("1.bundle", ["--json"])
        let json = try JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [String: Any]
        #expect(json?["kind"] as? String == "snapshot" && json?["revision"] as? String == "1")
    }

    @Test("Refused: damaged, expired, of the future, for another channel, by another key")
    func refusals() throws {
        #expect(keygen().status == .success && keygen("other").status == .success)
        #expect(sign(1, ["--at", "2026-01-01", "--expires-in", "10d"]).status == .success)
        for (words, code) in [
            (["--at", "2026-02-01"], "snapshot.expired"), (["--at", "2025-12-31"], "snapshot.notYetValid"),
            (["--at", "2026-01-02", "--channel", "x"], "snapshot.channel"),
        ] {
            let run = verify("1.bundle", words)
            #expect(run.status == .invalidInput && run.errors.contains(code), "\(run.errors)")
        }
        #expect(
            verify("1.bundle", ["--at", "2026-01-02"], key: "other").errors.contains("snapshot.signature")
        )
        var bytes = try Data(contentsOf: URL(fileURLWithPath: path("1.bundle")))
        bytes[bytes.count - 1] ^= 1
        try bytes.write(to: URL(fileURLWithPath: path("1.bundle")))
        #expect(verify("1.bundle", ["--at", "2026-01-02"]).errors.contains("snapshot.digest"))
        #expect(publish(1, ["--at", "2026-01-02"]).status == .invalidInput)
        #expect(!FileManager.default.fileExists(atPath: path("pointer")))
    }

    @Test("Faulty policies are not signed")
    func faulty() throws {
        #expect(keygen().status == .success)
        try world.write("accounts/111122223333/users/bob/inline/bad.json", "{")
        let run = sign(1)
        #expect(run.status == .invalidInput && run.errors.contains("bad.json"))
        #expect(!FileManager.default.fileExists(atPath: path("1.bundle")))
    }

    @Test("Publishing does not go back unless told, and publishing the same again renews the pointer")
    func publishing() throws {
        #expect(keygen().status == .success)
        for revision in 1...2 { #expect(sign(revision).status == .success) }
        #expect(publish(2).status == .success)
        let first = try Data(contentsOf: URL(fileURLWithPath: path("pointer")))
        let back = publish(1)
        #expect(back.status == .invalidInput && back.errors.contains("snapshot.rollback"))
        #expect(publish(2, ["--expires-in", "1d"]).status == .success)
        let second = try Data(contentsOf: URL(fileURLWithPath: path("pointer")))
        #expect(first.count == 224 && second.count == 224 && first != second)
        #expect(publish(1, ["--allow-rollback"]).status == .success)
    }

    @Test("A command line that makes no sense is a usage error")
    func usage() {
        #expect(keygen().status == .success)
        for words in [
            ["bundle"], ["bundle", "mend"], ["bundle", "sign", "a"], ["bundle", "verify", path("x")],
            ["bundle", "publish"], ["bundle", "keygen", "x"],
            ["bundle", "sign", world.path, "--key", path("main.key"), "--revision", "0", "-o", path("x")],
            [
                "bundle", "sign", world.path, "--key", path("main.key"), "--revision", "1", "-o", path("x"),
                "--expires-in", "1y",
            ],
        ] { #expect(portcullis(words).status == .usage, "\(words)") }
        #expect(portcullis(["bundle", "--help"]).output.contains("keygen"))
    }
}

@Suite("portcullis watch")
struct WatchCommandTests {
    @Test("It prints the activation with what is new, and begins with what was kept")
    func activation() throws {
        let (world, kept) = (try TemporaryFolder(smallWorld), try TemporaryFolder([:]))
        let words = ["watch", world.path, "--activations", "1", "--keep", kept.path]
        let run = portcullis(words)
        #expect(run.status == .success && run.errors.isEmpty)
        #expect(run.lines[0].contains("following \(world.path): closed: delivery.noSnapshot"))
        #expect(run.lines[1].contains("activated revision 1: 2 principals, 3 policies; 2 principals added"))
        #expect(run.lines.contains("  + principal arn:aws:iam::111122223333:user/alice"))
        #expect(run.lines.contains("  + policy own of arn:aws:iam::111122223333:user/alice"))
        let next = portcullis(words + ["--json"])
        let json = try JSONSerialization.jsonObject(with: Data(next.output.utf8)) as? [String: Any]
        #expect(json?["event"] as? String == "activated" && json?["revision"] as? String == "2")
        // Here, since a command that waits keeps one of few threads from the other tests.
        if let etcd { try watchStore(world.path, ["--etcd", etcd, "--prefix", "/cli-\(UUID().uuidString)"]) }
    }

    private func watchStore(_ folder: String, _ options: [String]) throws {
        #expect(portcullis(["store", "sync", folder] + options).status == .success)
        let run = portcullis(["watch", "--activations", "1"] + options)
        #expect(run.status == .success && run.output.contains("2 principals, 3 policies"))
        #expect(portcullis(["watch", folder] + options).status == .usage)
    }

    @Test("A command line that makes no sense is a usage error")
    func usage() {
        for words in [
            "watch", "watch a b", "watch http://x/pointer", "watch a --channel x", "watch a --activations x",
            "watch a --proxy http://x", "watch a --stale-after 5",
        ] { #expect(portcullis(words).status == .usage, "\(words)") }
    }
}
