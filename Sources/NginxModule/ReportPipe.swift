import GatewayRuntime
import Glibc
import Synchronization

/// Where the gateways of this process report: threads of theirs write lines into a pipe that nginx reads and logs, since
/// nginx's log is for its own thread alone.
enum ReportPipe {
    private static let descriptor = Atomic<Int32>(-1)
    /// Shorter than what a pipe takes in one piece.
    private static let byteCountMax = 1_024

    /// Reports go there from now on; below 0 to nobody.
    static func use(_ descriptor: Int32) { self.descriptor.store(descriptor, ordering: .releasing) }

    /// A log that reports.
    static let log = GatewayLog { level, line in write(level, line) }

    /// Reports a line.
    static func write(_ level: GatewayLog.Level, _ line: String) {
        let descriptor = descriptor.load(ordering: .acquiring)
        guard descriptor >= 0 else { return }
        var bytes = [level == .warning ? UInt8(ascii: "W") : UInt8(ascii: "I")]
        for byte in line.utf8.prefix(byteCountMax - 2) { bytes.append(byte < 0x20 ? 0x20 : byte) }
        bytes.append(UInt8(ascii: "\n"))
        // INVARIANT: the bytes outlive the call; a full pipe loses the line.
        _ = unsafe bytes.withUnsafeBytes { unsafe Glibc.write(descriptor, $0.baseAddress, $0.count) }
    }
}
