import Foundation
import Synchronization
import Testing

/// A web server on loopback that answers as a test says, also what no decent server would.
///
/// - INVARIANT: the descriptors are closed once, by the thread that serves them.
final class LoopbackServer: Sendable {
    /// What was asked.
    struct Request: Sendable {
        /// The path; of a proxy the whole address.
        let target: String
        let lines: [String]

        func header(_ name: String) -> String? {
            lines.first { $0.lowercased().hasPrefix(name.lowercased() + ":") }.map {
                $0.drop { $0 != ":" }.dropFirst().trimmingCharacters(in: .whitespaces)
            }
        }
    }

    let address: String
    private let listener: Int32
    private let isStopped = Atomic<Bool>(false)
    private let asked = Mutex<[Request]>([])

    /// - Parameter answer: the bytes of an answer, from the status line on; it may wait.
    init(answering answer: @escaping @Sendable (Request) -> [UInt8]) throws {
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var name = sockaddr_in()
        name.sin_family = sa_family_t(AF_INET)
        name.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        // INVARIANT: the name outlives the calls, which read or write no more than its size.
        let isBound = unsafe withUnsafeMutablePointer(to: &name) {
            let name = unsafe UnsafeMutableRawPointer($0).assumingMemoryBound(to: sockaddr.self)
            return unsafe bind(listener, name, size) == 0 && listen(listener, 64) == 0
                && getsockname(listener, name, &size) == 0
        }
        try #require(isBound)
        self.listener = listener
        address = "http://127.0.0.1:\(UInt16(bigEndian: name.sin_port))"
        Thread.detachNewThread { [self] in
            while true {
                let connection = accept(listener, nil, nil)
                guard connection >= 0, !isStopped.load(ordering: .acquiring) else { break }
                Thread.detachNewThread { [self] in serve(connection, answer) }
            }
            close(listener)
        }
    }

    var requests: [Request] { asked.withLock { $0 } }

    func stop() {
        isStopped.store(true, ordering: .releasing)
        shutdown(listener, Int32(SHUT_RDWR))
    }

    private func serve(_ connection: Int32, _ answer: (Request) -> [UInt8]) {
        defer { close(connection) }
        var received: [UInt8] = []
        while !isStopped.load(ordering: .acquiring) {
            guard let end = received.firstRange(of: Array("\r\n\r\n".utf8)) else {
                var part = [UInt8](repeating: 0, count: 4_096)
                // INVARIANT: recv writes at most the count of the buffer that it is given.
                let count = unsafe part.withUnsafeMutableBytes {
                    unsafe recv(connection, $0.baseAddress, $0.count, 0)
                }
                guard count > 0 else { return }
                received += part.prefix(count)
                continue
            }
            let lines = String(decoding: received[..<end.lowerBound], as: UTF8.self)
                .components(separatedBy: "\r\n")
            received.removeSubrange(..<end.upperBound)
            let request = Request(target: lines[0].components(separatedBy: " ")[1], lines: Array(lines[1...]))
            asked.withLock { $0.append(request) }
            var rest = answer(request)[...]
            while !rest.isEmpty {
                // INVARIANT: send reads at most the count of the buffer that it is given.
                let count = unsafe rest.withUnsafeBytes {
                    unsafe send(connection, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
                }
                guard count > 0 else { return }
                rest = rest.dropFirst(count)
            }
        }
    }

    /// An answer with its length.
    static func answer(_ status: String, _ headers: [String] = [], _ body: [UInt8] = []) -> [UInt8] {
        let lines = ["HTTP/1.1 \(status)"] + headers + ["Content-Length: \(body.count)"]
        return Array((lines.joined(separator: "\r\n") + "\r\n\r\n").utf8) + body
    }
}
