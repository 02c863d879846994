/// Figures with their names and labels, as a program reads them; ``prometheusText`` is how Prometheus does.
public struct Metrics: Sendable, Hashable {
    /// What a figure is.
    public enum Kind: String, Sendable {
        /// It only grows, until the process ends.
        case counter
        /// It is as it is now.
        case gauge
    }

    /// One figure.
    public struct Sample: Sendable, Hashable {
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
        families.first { $0.name == name }?.samples.first { $0.labels == labels }?.value
    }

    /// Adds a figure; the first of its family says what the family is.
    public mutating func add(
        _ name: String,
        _ kind: Kind,
        _ help: String,
        _ value: Double,
        labels: [String: String] = [:]
    ) {
        let sample = Sample(labels: labels, value: value)
        if let index = families.firstIndex(where: { $0.name == name }) {
            families[index].samples.append(sample)
        } else {
            families.append(Family(name: name, help: help, kind: kind, samples: [sample]))
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
                text += family.name
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
