/// Counts of nanosecond values in fixed memory, each value known to within one part in 128.
///
/// Values below 256 have a bucket each. Every doubling beyond is cut into 128 equal buckets, so that a bucket
/// is never wider than 1/128 of the values in it (0.8 %). Values beyond 2⁴⁰ ns, eighteen minutes, fall into the
/// last bucket; ``maximum`` is exact all the same. The layout is that of HdrHistogram with other constants.
public struct LatencyHistogram: Sendable {
    @usableFromInline static let stepBits = 7
    @usableFromInline static let valueBits = 40
    /// How many buckets there are, whatever is recorded.
    public static let bucketCount = (valueBits - stepBits + 1) << stepBits

    @usableFromInline var counts: [UInt64]
    /// How many values were recorded.
    public var count: UInt64 { total }
    @usableFromInline var total: UInt64 = 0
    /// The largest value, exact; zero when there is none.
    public var maximum: UInt64 { highest }
    @usableFromInline var highest: UInt64 = 0
    /// The smallest value, exact; zero when there is none.
    public var minimum: UInt64 { count == 0 ? 0 : lowest }
    @usableFromInline var lowest = UInt64.max

    /// An empty histogram; all the memory it will ever have is taken here.
    public init() { counts = [UInt64](repeating: 0, count: Self.bucketCount) }

    /// Counts a value; allocates nothing as long as no copy of the histogram shares its memory.
    ///
    /// - Complexity: O(1).
    @inlinable public mutating func record(_ value: UInt64) {
        counts[Self.bucket(of: value)] &+= 1
        total &+= 1
        if value > highest { highest = value }
        if value < lowest { lowest = value }
    }

    /// Adds what another histogram has counted.
    public mutating func merge(_ other: LatencyHistogram) {
        for index in counts.indices { counts[index] &+= other.counts[index] }
        total &+= other.total
        highest = max(highest, other.highest)
        lowest = min(lowest, other.lowest)
    }

    /// The value that so many of a hundred do not exceed: the upper bound of its bucket, at most the maximum.
    ///
    /// Zero when nothing was recorded.
    ///
    /// - Precondition: `percent` lies in 0...100.
    public func percentile(_ percent: Double) -> UInt64 {
        precondition((0...100).contains(percent), "a percentile lies between 0 and 100")
        guard count > 0 else { return 0 }
        let rank = max(1, UInt64((percent / 100 * Double(count)).rounded(.up)))
        var seen: UInt64 = 0
        for index in counts.indices {
            seen += counts[index]
            if seen >= rank { return min(Self.upperBound(ofBucket: index), maximum) }
        }
        return maximum
    }

    /// The buckets that hold something, in ascending order.
    public var buckets: [(upperBound: UInt64, count: UInt64)] {
        counts.indices.lazy.filter { counts[$0] > 0 }.map { (Self.upperBound(ofBucket: $0), counts[$0]) }
    }

    /// Where the bucket's memory begins, for tests that ask whether it moved.
    var address: UInt { unsafe counts.withUnsafeBufferPointer { UInt(bitPattern: $0.baseAddress) } }

    /// The number of a value's bucket.
    @inlinable static func bucket(of value: UInt64) -> Int {
        let steps = UInt64(1) << UInt64(stepBits)
        let value = min(value, UInt64(1) << UInt64(valueBits) - 1)
        guard value >= 2 * steps else { return Int(value) }
        let shift = (UInt64.bitWidth - 1 - value.leadingZeroBitCount) - stepBits
        return shift << stepBits + Int(value >> UInt64(shift))
    }

    /// The largest value of a bucket.
    static func upperBound(ofBucket bucket: Int) -> UInt64 {
        let steps = 1 << stepBits
        guard bucket >= 2 * steps else { return UInt64(bucket) }
        let shift = bucket >> stepBits - 1
        let first = UInt64(bucket - shift << stepBits) << UInt64(shift)
        return first + (UInt64(1) << UInt64(shift)) - 1
    }
}
