import Vocabulary

/// Which texts an image holds, so that equal ones stand once: a hash table of places, which keeps no text.
struct StringTable: Sendable {
    private struct Entry: Sendable {
        var hash: UInt64 = 0
        var place = StringRef()
    }

    private var entries: [Entry] = []
    private var filledCount = 0

    /// The place of a text among the bytes of an image from `start` on, if it stands there.
    ///
    /// - Parameter hash: the text's, under a secret seed.
    func place(of text: UTF8Text, _ hash: UInt64, in bytes: [UInt8], from start: Int) -> StringRef? {
        guard !entries.isEmpty else { return nil }
        var index = Int(truncatingIfNeeded: hash) & (entries.count - 1)
        while entries[index].place.count > 0 {
            let place = entries[index].place
            if entries[index].hash == hash, Int(place.count) == text.count {
                let first = Int(place.offset) - start
                if UTF8Text(bytes[first..<(first + text.count)]) == text { return place }
            }
            index = (index + 1) & (entries.count - 1)
        }
        return nil
    }

    /// Notes where a text that is not there yet stands.
    mutating func insert(_ place: StringRef, _ hash: UInt64) {
        if (filledCount + 1) * 2 > entries.count {
            let old = entries
            entries = Array(repeating: Entry(), count: max(64, old.count * 2))
            for entry in old where entry.place.count > 0 { fill(entry) }
        }
        fill(Entry(hash: hash, place: place))
        filledCount += 1
    }

    private mutating func fill(_ entry: Entry) {
        var index = Int(truncatingIfNeeded: entry.hash) & (entries.count - 1)
        while entries[index].place.count > 0 { index = (index + 1) & (entries.count - 1) }
        entries[index] = entry
    }
}
