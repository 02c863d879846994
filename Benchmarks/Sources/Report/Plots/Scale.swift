import Foundation

/// Where values stand along an axis.
struct Scale {
    enum Kind { case linear, logarithmic }

    let kind: Kind
    /// The values at both ends.
    let domain: ClosedRange<Double>
    /// The places of both ends, in the picture's units; a vertical axis runs downwards.
    let places: (Double, Double)

    /// A scale around values that ends at round numbers.
    init(_ kind: Kind, around values: [Double], places: (Double, Double)) {
        self.kind = kind
        self.places = places
        let positive = values.filter { $0.isFinite && (kind == .linear || $0 > 0) }
        let least = positive.min() ?? 1
        let most = positive.max() ?? 1
        switch kind {
        case .linear:
            let end = most > 0 ? most : 1
            let step = Self.step(of: end)
            domain = 0...((end / step).rounded(.up) * step)
        case .logarithmic:
            let low = Self.roundedDown(least)
            domain = low...max(Self.roundedUp(most), low * 5)
        }
    }

    /// A linear scale from the first to the last of some values.
    init(between values: ClosedRange<Double>, places: (Double, Double)) {
        kind = .linear
        domain = values.lowerBound < values.upperBound ? values : values.lowerBound...(values.lowerBound + 1)
        self.places = places
    }

    func place(of value: Double) -> Double {
        let part: Double
        switch kind {
        case .linear:
            part = (value - domain.lowerBound) / (domain.upperBound - domain.lowerBound)
        case .logarithmic:
            let (low, high) = (log10(domain.lowerBound), log10(domain.upperBound))
            part = (log10(max(value, domain.lowerBound)) - low) / (high - low)
        }
        return places.0 + part * (places.1 - places.0)
    }

    /// Values for lines across the picture, in ascending order; at most nine.
    var ticks: [Double] {
        switch kind {
        case .linear:
            let step = Self.step(of: domain.upperBound)
            return Array(stride(from: 0, through: domain.upperBound * 1.0001, by: step))
        case .logarithmic:
            let decades = log10(domain.upperBound / domain.lowerBound)
            let factors: [Double] = decades < 2 ? [1, 2, 5] : decades < 3.5 ? [1, 3] : [1]
            var power = pow(10, Foundation.floor(log10(domain.lowerBound)))
            var found: [Double] = []
            while power <= domain.upperBound * 1.0001 {
                found += factors.map { $0 * power }
                power *= 10
            }
            let inside = found.filter { $0 >= domain.lowerBound * 0.9999 && $0 <= domain.upperBound * 1.0001 }
            return inside.count <= 9
                ? inside : inside.enumerated().filter { $0.offset % 2 == 0 }.map(\.element)
        }
    }

    /// Those of some ascending values that stand so far from the one before that their texts do not touch.
    func apart(_ values: [Double], by distance: Double) -> [Double] {
        var kept: [Double] = []
        for value in values {
            if let last = kept.last, place(of: value) - place(of: last) < distance { continue }
            kept.append(value)
        }
        return kept
    }

    /// A round step that divides a length into about five.
    private static func step(of length: Double) -> Double {
        let power = pow(10, Foundation.floor(log10(length / 5)))
        let factor = [1.0, 2, 5, 10].first { length / ($0 * power) <= 5.5 } ?? 10
        return factor * power
    }

    private static func roundedDown(_ value: Double) -> Double {
        let power = pow(10, Foundation.floor(log10(value)))
        return ([5.0, 2, 1].first { value >= $0 * power * 0.9999 } ?? 1) * power
    }

    private static func roundedUp(_ value: Double) -> Double {
        let power = pow(10, Foundation.floor(log10(value)))
        return ([1.0, 2, 5, 10].first { value <= $0 * power * 1.0001 } ?? 10) * power
    }
}
