import Vocabulary

/// Sorts the actions of a chunk's statements: those written out, those with wildcards, and which services and
/// names they can concern at all.
struct ActionFilter {
    struct Pattern {
        let plan: ActionPlan
        var statements: UInt64
    }

    private let seed: UInt64
    private var exactByName: [UTF8Text: Int] = [:]
    private var patternByText: [UTF8Text: Int] = [:]
    private(set) var exact: [(name: UTF8Text, statements: UInt64)] = []
    private(set) var patterns: [Pattern] = []
    private(set) var negated: UInt64 = 0
    private(set) var serviceMask: UInt32 = 0
    private(set) var nameMask: UInt64 = 0

    init(seed: UInt64) { self.seed = seed }

    /// An empty list never applies (B10), so that its statement gets no bit anywhere.
    mutating func add(_ actions: ElementPlan<ActionPlan>, bit: UInt64) {
        switch actions {
        case .absent: break
        case .positive(let plans):
            for plan in plans { add(plan, bit, isNegated: false) }
        case .negated(let plans):
            if plans.isEmpty { return }
            negated |= bit
            serviceMask = .max
            for plan in plans { add(plan, bit, isNegated: true) }
        }
    }

    private mutating func add(_ plan: ActionPlan, _ bit: UInt64, isNegated: Bool) {
        if case .exact(let name) = plan.pattern {
            // No action has an empty name, and in the table it would be an empty slot.
            if name.isEmpty { return }
            if let index = exactByName[name] {
                exact[index].statements |= bit
            } else {
                exactByName[name] = exact.count
                exact.append((name, bit))
            }
        } else if let index = patternByText[plan.text] {
            patterns[index].statements |= bit
        } else {
            patternByText[plan.text] = patterns.count
            patterns.append(Pattern(plan: plan, statements: bit))
        }
        if !isNegated { widenMasks(plan) }
    }

    /// Widens the masks by what an action that matches must look like.
    private mutating func widenMasks(_ plan: ActionPlan) {
        let literal = plan.literalPrefix
        guard let colon = literal.firstOffset(of: UInt8(ascii: ":")) else {
            serviceMask = .max
            return
        }
        let key = ActionKey(literal, colon: colon, seed: seed)
        if literal.count - colon > 3 || literal.count == plan.text.count {
            nameMask |= key.nameBit
        } else {
            serviceMask |= key.serviceBit
        }
    }
}

extension ActionKey {
    /// The key of a text of the control plane.
    init(_ text: UTF8Text, colon: Int, seed: UInt64) {
        self = text.withView { ActionKey($0, colon: colon, seed: seed) }
    }
}

extension ElementPlan<ActionPlan> {
    /// The actions that have a place in the tables: each text once, and none that is empty.
    var distinctCount: Int {
        switch self {
        case .absent: 0
        case .positive(let plans), .negated(let plans):
            Set(plans.lazy.map(\.text).filter { !$0.isEmpty }).count
        }
    }
}

extension ActionPlan {
    /// The bytes before the first wildcard.
    var literalPrefix: UTF8Text {
        UTF8Text(text.bytes.prefix { $0 != UInt8(ascii: "*") && $0 != UInt8(ascii: "?") })
    }
}

extension UTF8Text {
    /// Eight bytes from an offset on as a word, least byte first; zeros where there are fewer.
    func word(at offset: Int) -> UInt64 {
        var word: UInt64 = 0
        for index in 0..<min(8, max(0, count - offset)) {
            word |= UInt64(self[offset + index]) << UInt64(index * 8)
        }
        return word
    }
}

/// XXH3 over texts, as look-ups over the image compute it.
enum SeededHash {
    static func hash(_ text: UTF8Text, seed: UInt64) -> UInt64 {
        text.withView { $0.hash(seed: seed) }
    }
}

extension UTF8Text {
    /// Lends the bytes as the data plane sees them.
    @inline(__always)
    func withView<Result, Failure: Error>(
        _ body: (ByteView) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try ByteView.lend(bytes.span, body)
    }
}

/// The checksum of an image: XXH3 over all its bytes but the checksum itself.
enum ImageChecksum {
    private static let position = 24..<32

    static func of(_ bytes: [UInt8]) -> UInt64 {
        let head = SeededHash.hash(UTF8Text(bytes[..<position.lowerBound]), seed: 1)
        return SeededHash.hash(UTF8Text(bytes[position.upperBound...]), seed: head)
    }
}
