import Foundation
import Portcullis

/// A folder with the last good content: one file, named by its SHA-256, and the record that names it.
///
/// The file is written first, the record takes the place of the old one next, and only then the old file goes. So
/// whatever fails in between, a full disk or a crash, the old content is still there.
struct LastGoodStore: Sendable {
    private let folder: String
    private let fault: DurableFile.Fault

    init(folder: String, fault: @escaping DurableFile.Fault = { _ in nil }) {
        self.folder = folder
        self.fault = fault
    }

    private var recordPath: String { "\(folder)/\(KeepingRecord.name)" }

    // MARK: Reading

    /// What an earlier run kept; nil where there is nothing.
    ///
    /// - Parameter compiler: snapshots are held to its limit of cost.
    /// - Throws: ``FileFailure`` where something is there that cannot be used.
    func read(_ compiler: SnapshotCompiler) throws(FileFailure) -> KeptContent? {
        guard FileManager.default.fileExists(atPath: recordPath) else { return nil }
        guard let record = KeepingRecord(try bytes(recordPath, atMost: 1 << 20)) else {
            throw FileFailure("\(recordPath): not readable")
        }
        let path = "\(folder)/\(record.fileName)"
        let contents = try bytes(path, atMost: 4 << 30)
        guard SHA256Digest(of: contents) == record.digest else {
            throw FileFailure("\(path): the bytes have been changed")
        }
        let material: KeptContent.Material
        switch record.kind {
        case .bundle: material = .bundle(contents, pointer: record.pointer)
        case .snapshot:
            do throws(SnapshotFormatError) {
                material = .snapshot(
                    try VerifiedImage(verifying: contents, policyCostMax: compiler.policyCostMax)
                )
            } catch {
                throw FileFailure("\(path): \(error)")
            }
        }
        return KeptContent(
            material: material,
            revision: record.revision,
            history: record.history,
            rolledBack: record.rolledBack
        )
    }

    private func bytes(_ path: String, atMost byteCountMax: Int) throws(FileFailure) -> [UInt8] {
        do throws(FileFault) {
            return try SystemFiles.bytes(of: path, bytesMax: byteCountMax)
        } catch {
            throw FileFailure("\(error.path): \(error.message)")
        }
    }

    // MARK: Writing

    /// Keeps a candidate in place of what was kept before.
    ///
    /// - Parameter trustsFile: whether a file of the same name is known to be whole, so that only the record is written.
    /// - Throws: ``FileFailure``; what was kept before still is.
    func keep(
        _ candidate: Candidate,
        history: AcceptanceHistory,
        rolledBack: SHA256Digest?,
        trustsFile: Bool = false
    ) throws(FileFailure) {
        let (kind, contents, pointer) = try material(of: candidate)
        let record = KeepingRecord(
            kind: kind,
            digest: SHA256Digest(of: contents),
            pointer: pointer,
            revision: candidate.revision,
            history: history,
            rolledBack: rolledBack
        )
        let path = "\(folder)/\(record.fileName)"
        let old = currentRecord
        if !trustsFile || old?.fileName != record.fileName {
            try DurableFile.replace(path, with: contents, permissions: 0o600, fault: fault)
        }
        do throws(FileFailure) {
            let json = Array(record.json.utf8)
            try DurableFile.replace(recordPath, with: json, permissions: 0o600, fault: fault)
        } catch {
            // A file that no record names would only fill the disk; the record may be the new one all the same.
            if let named = currentRecord, named.fileName != record.fileName { DurableFile.remove(path) }
            throw error
        }
        if let old, old.fileName != record.fileName { DurableFile.remove("\(folder)/\(old.fileName)") }
    }

    /// The record, where there is a readable one.
    var currentRecord: KeepingRecord? {
        (try? bytes(recordPath, atMost: 1 << 20)).flatMap { KeepingRecord($0) }
    }

    private func material(
        of candidate: Candidate
    ) throws(FileFailure) -> (KeepingRecord.Kind, [UInt8], pointer: [UInt8]?) {
        switch candidate.keepsake {
        case .bundle(let bytes, let pointer): return (.bundle, bytes, pointer)
        case .image: return (.snapshot, candidate.image.bytes, nil)
        case .changes(let compiler):
            guard let directory = candidate.directory else {
                throw FileFailure("there are no policies to keep")
            }
            do throws(CompileError) {
                return (.snapshot, try compiler.compile(directory).bytes, nil)
            } catch {
                throw FileFailure("what is to be kept cannot be compiled: \(error)")
            }
        }
    }

    /// Takes away what a write that was cut off has left behind: drafts, and files that no record names.
    func tidy() {
        let named = currentRecord?.fileName
        for name in (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? [] where name != named {
            let isDraft = name.hasSuffix(".tmp")
            let isContent = name.hasSuffix(".bundle") || name.hasSuffix(".snapshot")
            if isDraft || isContent && named != nil { DurableFile.remove("\(folder)/\(name)") }
        }
    }
}
