/// Figures with their names and labels, as a program reads them; ``prometheusText`` is how Prometheus does.
public struct Metrics: Sendable, Hashable {
    /// What a figure is.
    public enum Kind: String, Sendable {
        /// It only grows, until the process ends.
        case counter
        /// It is as it is now.
        case gauge
        /// How many values are not above each of some bounds, with their sum and their count.
        case histogram
    }

    /// One figure.
    public struct Sample: Sendable, Hashable {
        /// What follows the family's name in that of a figure, such as `_sum`; empty but for histograms.
        public var suffix = ""
        /// Name and value of each label, in order.
        public let labels: [String: String]
        /// The figure.
        public let value: Double
    }

    /// Figures that differ in their labels only.
    public struct Family: Sendable, Hashable {
        /// The name, such as `portcullis_checks_total`.
        public let name: String
        /// What it says, in one line.
        public let help: String
        /// What its figures are.
        public let kind: Kind
        /// The figures.
        public fileprivate(set) var samples: [Sample]
    }

    /// All figures, by family.
    public private(set) var families: [Family] = []

    /// No figures.
    public init() {}

    /// The figure of a family with these labels; nil where there is none.
    public subscript(_ name: String, labels: [String: String] = [:]) -> Double? {
        for family in families where name.hasPrefix(family.name) {
            let suffix = name.dropFirst(family.name.count)
            if let sample = family.samples.first(where: { $0.suffix == suffix && $0.labels == labels }) {
                return sample.value
            }
        }
        return nil
    }

    /// Adds a figure; the first of its family says what the family is.
    public mutating func add(
        _ name: String,
        _ kind: Kind,
        _ help: String,
        _ value: Double,
        labels: [String: String] = [:]
    ) {
        add(Sample(labels: labels, value: value), to: Family(name: name, help: help, kind: kind, samples: []))
    }

    /// Adds a histogram without labels.
    ///
    /// - Parameters:
    ///   - bounds: the upper bounds of its classes, rising.
    ///   - counts: how many values are in each class; the last, one more than there are bounds, has those above.
    ///   - sum: of all values.
    public mutating func addHistogram(
        _ name: String,
        _ help: String,
        bounds: [Double],
        counts: [UInt64],
        sum: Double
    ) {
        let family = Family(name: name, help: help, kind: .histogram, samples: [])
        var total: UInt64 = 0
        for (bound, count) in zip(bounds + [.infinity], counts) {
            total += count
            let labels = ["le": Self.text(bound)]
            add(Sample(suffix: "_bucket", labels: labels, value: Double(total)), to: family)
        }
        add(Sample(suffix: "_sum", labels: [:], value: sum), to: family)
        add(Sample(suffix: "_count", labels: [:], value: Double(total)), to: family)
    }

    private mutating func add(_ sample: Sample, to family: Family) {
        if let index = families.firstIndex(where: { $0.name == family.name }) {
            families[index].samples.append(sample)
        } else {
            var family = family
            family.samples = [sample]
            families.append(family)
        }
    }
}

extension Metrics {
    /// The figures in Prometheus's text format, version 0.0.4; its content type is
    /// `text/plain; version=0.0.4; charset=utf-8`.
    public var prometheusText: String {
        var text = ""
        for family in families {
            text += "# HELP \(family.name) \(Self.escaped(family.help, quotes: false))\n"
            text += "# TYPE \(family.name) \(family.kind.rawValue)\n"
            for sample in family.samples {
                let labels = sample.labels.sorted { $0.key < $1.key }
                    .map { "\($0.key)=\"\(Self.escaped($0.value, quotes: true))\"" }
                text += family.name + sample.suffix
                if !labels.isEmpty { text += "{\(labels.joined(separator: ","))}" }
                text += " \(Self.text(sample.value))\n"
            }
        }
        return text
    }

    private static func escaped(_ text: String, quotes: Bool) -> String {
        var escaped = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\\": escaped += "\\\\"
            case "\n": escaped += "\\n"
            case "\"" where quotes: escaped += "\\\""
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }

    private static func text(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value < 0 ? "-Inf" : "+Inf" }
        // Revisions are read by people, too: no exponent where the number is whole.
        return Int64(exactly: value).map { String($0) } ?? "\(value)"
    }
}
