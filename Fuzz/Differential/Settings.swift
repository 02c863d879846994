/// What the command line asks for.
struct Settings: Sendable {
    static let usage = """
        usage: Differential [--requests N] [--seconds S] [--seed X] [--world X] [--worlds-file OUT]
               Differential --managed FILE [--requests N] [--seed X] [--worlds-file OUT]
               Differential --resources [--requests N] [--seconds S] [--seed X] [--world X]

        Asks the reference evaluator and the decision index the same random questions.

          --requests N        requests in all (default 200000 unless --seconds is given)
          --seconds S         stop after so many seconds
          --seed X            the seed of the whole run; random by default
          --world X           only the world of this seed, as a difference names it
          --managed FILE      real policies, one JSON object a line with `name` and `document`; FILE may be
                              left to corpora/managed-policies.jsonl in the folder PORTCULLIS_SHARED
          --resources         each question about many resources in one call, and without a resource
          --worlds-file OUT   where differences are written as conformance vectors, one a line
                              (default differential-mismatches.jsonl)

        Exit codes: 0 no difference, 1 a difference, 2 a wrong command line or input.
        """

    var requests: Int?
    var seconds: Int?
    var seed = UInt64.random(in: .min ... .max)
    var world: UInt64?
    var isManaged = false
    var asksAboutResources = false
    var managedFile: String?
    var worldsFile = "differential-mismatches.jsonl"

    /// Nil for a wrong command line.
    init?(_ arguments: [String]) {
        var rest = arguments[...]
        while let option = rest.popFirst() {
            if option == "--resources" {
                asksAboutResources = true
                continue
            }
            if option == "--managed" {
                isManaged = true
                if let next = rest.first, !next.hasPrefix("--") { managedFile = rest.popFirst() }
                continue
            }
            guard let value = rest.popFirst() else { return nil }
            switch option {
            case "--requests":
                guard let number = Int(value), number > 0 else { return nil }
                requests = number
            case "--seconds":
                guard let number = Int(value), number > 0 else { return nil }
                seconds = number
            case "--seed":
                guard let number = UInt64(value) else { return nil }
                seed = number
            case "--world":
                guard let number = UInt64(value) else { return nil }
                world = number
            case "--worlds-file": worldsFile = value
            default: return nil
            }
        }
        if requests == nil, seconds == nil {
            requests = isManaged ? 1_000_000 : asksAboutResources ? 10_000 : 200_000
        }
    }
}
