import Vocabulary

/// Patterns whose only wildcard is an unrestricted `*`.
enum Glob {
    /// Linear in text and pattern: each literal stretch is taken where it first stands.
    @inline(never)
    static func matches(_ pattern: ByteView, _ text: ByteView) -> Bool {
        guard var star = pattern.firstOffset(of: UInt8(ascii: "*")) else { return text.equals(pattern) }
        guard text.begins(with: pattern[0..<star]) else { return false }
        var rest = text.dropFirst(star)
        while let next = pattern.firstOffset(of: UInt8(ascii: "*"), from: star + 1) {
            let stretch = pattern[(star + 1)..<next]
            if !stretch.isEmpty {
                guard let found = rest.firstRange(of: stretch) else { return false }
                rest = rest.dropFirst(found + stretch.count)
            }
            star = next
        }
        return rest.ends(with: pattern.dropFirst(star + 1))
    }
}
