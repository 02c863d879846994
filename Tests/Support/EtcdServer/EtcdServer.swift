import Foundation

/// An etcd of our own on loopback, with its data in a temporary folder: for tests and measurements that stop it,
/// kill it and start it again.
package final class EtcdServer {
    package let port: Int
    private let peerPort: Int
    private let folder: URL
    private let arguments: [String]
    private let scheme: String
    private var process: Process?
    /// Further arguments of `etcdctl`, such as those that name certificates.
    package var controlArguments: [String] = []

    /// What went wrong with a server.
    package struct Failure: Error, CustomStringConvertible {
        package let description: String
    }

    /// Starts a server and waits until it answers.
    ///
    /// - Parameters:
    ///   - scheme: `http`, or `https` with the arguments that name certificates.
    ///   - arguments: further arguments of `etcd`.
    package init(scheme: String = "http", arguments: [String] = []) throws {
        port = try Self.freePort()
        peerPort = try Self.freePort()
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("etcd-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        self.arguments = arguments
        self.scheme = scheme
        try start()
    }

    deinit {
        kill()
        try? FileManager.default.removeItem(at: folder)
    }

    /// Where clients find it.
    package var url: String { "\(scheme)://127.0.0.1:\(port)" }

    /// Starts it on the data it had.
    package func start() throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments =
            [
                "etcd", "--name", "one", "--data-dir", folder.appendingPathComponent("data").path,
                "--listen-client-urls", url, "--advertise-client-urls", url, "--listen-peer-urls",
                "http://127.0.0.1:\(peerPort)", "--initial-advertise-peer-urls",
                "http://127.0.0.1:\(peerPort)", "--initial-cluster", "one=http://127.0.0.1:\(peerPort)",
                "--logger", "zap", "--log-level", "error",
            ] + arguments
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        self.process = process
        let deadline = Date(timeIntervalSinceNow: 20)
        while Date() < deadline {
            guard process.isRunning else { throw Failure(description: "etcd has ended at once") }
            if Self.accepts(port) { return }
            usleep(20_000)
        }
        throw Failure(description: "etcd does not answer")
    }

    /// Ends it as a crash would.
    package func kill() {
        guard let process, process.isRunning else { return }
        Foundation.kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
        self.process = nil
    }

    /// Takes its data away; it must not be running.
    package func forget() throws {
        try FileManager.default.removeItem(at: folder.appendingPathComponent("data"))
    }

    /// Lets it neither answer nor end.
    package func freeze() { signal(SIGSTOP) }

    /// Lets it go on.
    package func thaw() { signal(SIGCONT) }

    private func signal(_ number: Int32) {
        if let process { Foundation.kill(process.processIdentifier, number) }
    }

    /// Runs `etcdctl` against it, and answers what it prints.
    @discardableResult
    package func control(_ arguments: String...) throws -> String {
        let process = Process()
        let output = Pipe()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["etcdctl", "--endpoints", url] + controlArguments + arguments
        process.environment = ProcessInfo.processInfo.environment.merging(["ETCDCTL_API": "3"]) { $1 }
        process.standardOutput = output
        process.standardError = output
        try process.run()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw Failure(description: text) }
        return text
    }

    // MARK: Ports

    private static func freePort() throws -> Int {
        let socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(socket) }
        var address = loopback(port: 0)
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        // INVARIANT: the address lives for the length of each call, and its size is that of its type.
        let isBound = unsafe withUnsafeMutablePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe bind(socket, $0, size) == 0 && getsockname(socket, $0, &size) == 0
            }
        }
        guard isBound else { throw Failure(description: "there is no free port") }
        return Int(UInt16(bigEndian: address.sin_port))
    }

    private static func accepts(_ port: Int) -> Bool {
        let socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(socket) }
        var address = loopback(port: port)
        // INVARIANT: as above.
        return unsafe withUnsafeMutablePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe connect(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
    }

    private static func loopback(port: Int) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(port).bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        return address
    }
}
