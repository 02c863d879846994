import Testing

@testable import Measuring

@Suite("A histogram keeps any number of latencies in fixed memory, to within 1/128")
struct LatencyHistogramTests {
    static let values: [UInt64] = [
        0, 1, 127, 128, 255, 256, 257, 511, 512, 1_000, 4_097, 65_535, 1_000_003,
        123_456_789_012, 1 << 40 - 1,
    ]

    @Test("The bucket of a value holds it, and is no wider than 1/128 of it", arguments: values)
    func bucketBounds(value: UInt64) {
        let bucket = LatencyHistogram.bucket(of: value)
        let upper = LatencyHistogram.upperBound(ofBucket: bucket)
        #expect(upper >= value)
        #expect(upper - value <= value / 128)
        #expect(bucket == 0 || LatencyHistogram.upperBound(ofBucket: bucket - 1) < value)
    }

    @Test("Buckets follow one another without gap or overlap")
    func bucketsAreContiguous() {
        for bucket in 0..<(LatencyHistogram.bucketCount - 1) {
            let next = LatencyHistogram.upperBound(ofBucket: bucket) + 1
            #expect(LatencyHistogram.bucket(of: next) == bucket + 1)
        }
        #expect(LatencyHistogram.bucket(of: .max) == LatencyHistogram.bucketCount - 1)
    }

    @Test(
        "Percentiles of 1...100,000 are those of the sorted values, to within 1/128",
        arguments: [1, 50, 90, 99, 99.9, 99.99, 100]
    )
    func percentiles(percent: Double) {
        var histogram = LatencyHistogram()
        // In an order that is not ascending: 48,271 and 100,000 have no common divisor.
        for number in 0..<100_000 { histogram.record(UInt64(number * 48_271 % 100_000) + 1) }
        let exact = percent * 1_000
        let found = Double(histogram.percentile(percent))
        #expect(found >= exact)
        #expect(found <= exact * (1 + 1.0 / 128) + 1)
    }

    @Test("No percentile exceeds the maximum, and the hundredth is the maximum")
    func maximumIsExact() {
        var histogram = LatencyHistogram()
        for value in [1_000_001, 5, 70_003] as [UInt64] { histogram.record(value) }
        #expect(histogram.maximum == 1_000_001)
        #expect(histogram.minimum == 5)
        #expect(histogram.percentile(100) == 1_000_001)
        #expect(histogram.percentile(99) <= 1_000_001)
    }

    @Test("An empty histogram has zeros")
    func empty() {
        let histogram = LatencyHistogram()
        #expect(histogram.percentile(50) == 0)
        #expect(histogram.maximum == 0 && histogram.minimum == 0 && histogram.count == 0)
        #expect(histogram.buckets.isEmpty)
    }

    @Test("Merging two histograms gives the one that recorded everything")
    func merging() {
        var (all, even, odd) = (LatencyHistogram(), LatencyHistogram(), LatencyHistogram())
        for number in 0..<10_000 as Range<UInt64> {
            let value = number * number
            all.record(value)
            if number % 2 == 0 { even.record(value) } else { odd.record(value) }
        }
        even.merge(odd)
        #expect(even.count == all.count)
        #expect(even.maximum == all.maximum && even.minimum == all.minimum)
        #expect(even.buckets.elementsEqual(all.buckets, by: ==))
    }

    @Test("Counts of the buckets add up to the number of values")
    func bucketCounts() {
        var histogram = LatencyHistogram()
        for number in 0..<5_000 as Range<UInt64> { histogram.record(number * 977) }
        #expect(histogram.buckets.reduce(0) { $0 + $1.count } == 5_000)
        #expect(histogram.buckets.map(\.upperBound) == histogram.buckets.map(\.upperBound).sorted())
    }

    @Test("Recording a million values of every size stays in the memory of the beginning")
    func recordingMovesNothing() {
        var histogram = LatencyHistogram()
        let address = histogram.address
        for number in 0..<1_000_000 as Range<UInt64> { histogram.record(number &* 0x9E37_79B9_7F4A_7C15) }
        #expect(histogram.address == address)
        #expect(histogram.count == 1_000_000)
    }
}
