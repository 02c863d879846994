import Foundation
import IdentityDirectory
import PolicyLanguage
import Testing
import Vocabulary

/// A folder that is taken away when the test is over.
private final class TemporaryFolder {
    let path = NSTemporaryDirectory() + "directory-tests-" + UUID().uuidString

    init(_ files: [String: String]) throws {
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        for (name, text) in files { try write(name, text) }
    }

    func write(_ name: String, _ text: String) throws {
        let file = URL(fileURLWithPath: path + "/" + name)
        try FileManager.default.createDirectory(
            at: file.deletingLastPathComponent(),
            withIntermediateDirectories: true
        )
        try Data(text.utf8).write(to: file)
    }

    func link(_ name: String, to target: String) throws {
        try FileManager.default.createSymbolicLink(atPath: path + "/" + name, withDestinationPath: target)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }
}

@Suite("Folders and files on disk")
struct DiskTests {
    private func faults(at path: String) -> [Diagnostic] {
        do throws(InvalidDirectory) {
            _ = try Directory(contentsOf: path)
            return []
        } catch {
            return error.diagnostics
        }
    }

    @Test("A folder on disk and the same folder in memory make the same directory")
    func sameAsMemory() throws {
        let folder = try TemporaryFolder(FolderLayoutTests.full)
        let directory = try Directory(contentsOf: folder.path)
        let expected = try IdentityDirectoryTests.directory(FolderLayoutTests.full)
        #expect(directory.accounts[account]?.users.keys == expected.accounts[account]?.users.keys)
        #expect(directory.managedPolicies.keys == expected.managedPolicies.keys)
        #expect(directory.resources.keys == expected.resources.keys)
        #expect(directory.organization?.levels.count == expected.organization?.levels.count)
    }

    @Test("A single file is read as authorization details")
    func singleFile() throws {
        let folder = try TemporaryFolder(["details.json": AuthorizationDetailsTests.whole])
        #expect(try Directory(contentsOf: folder.path + "/details.json").accounts[account]?.roles.count == 1)
    }

    @Test("Hidden names are left out and links followed, as in a mounted ConfigMap")
    func configMap() throws {
        let folder = try TemporaryFolder([
            "..2026_03_01/accounts/111122223333/users/a/inline/p.json": allowAll, ".gitkeep": "",
        ])
        try folder.link("..data", to: "..2026_03_01")
        try folder.link("accounts", to: "..data/accounts")
        #expect(try Directory(contentsOf: folder.path).accounts[account]?.users["a"] != nil)
    }

    @Test("Files in messages are named so that they can be opened")
    func sourceNames() throws {
        let folder = try TemporaryFolder(["accounts/111122223333/account.json": "{"])
        #expect(
            faults(at: folder.path).first?.location.source == folder.path
                + "/accounts/111122223333/account.json"
        )
    }

    @Test("A folder or file that is not there is a fault with the system's words")
    func missing() throws {
        let found = faults(at: NSTemporaryDirectory() + "no-such-folder")
        #expect(found.map(\.code) == [.directoryFile])
        #expect(found.first?.message.contains("No such file or directory (errno 2)") == true)
        #expect(faults(at: "a\0b").map(\.code) == [.directoryFile])
        #expect(faults(at: "/dev/null").map(\.message) == ["neither a file nor a folder"])
    }

    @Test("An empty folder is a fault: it is a wrong one, or not mounted")
    func empty() throws {
        #expect(faults(at: try TemporaryFolder([:]).path).map(\.code) == [.directoryFile])
    }

    @Test("What cannot be read is a fault, and the rest is still read")
    func unreadable() throws {
        let folder = try TemporaryFolder(["unknown.json": ""])
        try folder.link("dangling.json", to: "nowhere")
        try folder.link("device.json", to: "/dev/null")
        #expect(
            faults(at: folder.path).map(\.code).sorted { $0.rawValue < $1.rawValue } == [
                .directoryFile, .directoryFile, .directoryLayout,
            ]
        )
    }

    @Test("A ring of links ends")
    func ring() throws {
        let folder = try TemporaryFolder(["aws-managed-policies/p.json": allowAll])
        try folder.link("aws-managed-policies/again", to: "../aws-managed-policies")
        #expect(faults(at: folder.path).contains { $0.code == .directoryFile })
    }
}

@Suite("The shipped example")
struct ExampleTests {
    /// The folder of this package.
    private let package = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent()
        .deletingLastPathComponent()

    @Test("The example is a valid directory")
    func loads() throws {
        let directory = try Directory(contentsOf: package.appendingPathComponent("Examples/acme").path)
        #expect(directory.accounts.count == 5)
        #expect(directory.organization?.levels.count == 4)
    }

    @Test("Every request of the example can be resolved, and says what to expect")
    func requests() throws {
        let directory = try Directory(contentsOf: package.appendingPathComponent("Examples/acme").path)
        let lines = try Data(contentsOf: package.appendingPathComponent("Examples/requests.jsonl"))
            .split(separator: UInt8(ascii: "\n"))
        #expect(lines.count >= 25)
        for (number, line) in lines.enumerated() {
            let document = try RequestDocument(
                reading: SourceText(Array(line), name: "requests.jsonl:\(number + 1)")
            )
            let at = try #require(document.at)
            #expect(document.id != nil)
            #expect(["allow", "implicitDeny", "explicitDeny"].contains(document.expect?.description))
            _ = try directory.effectivePolicies(for: document.request, session: document.session, at: at)
        }
    }
}
