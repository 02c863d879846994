import Portcullis

/// What requests of one path and some methods mean.
struct Route: Sendable {
    let name: UTF8Text
    let methods: MethodSet
    let path: PathTemplate
    let isDryRun: Bool
    /// Nil for a route that is not protected.
    let question: RouteQuestion?
}

/// Methods by their positions in the mapping's list.
struct MethodSet: Sendable, Equatable {
    /// More different methods than a mapping needs.
    static let countMax = 64

    var bits: UInt64 = 0
    /// Whether it also has the methods that no other route of the path lists.
    var hasOthers = false

    func contains(_ method: Int) -> Bool { bits >> UInt64(truncatingIfNeeded: method) & 1 == 1 }

    func overlaps(_ other: MethodSet) -> Bool { hasOthers || other.hasOthers || bits & other.bits != 0 }

    /// Whether two routes of the same path would answer the same requests.
    func collides(_ other: MethodSet) -> Bool {
        hasOthers && other.hasOthers || bits & other.bits != 0
    }
}

/// The question that a protected route asks.
final class RouteQuestion: Sendable {
    let action: UTF8Text
    let resource: ResourceTemplate
    let account: AccountID?
    let facts: [RouteFact]
    /// The keys of the facts in one run.
    let keys: [UInt8]
    /// Facts that every request has alike.
    let constants: [(key: UTF8Text, value: UTF8Text)]
    /// The parameters of the query that facts come from.
    let parameters: [[UInt8]]
    /// Positions of the callers that it accepts, in the order in which they are tried.
    let callers: [Int]

    init(
        action: UTF8Text,
        resource: ResourceTemplate,
        account: AccountID?,
        facts: FactList,
        callers: [Int]
    ) {
        self.action = action
        self.resource = resource
        self.account = account
        self.facts = facts.facts
        keys = facts.keys
        constants = facts.constants
        parameters = facts.parameters
        self.callers = callers
    }
}

/// A resource's name with captured parts, as one run of bytes and the places where parts go in.
struct ResourceTemplate: Sendable {
    struct Piece: BitwiseCopyable, Sendable {
        /// Literal bytes of the template before the captured part.
        let literalStart: Int
        let literalEnd: Int
        /// The captured segment; -1 after the last literal.
        let segment: Int
        let isRest: Bool
        let refusesColon: Bool
    }

    let bytes: [UInt8]
    let pieces: [Piece]

    /// Appends the name that a path makes; false for captured text that could mean something in it.
    func write(_ target: borrowing RequestTarget, to output: inout [UInt8]) -> Bool {
        let path = target.path.span
        for piece in pieces {
            ByteScan.append(bytes.span.extracting(piece.literalStart..<piece.literalEnd), to: &output)
            guard piece.segment >= 0 else { continue }
            guard let range = target.range(piece.segment, isRest: piece.isRest) else { return false }
            for index in range {
                switch path[index] {
                case UInt8(ascii: "*"), UInt8(ascii: "?"), UInt8(ascii: "$"): return false
                case UInt8(ascii: ":"): if piece.refusesColon { return false }
                default: break
                }
            }
            ByteScan.append(path.extracting(range), to: &output)
        }
        return true
    }
}

extension RequestTarget {
    /// Where a captured part stands in the path; nil where the path is shorter.
    func range(_ segment: Int, isRest: Bool) -> Range<Int>? {
        guard segment >= 0, segment < segments.count else { return nil }
        return segments[segment].start..<(isRest ? path.count : segments[segment].end)
    }
}

/// One fact of a question and where it comes from.
struct RouteFact: BitwiseCopyable, Sendable {
    enum Source: BitwiseCopyable, Sendable {
        case capture(segment: Int, isRest: Bool)
        case header(WatchedHeaders.ID)
        /// A position in ``RouteQuestion/parameters``.
        case parameter(Int)
        case request(RequestPart)
        case clientAddress
        case isSecure
    }

    /// Where the key stands in ``RouteQuestion/keys``.
    let keyStart: Int
    let keyEnd: Int
    let source: Source
    /// The bit that says whether this request has it; nil for what every request has.
    let presence: UInt32?
}

/// What a gateway knows of a request besides its headers.
enum RequestPart: String, CaseIterable, BitwiseCopyable, Sendable {
    case method, path, host, peerAddress, tlsVersion, tlsServerName
}
