import Foundation

/// The machine that figures were measured on, as far as it tells.
public struct MachineDescription: Codable, Sendable {
    /// The processor's model.
    public let processor: String
    /// Logical processors this process may use.
    public let logicalCores: Int
    /// Main memory.
    public let memoryBytes: Int
    /// Bytes of each cache of the first processor, by name: `L1d`, `L1i`, `L2`, `L3`.
    public let caches: [String: Int]
    /// Release of the kernel.
    public let kernel: String
    /// Name of the operating system.
    public let system: String
    /// Version of the Swift compiler.
    public let swift: String
    /// Whether the kernel backs memory with huge pages: `always`, `madvise` or `never`.
    public let transparentHugePages: String
    /// Who runs the virtual machine, or `none`.
    public let hypervisor: String
    /// How many were running or waiting to run: over one, five and fifteen minutes.
    public let loadAverage: [Double]
    /// Nanoseconds that reading the clock takes; every single latency contains them once.
    public let clockCost: Double

    /// Asks this machine.
    public init() {
        let unknown = "unknown"
        processor = SystemText.value("model name", in: "/proc/cpuinfo") ?? unknown
        logicalCores = ProcessInfo.processInfo.activeProcessorCount
        memoryBytes = ProcessMemory.machineBytes
        caches = Self.cacheSizes()
        kernel = SystemText.contents("/proc/sys/kernel/osrelease") ?? unknown
        system = SystemText.value("PRETTY_NAME", in: "/etc/os-release") ?? unknown
        swift = Self.swiftVersion() ?? unknown
        transparentHugePages = Self.chosen(SystemText.contents("/sys/kernel/mm/transparent_hugepage/enabled"))
        hypervisor = Self.hypervisorName()
        loadAverage = Self.currentLoad()
        clockCost = WallClock().cost()
    }

    private static func cacheSizes() -> [String: Int] {
        var sizes: [String: Int] = [:]
        for index in 0..<8 {
            let folder = "/sys/devices/system/cpu/cpu0/cache/index\(index)"
            guard let level = SystemText.contents("\(folder)/level"),
                let size = SystemText.contents("\(folder)/size").flatMap(bytes)
            else { continue }
            let kind = ["Data": "d", "Instruction": "i"][SystemText.contents("\(folder)/type") ?? ""] ?? ""
            sizes["L\(level)\(kind)"] = size
        }
        return sizes
    }

    /// `32K` or `8M` as bytes.
    private static func bytes(_ text: String) -> Int? {
        let factors: [Character: Int] = ["K": 1 << 10, "M": 1 << 20, "G": 1 << 30]
        guard let number = Int(text.prefix { $0.isNumber }) else { return nil }
        return number * (text.last.flatMap { factors[$0] } ?? 1)
    }

    private static func swiftVersion() -> String? {
        SystemText.output(of: ["swift", "--version"])?.split(separator: "\n").first.map(String.init)
    }

    /// The word in brackets of `always [madvise] never`.
    private static func chosen(_ text: String?) -> String {
        let word = text?.drop { $0 != "[" }.dropFirst().prefix { $0 != "]" }
        return word.map(String.init) ?? "unknown"
    }

    private static func hypervisorName() -> String {
        if let name = SystemText.output(of: ["systemd-detect-virt", "--vm"]), !name.isEmpty { return name }
        let flags = SystemText.value("flags", in: "/proc/cpuinfo") ?? ""
        guard flags.split(separator: " ").contains("hypervisor") else { return "none" }
        return SystemText.contents("/sys/class/dmi/id/sys_vendor") ?? "yes, of unknown make"
    }

    private static func currentLoad() -> [Double] {
        (SystemText.contents("/proc/loadavg") ?? "").split(separator: " ").prefix(3).compactMap { Double($0) }
    }
}
