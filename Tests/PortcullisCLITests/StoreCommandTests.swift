import Foundation
import Testing

@testable import PortcullisCLI

/// Where there is an etcd, if there is one.
let etcd = ProcessInfo.processInfo.environment["PORTCULLIS_ETCD"]

@Suite("portcullis store", .enabled(if: etcd != nil, "Scripts/with-etcd starts one"))
struct StoreCommandTests {
    private let prefix = "/cli-\(UUID().uuidString)"
    private let folder: TemporaryFolder

    private static let home = "accounts/111122223333/users/ada"
    private static let own = "\(home)/inline/own.json"
    private static let grant = "\(home)/inline/now.json"

    private static func policy(_ effect: String, _ action: String) -> String {
        #"{"Version":"2012-10-17","Statement":{"Effect":"\#(effect)","Action":"\#(action)","Resource":"*"}}"#
    }

    init() throws {
        folder = try TemporaryFolder([
            "set/\(Self.home)/user.json": "{}",
            "set/\(Self.own)": Self.policy("Allow", "app:Read"),
            "list.json": Self.policy("Allow", "app:List"),
            "deny.json": Self.policy("Deny", "app:List"),
            "faulty.json": "{",
        ])
    }

    private func store(_ words: String...) throws -> Captured {
        portcullis(["store"] + words + ["--etcd", try #require(etcd), "--prefix", prefix])
    }

    private func file(_ name: String) -> String { "\(folder.path)/\(name)" }

    @Test("What a folder holds is in the store, file by file, and single files change")
    func writing() throws {
        #expect(try store("show").errors.contains("there is no set"))
        #expect(try store("put", Self.own, file("list.json")).errors.contains("`store sync` makes one"))
        let first = try store("sync", file("set"))
        #expect(first.status == .success && first.output.contains("2 files written, 0 removed, as a new set"))
        #expect(try store("sync", file("set")).output.contains("0 files written, 0 removed"))
        let more = "\(Self.home)/inline/more.json"
        #expect(try store("put", more, file("list.json")).output.hasPrefix("revision "))
        #expect(try store("show").lines.dropFirst() == [more, Self.own, "\(Self.home)/user.json"])
        #expect(try store("remove", more).status == .success)
        #expect(try store("remove", more).errors.contains("there is no file"))
        let shown = try store("show", "--json").output
        #expect(shown.contains(#""files":["\#(Self.own)","\#(Self.home)/user.json"]"#))
    }

    @Test("What is faulty is not written")
    func faulty() throws {
        #expect(try store("sync", file("set")).status == .success)
        // The revision is that of the whole etcd, where other tests write, too.
        func files() throws -> [String] { Array(try store("show").lines.dropFirst()) }
        let before = try files()
        let refused = try store("put", Self.own, file("faulty.json"))
        #expect(refused.status == .invalidInput && refused.errors.contains("own.json"))
        #expect(try files() == before && !before.isEmpty)
    }

    @Test("A grant has a lease, which can be revoked; one that denies, or lasts for ever, is refused")
    func granting() throws {
        #expect(try store("sync", file("set")).status == .success)
        #expect(try store("grant", Self.grant, file("list.json")).status == .usage)
        #expect(
            try store("grant", Self.grant, file("deny.json"), "--for", "5m").errors.contains("only allows")
        )
        let granted = try store("grant", Self.grant, file("list.json"), "--for", "5m")
        let lease = try #require(granted.output.split(separator: " ").last)
        #expect(granted.status == .success && Int64(lease.dropLast()) != nil)
        #expect(try store("revoke", String(lease.dropLast())).status == .success)
        #expect(try store("revoke", "lease").status == .usage)
    }

    @Test(
        "What makes no sense is refused",
        arguments: ["", "sync", "put x", "show x", "forget", "sync a b"]
    )
    func usage(_ words: String) throws {
        #expect(try portcullis("store \(words) --etcd \(#require(etcd))").status == .usage)
    }

    @Test("Who asks is read from files")
    func credentials() throws {
        let words = ["store", "show", "--etcd", try #require(etcd), "--prefix", prefix]
        #expect(portcullis(words + ["--user", "ada"]).status == .usage)
        #expect(portcullis(words + ["--user", "ada", "--token-file", file("list.json")]).status == .usage)
        let user = portcullis(words + ["--user", "ada", "--password-file", file("list.json")])
        #expect(user.status == .invalidInput && !user.errors.contains("app:List"))
        #expect(portcullis("store show --prefix \(prefix)").status == .usage)
        #expect(portcullis("store show --etcd ftp://x").status == .usage)
    }
}
