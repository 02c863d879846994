import Portcullis

/// Refuses what takes access away from too many principals, or gives it to too many.
///
/// It errs to the safe side, as ``PolicySetDifference`` does. What cannot be compared is refused: a compiled snapshot
/// in place of another. The first activation passes.
public struct DifferenceLimit: UpdateGate {
    /// How many principals may lose access or be gone; nil for any number.
    public var losingPrincipalsMax: Int?
    /// How many principals may gain access or be new; nil for any number.
    public var gainingPrincipalsMax: Int?
    /// How many resources may be tightened; nil for any number.
    public var tightenedResourcesMax: Int?
    /// How many resources may be loosened; nil for any number.
    public var loosenedResourcesMax: Int?

    /// What people call it.
    public var name: String { "difference" }

    /// Without any limit, until some are set.
    public init() {}

    /// Principals that a refusal names.
    private static let namedMax = 10

    /// Counts whom the proposal concerns.
    public func judge(_ proposal: Proposal) throws(GateRefusal) -> [String] {
        guard proposal.current != nil else { return [] }
        guard let difference = proposal.difference else {
            throw GateRefusal(
                "compiled snapshots cannot be compared; publish policies, or do without this gate"
            )
        }
        let losing = difference.removedPrincipals + difference.mayLose
        let gaining = difference.addedPrincipals + difference.mayGain
        try check(losing, losingPrincipalsMax, "removes access from", "principals")
        try check(gaining, gainingPrincipalsMax, "gives access to", "principals")
        try check(difference.tightenedResources, tightenedResourcesMax, "tightens", "resources")
        try check(difference.loosenedResources, loosenedResourcesMax, "loosens", "resources")
        return [difference.description]
    }

    private func check(
        _ names: [UTF8Text],
        _ max: Int?,
        _ verb: String,
        _ noun: String
    ) throws(GateRefusal) {
        guard let max, names.count > max else { return }
        let named = names.prefix(Self.namedMax).map(\.description).joined(separator: ", ")
        let more = names.count > Self.namedMax ? ", and \(names.count - Self.namedMax) more" : ""
        throw GateRefusal("this change \(verb) \(names.count) \(noun), \(max) are allowed: \(named)\(more)")
    }
}
