import CEvent
import Dispatch
import Foundation

@testable import DecisionServer

/// A client that sends exactly the bytes that it is told to.
struct RawClient: Sendable {
    let descriptor: Int32

    /// Connects; the system's own queue accepts, so that this does not wait for the server.
    init?(_ address: ListenAddress) {
        switch address {
        case .tcp(_, let port):
            descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
            var target = sockaddr_in()
            target.sin_family = sa_family_t(AF_INET)
            target.sin_port = port.bigEndian
            target.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
            guard Self.connect(descriptor, &target) else { return nil }
        case .unix(let path):
            descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
            var target = sockaddr_un()
            target.sun_family = sa_family_t(AF_UNIX)
            unsafe withUnsafeMutableBytes(of: &target.sun_path) { unsafe $0.copyBytes(from: path.utf8) }
            guard Self.connect(descriptor, &target) else { return nil }
        }
        var time = timeval(tv_sec: 10, tv_usec: 0)
        unsafe setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &time, socklen_t(MemoryLayout<timeval>.size))
    }

    private static func connect<Address>(_ descriptor: Int32, _ address: inout Address) -> Bool {
        unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe Foundation.connect(descriptor, $0, socklen_t(MemoryLayout<Address>.size)) == 0
            }
        }
    }

    func send(_ text: String) {
        let bytes = Array(text.utf8)
        _ = unsafe bytes.withUnsafeBytes {
            unsafe Foundation.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
        }
    }

    func finishSending() { shutdown(descriptor, Int32(SHUT_WR)) }
    func close() { Foundation.close(descriptor) }

    /// Reads until `isEnough`, or the end; on a thread of its own, since the pool's must not wait.
    func read(until isEnough: @escaping @Sendable (String) -> Bool = { _ in false }) async -> String {
        await withCheckedContinuation { continuation in
            Thread.detachNewThread {
                var bytes: [UInt8] = []
                var chunk = [UInt8](repeating: 0, count: 65_536)
                while !isEnough(String(decoding: bytes, as: UTF8.self)) {
                    let count = unsafe chunk.withUnsafeMutableBytes {
                        unsafe recv(descriptor, $0.baseAddress, $0.count, 0)
                    }
                    guard count > 0 else { break }
                    bytes += chunk[..<count]
                }
                continuation.resume(returning: String(decoding: bytes, as: UTF8.self))
            }
        }
    }

    /// Sends bytes, and reads until the server closes the connection.
    static func ask(_ address: ListenAddress, _ text: String) async -> String {
        guard let client = RawClient(address) else { return "no connection" }
        client.send(text)
        defer { client.close() }
        return await client.read()
    }
}

extension String {
    /// The statuses of the responses in it, in order.
    var statuses: [Int] {
        components(separatedBy: "HTTP/1.1 ").dropFirst().compactMap { Int($0.prefix(3)) }
    }

    /// A request without a body, whose connection ends with it.
    static func get(_ path: String, _ headers: String = "", method: String = "GET") -> String {
        "\(method) \(path) HTTP/1.1\r\nHost: api.example\r\nConnection: close\r\n\(headers)\r\n"
    }
}
