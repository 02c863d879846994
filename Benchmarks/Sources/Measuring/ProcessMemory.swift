import Foundation

/// What the system says of the memory of this process and of the machine, in bytes.
public enum ProcessMemory {
    /// Memory of this process that is in the machine's.
    public static var residentBytes: Int { kilobytes("VmRSS", in: "/proc/self/status") << 10 }

    /// The most that was resident since the process began, or since ``resetPeak()``.
    public static var peakResidentBytes: Int { kilobytes("VmHWM", in: "/proc/self/status") << 10 }

    /// What the machine could still give.
    public static var availableBytes: Int { kilobytes("MemAvailable", in: "/proc/meminfo") << 10 }

    /// What the machine has.
    public static var machineBytes: Int { kilobytes("MemTotal", in: "/proc/meminfo") << 10 }

    /// Forgets the peak so far; without effect where the system does not allow it.
    public static func resetPeak() {
        // `proc(5)`: 5 resets the peak resident size to the current one.
        try? Data("5".utf8).write(to: URL(fileURLWithPath: "/proc/self/clear_refs"))
    }

    private static func kilobytes(_ key: String, in path: String) -> Int {
        let text = SystemText.contents(path) ?? ""
        let line = text.split(separator: "\n").first { $0.hasPrefix("\(key):") }
        return line.flatMap { Int($0.drop { !$0.isNumber }.prefix { $0.isNumber }) } ?? 0
    }
}
