import Foundation

/// A process of the fleet, as the driver sees it.
final class Member {
    /// Linux's `F_SETPIPE_SZ`.
    private static let setPipeSize: Int32 = 1_031

    private let process = Process()
    private let input = Pipe()
    private let lines: LineReader
    private(set) var rejections: [String] = []
    private(set) var activationCount = 0

    init(_ endpoints: String) throws {
        let output = Pipe()
        // Room for what a member says while nobody listens; a full pipe would hold it up.
        _ = fcntl(output.fileHandleForReading.fileDescriptor, Self.setPipeSize, Int32(1 << 20))
        process.executableURL = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
        process.arguments = ["member", endpoints]
        process.standardInput = input
        process.standardOutput = output
        try process.run()
        lines = LineReader(output.fileHandleForReading.fileDescriptor, keeping: output)
    }

    /// Waits for the activation of a revision; when it was, and what the probe was answered then.
    func activation(of revision: UInt64, before deadline: Date) throws -> (time: UInt64, isAllowed: Bool) {
        while true {
            let words = try line(before: deadline).split(separator: " ")
            guard words.first == "activated", words.count == 4, let found = UInt64(words[1]),
                let time = UInt64(words[2])
            else { continue }
            if found >= revision { return (time, words[3] == "true") }
        }
    }

    /// The digest of what is in force.
    func digest(before deadline: Date) throws -> String {
        input.fileHandleForWriting.write(Data("hash\n".utf8))
        while true {
            let words = try line(before: deadline).split(separator: " ")
            if words.first == "hash", words.count == 3 { return String(words[2]) }
        }
    }

    private func line(before deadline: Date) throws -> String {
        guard let line = lines.next(before: deadline) else {
            throw FleetFailure("a process of the fleet says nothing; rejections: \(rejections)")
        }
        if line.hasPrefix("rejected") { rejections.append(line) }
        if line.hasPrefix("activated") { activationCount += 1 }
        return line
    }

    func end() {
        try? input.fileHandleForWriting.close()
        process.waitUntilExit()
    }
}

/// Why the fleet failed.
struct FleetFailure: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}

/// Lines of a descriptor, with a deadline.
final class LineReader {
    private let descriptor: Int32
    private let owner: AnyObject
    private var bytes: [UInt8] = []

    init(_ descriptor: Int32, keeping owner: AnyObject) {
        self.descriptor = descriptor
        self.owner = owner
    }

    func next(before deadline: Date) -> String? {
        while true {
            if let end = bytes.firstIndex(of: UInt8(ascii: "\n")) {
                defer { bytes.removeFirst(end + 1) }
                return String(decoding: bytes[..<end], as: UTF8.self)
            }
            var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            let left = Int32(max(0, deadline.timeIntervalSinceNow * 1_000))
            // INVARIANT: one entry is there for the length of the call.
            guard unsafe poll(&entry, 1, left) == 1 else { return nil }
            var chunk = [UInt8](repeating: 0, count: 65_536)
            // INVARIANT: read writes at most the bytes of the array, which outlives the call.
            let count = unsafe chunk.withUnsafeMutableBytes {
                unsafe read(descriptor, $0.baseAddress, $0.count)
            }
            guard count > 0 else { return nil }
            bytes += chunk[..<count]
        }
    }
}
