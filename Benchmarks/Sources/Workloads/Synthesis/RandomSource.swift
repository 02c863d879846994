/// Numbers that look random and follow from a seed alone, on every machine and by every compiler.
///
/// SplitMix64 (Steele, Lea and Flood, 2014). The choices drawn from it are made here and not by the standard
/// library, whose ways may change.
public struct RandomSource: Sendable {
    private var state: UInt64

    /// Numbers that follow from a text (FNV-1a of its bytes).
    public init(seed: String) {
        state = seed.utf8.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01B3 }
    }

    /// The next number.
    public mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ value >> 30) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ value >> 27) &* 0x94D0_49BB_1331_11EB
        return value ^ value >> 31
    }

    /// A number from zero up to, but not including, a bound.
    ///
    /// - Precondition: the bound is positive.
    public mutating func below(_ bound: Int) -> Int {
        Int(next().multipliedFullWidth(by: UInt64(bound)).high)
    }

    /// A number in 0..<1.
    public mutating func unit() -> Double { Double(next() >> 11) * 0x1p-53 }

    /// One of an array that is not empty.
    public mutating func element<Element>(of array: [Element]) -> Element { array[below(array.count)] }

    /// The position of one of several weights, with a probability in proportion to it.
    public mutating func index(weights: [Int]) -> Int {
        var rest = below(weights.reduce(0, +))
        for (index, weight) in weights.enumerated() {
            if rest < weight { return index }
            rest -= weight
        }
        return weights.count - 1
    }

    /// Different numbers below a bound, in random order.
    ///
    /// - Complexity: O(count²), for the small counts that are drawn here.
    public mutating func sample(_ count: Int, below bound: Int) -> [Int] {
        var chosen: [Int] = []
        while chosen.count < min(count, bound) {
            let next = below(bound)
            if !chosen.contains(next) { chosen.append(next) }
        }
        return chosen
    }

    /// Different elements of an array, in random order.
    public mutating func sample<Element>(_ count: Int, of array: [Element]) -> [Element] {
        sample(count, below: array.count).map { array[$0] }
    }

    /// Brings an array into random order (Fisher and Yates).
    public mutating func shuffle<Element>(_ array: inout [Element]) {
        for index in array.indices.reversed() { array.swapAt(index, below(index + 1)) }
    }
}
