/// A table of bounded size: what has not been used for longest makes room, among the few that share a place.
struct BoundedCache<Value: AnyObject> {
    private struct Slot {
        var hash: UInt64 = 0
        var used: UInt64 = 0
        var value: Value?
    }

    private static var ways: Int { 4 }
    private var slots: [Slot]
    private var clock: UInt64 = 0

    /// A table for so many values, a power of two from four on.
    init(capacity: Int) { slots = Array(repeating: Slot(), count: capacity) }

    /// The value of a hash that also is the one looked for.
    @inline(__always)
    mutating func find(_ hash: UInt64, _ isSame: (Value) -> Bool) -> Value? {
        let first = place(of: hash)
        for index in first..<(first + Self.ways) {
            guard slots[index].hash == hash, let value = slots[index].value, isSame(value) else { continue }
            clock &+= 1
            slots[index].used = clock
            return value
        }
        return nil
    }

    /// Keeps a value that was not found.
    mutating func insert(_ value: Value, _ hash: UInt64) {
        let first = place(of: hash)
        var oldest = first
        for index in first..<(first + Self.ways) {
            if slots[index].value == nil {
                oldest = index
                break
            }
            if slots[index].used < slots[oldest].used { oldest = index }
        }
        clock &+= 1
        slots[oldest] = Slot(hash: hash, used: clock, value: value)
    }

    /// Forgets a value.
    mutating func remove(_ value: Value, _ hash: UInt64) {
        let first = place(of: hash)
        for index in first..<(first + Self.ways) where slots[index].value === value {
            slots[index] = Slot()
        }
    }

    private func place(of hash: UInt64) -> Int {
        let sets = UInt64(slots.count / Self.ways)
        return Int(truncatingIfNeeded: CacheHash.mix(hash) % max(1, sets)) * Self.ways
    }
}

/// Hashes of what caches look for; what is found is compared in full.
enum CacheHash {
    /// A hash of the end of a proof and its length: of a token that is its signature, which nobody chooses freely.
    static func hash(_ proof: Span<UInt8>, rule: Int) -> UInt64 {
        var hash = UInt64(truncatingIfNeeded: proof.count) << 16 ^ UInt64(truncatingIfNeeded: rule)
        for index in max(0, proof.count - 32)..<proof.count {
            hash = (hash ^ UInt64(proof[index])) &* 0x0000_0100_0000_01B3
        }
        return mix(hash)
    }

    static func hash(route: Int, caller: UInt32, present: UInt32) -> UInt64 {
        let low = UInt64(truncatingIfNeeded: route) << 32 | UInt64(caller)
        return mix(low ^ UInt64(present) &* 0x9E37_79B9_7F4A_7C15)
    }

    /// Spreads every bit over all.
    @inline(__always)
    static func mix(_ value: UInt64) -> UInt64 {
        var value = value
        value = (value ^ value >> 30) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ value >> 27) &* 0x94D0_49BB_1331_11EB
        return value ^ value >> 31
    }
}
