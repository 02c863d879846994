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
        for source in [ResidentMemory.Source.copied, .mapped] {
            let growth = try ResidentMemory.ofProcess(source, file.path)
            add("resident, snapshot \(source.rawValue)", growth.resident)
        }
        let folder = TemporaryFile()
        for (path, bytes) in subject.workload.world.files {
            let place = URL(fileURLWithPath: folder.path).appendingPathComponent(path)
            try FileManager.default.createDirectory(
                at: place.deletingLastPathComponent(),
                withIntermediateDirectories: true
            )
            try Data(bytes).write(to: place)
        }
        let growth = try ResidentMemory.ofProcess(.directory, folder.path)
        add("resident, from a directory", growth.resident)
        add("peak of reading and compiling", growth.peak)
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
    /// What the engine is made of.
    enum Source: String {
        /// A snapshot file, read or mapped.
        case copied, mapped
        /// A folder of policies, which is kept so that it can be changed.
        case directory
    }

    /// Bytes by which a process has grown.
    struct Growth: Codable {
        var resident: Int
        var peak: Int
    }

    /// Makes an engine in this process, which has done nothing before, and answers by how much that made it grow.
    static func ofThisProcess(_ source: Source, _ path: String) throws -> Growth {
        let before = ProcessMemory.residentBytes
        let engine = try engine(source, path)
        var reader = engine.makeReader()
        let request = AuthorizationRequest(
            principal: .anonymous,
            action: "s3:GetObject",
            resource: "arn:aws:s3:::bucket/key"
        )
        _ = reader.authorize(try CompactRequest(request, at: .distantPast))
        return withExtendedLifetime(engine) {
            Growth(
                resident: ProcessMemory.residentBytes - before,
                peak: ProcessMemory.peakResidentBytes - before
            )
        }
    }

    private static func engine(_ source: Source, _ path: String) throws -> AuthorizationEngine {
        switch source {
        case .copied: AuthorizationEngine(try VerifiedImage(contentsOf: path))
        case .mapped: AuthorizationEngine(try VerifiedImage(contentsOf: path, access: .mapped))
        case .directory: try AuthorizationEngine(directory: Directory(contentsOf: path))
        }
    }

    /// The same in a new process of this program.
    static func ofProcess(_ source: Source, _ path: String) throws -> Growth {
        let process = Process()
        let pipe = Pipe()
        process.executableURL = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
        process.arguments = ["resident", source.rawValue, path]
        process.standardOutput = pipe
        try process.run()
        let data = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw WorkloadError("the process that measures its memory failed")
        }
        return try JSONDecoder().decode(Growth.self, from: data)
    }
}
