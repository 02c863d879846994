/// What belongs together in the results.
enum MeasuredGroup: String, CaseIterable {
    case throughput, latency, explain, compile, load, change, reloading, memory, scaling

    static var names: String { allCases.map(\.rawValue).joined(separator: ",") }
}
