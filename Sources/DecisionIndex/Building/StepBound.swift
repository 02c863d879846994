import Vocabulary

/// The most steps that the parts of a check can take.
///
/// A step is one byte compared, one entry of a table looked at, or one word of an automaton, 64 states, cleared
/// or moved on by a byte of text. The bound holds for every request with at most
///
/// - 2,048 bytes in its resource, and in each value of its context or credential,
/// - 64 values of 256 bytes under a key that has several,
/// - 128 bytes in its action,
/// - 128 context keys and tags together,
///
/// which are AWS's own sizes, rounded up. Beyond them steps grow with the sizes, and where patterns hold
/// variables with the square of a text's length. It is a bound, not a forecast: it takes every Deny and every
/// Allow to be tried, every list to be read to its end, and no pattern to fail early.
public enum StepBound {
    /// Bytes of a resource, or of one value.
    static let textBytes: UInt64 = 2_048
    /// Bytes of each of several values under one key.
    static let memberBytes: UInt64 = 256
    /// Bytes of an action.
    static let actionBytes: UInt64 = 128
    /// Values under one key that has several.
    static let memberCount: UInt64 = 64
    /// Context keys and tags that a look-up passes.
    static let entryCount: UInt64 = 128
    /// Names with one tag that a look-up may compare.
    private static let sameTagCount = UInt64(ImageVerifier.sameTagMax)

    /// The steps that a check of one policy may take unless told otherwise.
    public static let policyMax = 1 << 24
    /// The largest limit that can be set.
    public static let limitMax = 1 << 31 - 2

    /// Times that statements are tried: once for its effect, and once for values that cannot be read where
    /// those are errors (E19).
    static func passCount(_ options: OptionBits) -> UInt64 { options.contains(.unparsableIsError) ? 2 : 1 }

    /// Finding a key whose name, or whose part that matters, has so many bytes.
    static func lookUp(keyBytes: Int) -> UInt64 { entryCount + UInt64(keyBytes) }

    // MARK: Elements

    /// Actions written out, in one table.
    static func exactActions(count: Int, longestBytes: Int) -> UInt64 {
        UInt64(count) + sameTagCount * PatternBound.literal(bytes: longestBytes).steps(text: actionBytes)
    }

    /// A pattern of actions: two words first, then, unless they say all, the pattern.
    static func actionPattern(_ pattern: PatternBound, isDecidedByWords: Bool) -> UInt64 {
        isDecidedByWords ? 2 : 2 + pattern.steps(text: actionBytes)
    }

    /// An entry for principals, which is compared with the caller and with what stands behind it.
    static func principal(bytes: Int) -> UInt64 {
        1 + 2 * PatternBound.literal(bytes: bytes).steps(text: textBytes)
    }

    /// - Parameter operands: the steps of comparing a value with all operands.
    static func condition(
        _ code: ConditionCode,
        takesSeveral: Bool,
        keyBytes: Int,
        operands: ValueSteps
    ) -> UInt64 {
        var values = operands
        values += code.comparesTexts ? ValueSteps(1) : ValueSteps { $0 }
        let several = takesSeveral && code != .null ? memberCount * values.member : 0
        return lookUp(keyBytes: keyBytes) + max(values.single, several)
    }
}

/// The most steps of doing something with a value: with a single one, and with each of several.
struct ValueSteps {
    private(set) var single: UInt64
    private(set) var member: UInt64

    /// The same for each value.
    init(_ steps: UInt64) { (single, member) = (steps, steps) }

    /// Steps that depend on the bytes of the value.
    init(_ steps: (_ bytes: UInt64) -> UInt64) {
        (single, member) = (steps(StepBound.textBytes), steps(StepBound.memberBytes))
    }

    static func += (left: inout ValueSteps, right: ValueSteps) {
        left.single += right.single
        left.member += right.member
    }

    static func number(digits: Int) -> ValueSteps { ValueSteps { 1 + UInt64(digits) + $0 } }

    static var binary: ValueSteps { ValueSteps { 1 + $0 } }
}

/// What the steps of a pattern depend on.
enum PatternBound {
    case everything
    case literal(bytes: Int)
    case glob(bytes: Int)
    /// Symbols with wildcards and variables among them, and the steps of finding the variables' values once.
    case symbols(count: Int, lookUps: UInt64, hasVariables: Bool)

    /// Words that an automaton has for each word of its states.
    private static let rowCount = UInt64(Automaton.rowCount)

    /// The steps of matching a text of so many bytes.
    func steps(text: UInt64) -> UInt64 {
        switch self {
        case .everything: return 1
        case .literal(let bytes): return 1 + min(UInt64(bytes), text)
        case .glob(let bytes): return 1 + UInt64(bytes) + text
        case .symbols(let count, let lookUps, let hasVariables):
            // A pattern with more states than the text has bytes is never run.
            let states = hasVariables ? text : min(UInt64(count), text)
            let width = states / 64 + 1
            return 1 + 2 * (UInt64(count) + lookUps) + states + width * (Self.rowCount + text)
        }
    }

    /// The steps of comparing a text with a template, which has no wildcards.
    func templateSteps(text: UInt64) -> UInt64 {
        guard case .symbols(let count, let lookUps, _) = self else { return steps(text: text) }
        return 1 + UInt64(count) + lookUps + text
    }
}

extension ConditionCode {
    /// Whether values are taken as they are, not read as something else first.
    var comparesTexts: Bool {
        switch self {
        case .stringLike, .stringNotLike, .null: true
        default: comparesWholeTexts
        }
    }
}
