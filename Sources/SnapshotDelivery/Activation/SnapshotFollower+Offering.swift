import Portcullis

extension SnapshotFollower {
    /// The wall clock, in seconds since 1970.
    package var now: Int64 { settings.clock.wallSecond }

    /// Accepts or refuses a bundle at once, by the same rules as what a source hands over, but without gates: for the
    /// conformance suite, which offers one after the other and waits for nothing.
    ///
    /// - Throws: ``DeliveryError``; what was in force stays in force.
    package func offer(bundle bytes: [UInt8]) throws(DeliveryError) {
        guard case .signed(let rules) = settings.trust else {
            throw DeliveryError(.signature, "no key is configured by which it could be verified")
        }
        let standing = parts.enforcement.standing
        let loader = CandidateLoader(settings: settings)
        guard case .candidate(let candidate, let history) = try loader.load(bundle: bytes, rules, standing)
        else { return }
        _ = parts.enforcement.activate(candidate, history, turn: standing.turn) {
            parts.noteContent(candidate)
        }
    }
}
