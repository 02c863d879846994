import PolicyLanguage
import Testing
import Vocabulary

/// Every finding of a text read as a policy: the faults where it is refused, the remarks where it is accepted.
func findings(
    _ text: String,
    as type: PolicyType = .identity,
    mode: ValidationMode = .strict,
    quotas: PolicyQuotas? = nil
) -> (isAccepted: Bool, diagnostics: [Diagnostic]) {
    do throws(InvalidDocument) {
        let reader = PolicyReader(mode: mode, quotas: quotas)
        return (true, try reader.read(SourceText(text), as: type).warnings)
    } catch {
        return (false, error.diagnostics)
    }
}

/// The codes of the errors for which a text is refused; nil where it is accepted.
func refusal(
    _ text: String,
    as type: PolicyType = .identity,
    mode: ValidationMode = .strict
) -> [DiagnosticCode]? {
    let (isAccepted, diagnostics) = findings(text, as: type, mode: mode)
    return isAccepted ? nil : diagnostics.filter { $0.severity == .error }.map(\.code)
}

/// The codes of the remarks on a text that is accepted; nil where it is refused.
func remarks(
    _ text: String,
    as type: PolicyType = .identity,
    mode: ValidationMode = .strict
) -> [DiagnosticCode]? {
    let (isAccepted, diagnostics) = findings(text, as: type, mode: mode)
    return isAccepted ? diagnostics.map(\.code) : nil
}

/// A policy of version 2012-10-17 around the members of one statement.
func policy(_ members: String, version: String? = "2012-10-17") -> String {
    let head = version.map { #""Version": "\#($0)", "# } ?? ""
    return #"{\#(head)"Statement": {\#(members)}}"#
}

/// An identity policy that allows everything under the members of a condition block.
func conditional(_ condition: String, effect: String = "Allow", version: String? = "2012-10-17") -> String {
    policy(
        #""Effect": "\#(effect)", "Action": "*", "Resource": "*", "Condition": {\#(condition)}"#,
        version: version
    )
}

/// An identity policy that allows everything on a resource given as JSON.
func onResource(_ json: String, element: String = "Resource", version: String? = "2012-10-17") -> String {
    policy(#""Effect": "Allow", "Action": "*", "\#(element)": \#(json)"#, version: version)
}

/// A resource policy that allows everything to a principal given as JSON.
func toPrincipal(_ json: String, element: String = "Principal") -> String {
    policy(#""Effect": "Allow", "\#(element)": \#(json), "Action": "*", "Resource": "*""#)
}

/// The statements of a policy that must be good.
func statements(
    _ text: String,
    as type: PolicyType = .identity,
    mode: ValidationMode = .strict
) throws -> [Statement] {
    try PolicyReader(mode: mode).read(SourceText(text), as: type).document.statements
}

/// A context of single values.
func context(_ pairs: [(String, String)]) throws -> RequestContext {
    try RequestContext(pairs.map { (key: UTF8Text($0.0), value: .single(UTF8Text($0.1))) })
}

/// Whether a pattern matches a text, by the definition and nothing else: every way is tried.
///
/// - Parameter stopsAtColon: whether wildcards match no colon.
func naiveMatch(
    _ pattern: ArraySlice<Unicode.Scalar>,
    _ text: ArraySlice<Unicode.Scalar>,
    stopsAtColon: Bool = false
)
    -> Bool
{
    guard let symbol = pattern.first else { return text.isEmpty }
    let rest = pattern.dropFirst()
    switch symbol {
    case "*":
        if naiveMatch(rest, text, stopsAtColon: stopsAtColon) { return true }
        guard let next = text.first, !(stopsAtColon && next == ":") else { return false }
        return naiveMatch(pattern, text.dropFirst(), stopsAtColon: stopsAtColon)
    case "?":
        guard let next = text.first, !(stopsAtColon && next == ":") else { return false }
        return naiveMatch(rest, text.dropFirst(), stopsAtColon: stopsAtColon)
    default:
        return text.first == symbol && naiveMatch(rest, text.dropFirst(), stopsAtColon: stopsAtColon)
    }
}

/// Every string over an alphabet, up to a length, the empty one first.
func allStrings(over alphabet: String, upTo length: Int) -> [String] {
    var all = [""]
    var longest = [""]
    for _ in 0..<length {
        longest = longest.flatMap { prefix in alphabet.map { prefix + String($0) } }
        all += longest
    }
    return all
}

/// Numbers that look random and are the same for the same seed.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
