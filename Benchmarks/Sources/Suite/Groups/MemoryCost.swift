import Foundation
import Measuring
import Portcullis
import Workloads

/// The size of an image, and the memory of a process that does nothing but decide by it.
struct MemoryCost {
    private let subject: Subject
    private let run: Run

    init(_ subject: Subject, _ run: Run) { (self.subject, self.run) = (subject, run) }

    func measure() throws {
        let file = TemporaryFile()
        try subject.image.write(to: file.path)
        add("image", subject.image.byteCount)
        for access in ["copied", "mapped"] {
            add("resident, \(access)", try ResidentMemory.ofProcess(snapshot: file.path, access: access))
        }
        ProcessMemory.resetPeak()
        let before = ProcessMemory.residentBytes
        let image = try SnapshotCompiler(seed: 7).compile(subject.workload.directory)
        let peak = max(0, ProcessMemory.peakResidentBytes - before)
        withExtendedLifetime(image) { add("peak of compiling", peak) }
    }

    private func add(_ name: String, _ bytes: Int) {
        run.add(
            Finding(
                "memory",
                name,
                workload: subject.workload.name,
                unit: "bytes",
                Summary([Double(bytes)])
            )
        )
    }
}

/// What an engine adds to the memory of a process.
enum ResidentMemory {
    /// Loads a snapshot in this process, which has done nothing before, and answers by how much that made it grow.
    static func ofEngine(snapshot path: String, isMapped: Bool) throws -> Int {
        let before = ProcessMemory.residentBytes
        let image = try VerifiedImage(contentsOf: path, access: isMapped ? .mapped : .copied)
        let engine = AuthorizationEngine(image)
        var reader = engine.makeReader()
        let request = AuthorizationRequest(
            principal: .anonymous,
            action: "s3:GetObject",
            resource: "arn:aws:s3:::bucket/key"
        )
        _ = reader.authorize(try CompactRequest(request, at: .distantPast))
        return withExtendedLifetime(engine) { ProcessMemory.residentBytes - before }
    }

    /// The same in a new process of this program.
    static func ofProcess(snapshot path: String, access: String) throws -> Int {
        let process = Process()
        let pipe = Pipe()
        process.executableURL = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
        process.arguments = ["resident", path, access]
        process.standardOutput = pipe
        try process.run()
        let data = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        let text = String(decoding: data, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
        guard process.terminationStatus == 0, let bytes = Int(text) else {
            throw WorkloadError("the process that measures its memory failed")
        }
        return bytes
    }
}
