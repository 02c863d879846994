import Foundation

/// Figures as people read them.
enum Quantity {
    /// A figure with its unit, three digits of it: `224 ns`, `1.1 s`, `55 MB`, `4.5 M/s`.
    static func text(_ value: Double, unit: String) -> String {
        switch unit {
        case "ns": duration(value)
        case "ms": duration(value * 1e6)
        case "bytes": scaled(value, [(1e12, " TB"), (1e9, " GB"), (1e6, " MB"), (1e3, " kB")], " B")
        case "checks/s": scaled(value, [(1e9, " G/s"), (1e6, " M/s"), (1e3, " k/s")], "/s")
        default: "\(digits(value)) \(unit)"
        }
    }

    /// A duration given in nanoseconds.
    static func duration(_ nanoseconds: Double) -> String {
        scaled(nanoseconds, [(1e9, " s"), (1e6, " ms"), (1e3, " µs")], " ns")
    }

    /// A power of two of bytes, as caches and memories are told.
    static func binary(_ bytes: Double) -> String {
        scaled(bytes, [(1_073_741_824, " GiB"), (1_048_576, " MiB"), (1024, " KiB")], " B")
    }

    /// A ratio: `8.2×`.
    static func ratio(_ value: Double) -> String { digits(value) + "×" }

    /// A number with its thousands apart.
    static func grouped(_ value: Double) -> String {
        guard value.rounded() == value, abs(value) < 1e15 else { return digits(value) }
        let text = String(Int(abs(value)))
        var parts: [Substring] = []
        var end = text.endIndex
        while end > text.startIndex {
            let start = text.index(end, offsetBy: -3, limitedBy: text.startIndex) ?? text.startIndex
            parts.insert(text[start..<end], at: 0)
            end = start
        }
        return (value < 0 ? "-" : "") + parts.joined(separator: ",")
    }

    /// A size for an axis: `1 k`, `10 M`.
    static func short(_ value: Double) -> String {
        scaled(value, [(1e9, " G"), (1e6, " M"), (1e3, " k")], "")
    }

    private static func scaled(_ value: Double, _ units: [(Double, String)], _ base: String) -> String {
        // 999.6 would be written as 1000 of the smaller unit.
        for (size, name) in units where value >= size * 0.9995 { return digits(value / size) + name }
        return digits(value) + base
    }

    /// Three significant digits, without noughts at the end.
    static func digits(_ value: Double) -> String {
        if value == 0 { return "0" }
        let places = max(0, 2 - Int(Foundation.floor(log10(abs(value)))))
        var text = String(format: "%.\(min(places, 6))f", value)
        guard text.contains(".") else { return text }
        while text.last == "0" { text.removeLast() }
        if text.last == "." { text.removeLast() }
        return text
    }
}
