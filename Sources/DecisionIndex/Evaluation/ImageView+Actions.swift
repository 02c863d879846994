extension ImageView {
    /// The statements of a chunk that concern an action, as bits (D1, D2).
    ///
    /// - Parameter matches: decides a pattern that the first sixteen bytes do not.
    @inline(__always)
    func statements(
        of policy: UInt32,
        _ key: ActionKey,
        _ action: ByteView,
        _ matches: (PatternRecord) -> Bool
    ) -> UInt64 {
        let exact = exactStatements(self[PolicyRecord.self, at: policy].actionSlots, key, action)
        let patterns = self[PolicyRecord.self, at: policy].actionPatterns
        let matched = exact | patternStatements(patterns, key, matches)
        return matched ^ self[PolicyRecord.self, at: policy].negatedActions
    }

    /// The statements that list the action as it is.
    @inline(__always)
    private func exactStatements(_ slots: ListRef, _ key: ActionKey, _ action: ByteView) -> UInt64 {
        guard slots.count > 0 else { return 0 }
        let mask = slots.count &- 1
        var index = key.probe & mask
        while true {
            let name = self[ActionSlot.self, slots, Int(index)].name
            if name.count == 0 { return 0 }
            if self[ActionSlot.self, slots, Int(index)].tag == key.tag, bytes(name).equals(action) {
                return self[ActionSlot.self, slots, Int(index)].statements
            }
            index = (index &+ 1) & mask
        }
    }

    /// The statements of the action patterns that match.
    ///
    /// Which of a few agree cannot be guessed, so that for them the words are added up rather than branched on; of
    /// a long list nearly none do.
    @inline(__always)
    private func patternStatements(
        _ patterns: ListRef,
        _ key: ActionKey,
        _ matches: (PatternRecord) -> Bool
    ) -> UInt64 {
        var matched: UInt64 = 0
        let isLong = patterns.count > 8
        for index in patterns.indices {
            let first = self[ActionPatternRecord.self, patterns, index].firstWord
            var differences =
                key.firstWord & self[ActionPatternRecord.self, patterns, index].firstMask ^ first
            if isLong, differences != 0 { continue }
            let second = self[ActionPatternRecord.self, patterns, index].secondWord
            differences |=
                key.secondWord & self[ActionPatternRecord.self, patterns, index].secondMask ^ second
            let isDecided = self[ActionPatternRecord.self, patterns, index].isDecidedByWords
            // All ones where the words agree and say all.
            let agree = UInt64(bitPattern: Int64(differences.isNotZero)) &- 1
            matched |= self[ActionPatternRecord.self, patterns, index].statements & agree & (0 &- isDecided)
            if differences | isDecided == 0,
                matches(self[ActionPatternRecord.self, patterns, index].pattern)
            {
                matched |= self[ActionPatternRecord.self, patterns, index].statements
            }
        }
        return matched
    }
}

extension UInt64 {
    /// 1, or 0 for zero, without a branch that nobody could guess.
    @inline(__always) var isNotZero: Int { Int(truncatingIfNeeded: (self | (0 &- self)) >> 63) }
}
