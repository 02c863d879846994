import Foundation
import IdentityDirectory
import SnapshotCompiler
import Testing
import Vocabulary

@testable import DecisionIndex

@Suite("Snapshot files")
struct SnapshotFileTests {
    /// A folder that is taken away when the test is over.
    private final class Folder {
        let path = NSTemporaryDirectory() + "snapshot-tests-" + UUID().uuidString

        init() throws {
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        }

        deinit { try? FileManager.default.removeItem(atPath: path) }
    }

    private func code(_ body: () throws -> VerifiedImage) -> SnapshotFormatError.Code? {
        do { _ = try body() } catch { return (error as? SnapshotFormatError)?.code }
        return nil
    }

    @Test(
        "An image comes back from a file as it went, and decides the same",
        arguments: [SnapshotFileAccess.copied, .mapped]
    )
    func roundTrip(_ access: SnapshotFileAccess) throws {
        let folder = try Folder()
        let path = "\(folder.path)/world.snapshot"
        let image = try SnapshotWorld.image()
        try image.write(to: path)
        let copy = try VerifiedImage(contentsOf: path, access: access)
        let requests = try SnapshotWorld.requests()
        let decisions = SnapshotWorld.decide(requests, image)
        #expect(copy.bytes == image.bytes)
        #expect(copy.counts == image.counts)
        #expect(SnapshotWorld.decide(requests, copy) == decisions)
        let outcomes = Dictionary(grouping: decisions, by: \.outcome).mapValues(\.count)
        for outcome in [Outcome.allow, .implicitDeny, .explicitDeny] {
            #expect(outcomes[outcome, default: 0] > 20)
        }
    }

    @Test("The same directory, options and seed make the same bytes; another seed makes others")
    func determinism() throws {
        let image = try SnapshotWorld.image()
        #expect(try SnapshotWorld.image().bytes == image.bytes)
        #expect(try SnapshotWorld.image(seed: 8).bytes != image.bytes)
    }

    @Test("The counts are those of the directory")
    func counts() throws {
        let counts = try SnapshotWorld.image().counts
        #expect(counts.accounts == 2)
        #expect(counts.principals == 28)
        #expect(counts.resources == 30)
        #expect(counts.endpoints == 1)
        #expect(try SnapshotCompiler(seed: 1).compile(Directory()).counts.policies == 0)
    }

    @Test("The options of an image can be read from it")
    func options() throws {
        var options = EvaluationOptions()
        #expect(try SnapshotWorld.image(options: options).options == options)
        options.arnWildcards = .segmented
        options.notPrincipal = .mostSpecific
        options.rootUser = true
        #expect(try SnapshotWorld.image(options: options).options == options)
        options.unparsableRequestValue = .error
        options.ipv4MappedIPv6 = .distinct
        options.forAnyValueIfExistsMissing = false
        #expect(try SnapshotWorld.image(options: options).options == options)
    }

    @Test("A file is for its owner alone unless told otherwise, and replaces another as a whole")
    func permissions() throws {
        let folder = try Folder()
        let path = "\(folder.path)/world.snapshot"
        func mode() throws -> Int? {
            try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
        }
        try SnapshotWorld.image().write(to: path)
        #expect(try mode() == 0o600)
        try SnapshotWorld.image(seed: 8).write(to: path, permissions: 0o640)
        #expect(try mode() == 0o640)
        #expect(try VerifiedImage(contentsOf: path).bytes == SnapshotWorld.image(seed: 8).bytes)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["world.snapshot"])
    }

    @Test("Where a file cannot be put, the old one stays and nothing is left behind")
    func failedWrite() throws {
        let folder = try Folder()
        let path = "\(folder.path)/taken"
        // A folder that is not empty cannot be replaced by a file.
        try FileManager.default.createDirectory(atPath: "\(path)/inside", withIntermediateDirectories: true)
        let image = try SnapshotWorld.image()
        #expect(
            code {
                try image.write(to: path); return image
            } == .file
        )
        #expect(
            code {
                try image.write(to: "\(folder.path)/none/x"); return image
            } == .file
        )
        #expect(
            code {
                try image.write(to: "\(folder.path)/a\0b"); return image
            } == .file
        )
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["taken"])
    }

    @Test(
        "A folder that may not be written keeps its file",
        .disabled(if: getuid() == 0, "root may write anywhere")
    )
    func unwritableFolder() throws {
        let folder = try Folder()
        let path = "\(folder.path)/world.snapshot"
        let image = try SnapshotWorld.image()
        try image.write(to: path)
        try FileManager.default.setAttributes([.posixPermissions: 0o500], ofItemAtPath: folder.path)
        defer {
            try? FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: folder.path)
        }
        #expect(
            code {
                try SnapshotWorld.image(seed: 8).write(to: path); return image
            } == .file
        )
        #expect(try VerifiedImage(contentsOf: path).bytes == image.bytes)
    }

    @Test(
        "What is no file, or no snapshot, is refused with a reason",
        arguments: [SnapshotFileAccess.copied, .mapped]
    )
    func faultyFiles(_ access: SnapshotFileAccess) throws {
        let folder = try Folder()
        let path = "\(folder.path)/x"
        func code(of bytes: [UInt8]) throws -> SnapshotFormatError.Code? {
            try Data(bytes).write(to: URL(fileURLWithPath: path))
            return self.code { try VerifiedImage(contentsOf: path, access: access) }
        }
        let image = try SnapshotWorld.image().bytes
        #expect(try code(of: []) == .truncated)
        #expect(try code(of: Array(image[..<12])) == .truncated)
        #expect(try code(of: Array(image[..<100])) == .truncated)
        #expect(try code(of: image.dropLast(64)) == .truncated)
        #expect(try code(of: image + [0]) == .bounds)
        #expect(try code(of: Array("#!/bin/sh\necho no snapshot\n".utf8)) == .magic)
        #expect(self.code { try VerifiedImage(contentsOf: folder.path, access: access) } == .file)
        #expect(self.code { try VerifiedImage(contentsOf: "\(folder.path)/none", access: access) } == .file)
        #expect(self.code { try VerifiedImage(contentsOf: "/dev/null", access: access) } == .file)
    }

    @Test("An error says what and where, and never what the secret is")
    func description() throws {
        var bytes = try SnapshotWorld.image(seed: 0xDEAD_BEEF_0BAD_CAFE).bytes
        bytes[300] ^= 1
        let error = #expect(throws: SnapshotFormatError.self) { try VerifiedImage(verifying: bytes) }
        #expect(error?.description == "snapshot.checksum at byte 24: the bytes have been changed")
    }
}
