import Portcullis

/// A path in which some segments are captured: `/v1/models/{model}`.
struct PathTemplate: Sendable {
    enum Segment: Sendable, Equatable {
        case literal(UTF8Text)
        case capture(UTF8Text)
        /// All segments from here on.
        case rest(UTF8Text)

        /// Less is more specific.
        fileprivate var rank: Int {
            switch self {
            case .literal: 0
            case .capture: 1
            case .rest: 2
            }
        }

        var captureName: UTF8Text? {
            switch self {
            case .literal: nil
            case .capture(let name), .rest(let name): name
            }
        }
    }

    /// More segments than templates have.
    static let segmentCountMax = 64

    let segments: [Segment]

    var restIndex: Int? {
        guard let last = segments.last, last.rank == 2 else { return nil }
        return segments.count - 1
    }

    /// How two templates stand to each other.
    enum Relation {
        /// No path matches both.
        case disjoint
        case equal
        /// Each path that matches the one matches the other.
        case moreSpecific, lessSpecific
        /// Some paths match both, and each has others.
        case overlapping
    }

    func relation(to other: PathTemplate) -> Relation {
        var (isMore, isLess) = (false, false)
        for index in 0..<max(segments.count, other.segments.count) {
            guard let one = segment(at: index), let two = other.segment(at: index) else { return .disjoint }
            if case .literal(let one) = one, case .literal(let two) = two {
                if one != two { return .disjoint }
            } else if one.matchesNothing || two.matchesNothing {
                return .disjoint
            }
            isMore = isMore || one.rank < two.rank
            isLess = isLess || one.rank > two.rank
        }
        // As long as each other, one of them may still go on.
        switch (isMore, isLess) {
        case (false, false): return .equal
        case (true, false): return .moreSpecific
        case (false, true): return .lessSpecific
        case (true, true): return .overlapping
        }
    }

    /// The segment at a position; that of the rest goes on for ever.
    private func segment(at index: Int) -> Segment? {
        if index < segments.count { return segments[index] }
        return restIndex == nil ? nil : segments.last
    }

    /// Whether this is to be tried before another one that matches the same path.
    func comes(before other: PathTemplate) -> Bool {
        for (one, two) in zip(segments, other.segments) where one.rank != two.rank {
            return one.rank < two.rank
        }
        return false
    }
}

extension PathTemplate.Segment {
    /// Whether this is the empty text after a final slash, which no capture takes.
    fileprivate var matchesNothing: Bool { self == .literal("") }
}
