import Foundation

/// Why a file is not what it should be, with the place in it.
package struct InvalidResults: Error, CustomStringConvertible {
    package let description: String

    init(_ path: String, _ reason: String) { description = "\(path): \(reason)" }
}

extension Results {
    /// Reads and checks the results in a file.
    package init(contentsOf path: String) throws(InvalidResults) {
        self = try decoded(path)
        try check(path)
    }

    /// Reads and checks results.
    ///
    /// The path is for messages alone.
    package init(_ data: Data, path: String) throws(InvalidResults) {
        self = try decoded(data, path)
        try check(path)
    }

    private func check(_ path: String) throws(InvalidResults) {
        guard format == Self.knownFormat else {
            throw InvalidResults(path, "format \(format); only \(Self.knownFormat) is known")
        }
        for (index, result) in results.enumerated() {
            if let fault = result.fault {
                throw InvalidResults(path, "results[\(index)] (\(result.group), \(result.name)): \(fault)")
            }
        }
        for (index, peer) in (peers ?? []).enumerated() {
            if let fault = peer.fault {
                throw InvalidResults(path, "peers[\(index)] (\(peer.name)): \(fault)")
            }
        }
    }
}

extension InstructionCounts {
    /// Reads the baselines in a file.
    package init(contentsOf path: String) throws(InvalidResults) {
        self = try decoded(path)
        guard format == 1 else { throw InvalidResults(path, "format \(format); only 1 is known") }
    }
}

extension Measurement {
    /// What contradicts itself, or cannot be drawn.
    fileprivate var fault: String? {
        if skipped != nil { return nil }
        if let percentiles { return faultOfLatencies(percentiles) }
        guard unit != nil, let median else {
            return "neither a median with a unit, nor percentiles, nor skipped"
        }
        if let minimum, minimum > median { return "the minimum is above the median" }
        if let maximum, maximum < median { return "the maximum is below the median" }
        for number in [median, minimum, maximum, floor, ratioToFloor] {
            if let number, number < 0 { return "a figure below zero" }
        }
        return nil
    }

    private func faultOfLatencies(_ percentiles: [String: Double]) -> String? {
        guard let count, count > 0 else { return "latencies without a count" }
        let ascending = Percentiles.names.compactMap { percentiles[$0] }
        guard ascending.count == percentiles.count, ascending.count > 1 else {
            return "percentiles other than \(Percentiles.names.joined(separator: ", "))"
        }
        if zip(ascending, ascending.dropFirst()).contains(where: { $0 > $1 }) { return "percentiles descend" }
        guard let buckets else { return nil }
        if buckets.contains(where: { $0.count != 2 }) { return "a bucket that is no pair" }
        if zip(buckets, buckets.dropFirst()).contains(where: { $0[0] >= $1[0] }) { return "buckets descend" }
        return buckets.map { $0[1] }.reduce(0, +) == count ? nil : "the buckets do not hold the count"
    }
}

extension Peer {
    fileprivate var fault: String? {
        if agreed < 0 || agreed > asked { return "\(agreed) answers of \(asked) agree" }
        if asked > 0, checksPerSecond ?? 0 <= 0 { return "asked, but no checks a second" }
        return nil
    }
}

/// The names of percentiles in ascending order.
enum Percentiles {
    static let names = ["p50", "p90", "p99", "p99.9", "p99.99", "max"]
}

private func decoded<Value: Decodable>(_ path: String) throws(InvalidResults) -> Value {
    let data: Data
    do { data = try Data(contentsOf: URL(fileURLWithPath: path)) } catch {
        throw InvalidResults(path, "cannot be read: \(error.localizedDescription)")
    }
    return try decoded(data, path)
}

private func decoded<Value: Decodable>(_ data: Data, _ path: String) throws(InvalidResults) -> Value {
    do { return try JSONDecoder().decode(Value.self, from: data) } catch let error as DecodingError {
        throw InvalidResults(path, describe(error))
    } catch {
        throw InvalidResults(path, "\(error)")
    }
}

private func describe(_ error: DecodingError) -> String {
    func place(_ context: DecodingError.Context) -> String {
        context.codingPath.reduce("") { path, key in
            path + (key.intValue.map { "[\($0)]" } ?? (path.isEmpty ? "" : ".") + key.stringValue)
        }
    }
    switch error {
    case .keyNotFound(let key, let context): return "\(place(context)) has no \(key.stringValue)"
    case .valueNotFound(_, let context): return "\(place(context)) is null"
    case .typeMismatch(let type, let context): return "\(place(context)) is no \(type)"
    case .dataCorrupted(let context):
        let place = place(context)
        return place.isEmpty ? "is no JSON" : "\(place): \(context.debugDescription)"
    @unknown default: return "\(error)"
    }
}
