import Portcullis

/// The names of headers that matter: those that the mapping or the protocol reads, and those that nobody may send.
struct WatchedHeaders: Sendable {
    /// The position of a name in the list of those that matter.
    struct ID: BitwiseCopyable, Sendable, Hashable {
        let index: Int

        static let host = ID(index: 0)
        static let authorization = ID(index: 1)
        static let forwardedFor = ID(index: 2)
        static let contentLength = ID(index: 3)
        static let transferEncoding = ID(index: 4)
        static let userAgent = ID(index: 5)
        static let referer = ID(index: 6)
        static let connection = ID(index: 7)
    }

    private static let alwaysRead: [UTF8Text] = [
        "host", "authorization", "x-forwarded-for", "content-length", "transfer-encoding", "user-agent",
        "referer", "connection",
    ]

    /// Some servers take the method or the path from these.
    static let misleading: [UTF8Text] = [
        "x-http-method-override", "x-http-method", "x-method-override", "x-original-url", "x-original-uri",
        "x-original-method", "x-rewrite-url", "x-rewrite-uri", "x-forwarded-uri", "x-forwarded-method",
    ]

    private(set) var names: [UTF8Text] = []
    private var refused: [Bool] = []
    /// All names in one run, and where each begins.
    private var text: [UInt8] = []
    private var starts: [Int] = [0]
    /// Positions of names, by their hash; -1 where there is none.
    private var table: [Int16] = []
    /// What each byte counts as in a hash: letters in lower case, `_` as `-`, and zero for what no name has.
    private let folded: [UInt8] = (0...255).map { byte in
        ByteSet.token.contains(byte) ? WatchedHeaders.dashed(byte.asciiLowercased) : 0
    }

    /// Watches what the protocol reads, and refuses what misleads unless it is allowed; names are in lower case.
    init(allowed: Set<UTF8Text> = []) {
        for name in Self.alwaysRead { add(name, isRefused: false) }
        for name in Self.misleading where !allowed.contains(name) { add(name, isRefused: true) }
        makeTable()
    }

    /// Watches one more name, in lower case; nil for one that is refused.
    mutating func watch(_ name: UTF8Text) -> ID? {
        if let index = names.firstIndex(of: name) { return refused[index] ? nil : ID(index: index) }
        add(name, isRefused: false)
        makeTable()
        return ID(index: names.count - 1)
    }

    func isRefused(_ id: ID) -> Bool { refused[id.index] }

    private mutating func add(_ name: UTF8Text, isRefused: Bool) {
        names.append(name)
        refused.append(isRefused)
        text += name.bytes
        starts.append(text.count)
    }

    private mutating func makeTable() {
        var size = 64
        while size < names.count * 4 { size *= 2 }
        table = Array(repeating: -1, count: size)
        for (index, name) in names.enumerated() {
            guard var place = hash(name.bytes.span) else { continue }
            place &= size - 1
            while table[place] >= 0 { place = (place + 1) & (size - 1) }
            table[place] = Int16(truncatingIfNeeded: index)
        }
    }

    /// What a name of a request is to the mapping.
    enum Finding {
        case other
        /// Not made of the characters of names, or like one that matters with `_` for `-`.
        case bad
        case watched(ID)
    }

    /// Looks a name up, in whatever case it came.
    func find(_ name: Span<UInt8>) -> Finding {
        guard let hash = hash(name) else { return .bad }
        var place = hash & (table.count - 1)
        while table[place] >= 0 {
            let index = Int(table[place])
            switch compare(name, starts[index]..<starts[index + 1]) {
            case .same: return .watched(ID(index: index))
            case .alike: return .bad
            case .other: place = (place + 1) & (table.count - 1)
            }
        }
        return .other
    }

    /// The watched name that a member of `Connection` names.
    func find(_ name: Span<UInt8>, isName: inout Bool) -> ID? {
        switch find(name) {
        case .watched(let id): return id
        case .bad: isName = false
        case .other: break
        }
        return nil
    }

    private enum Likeness { case same, alike, other }

    private func compare(_ name: Span<UInt8>, _ watched: Range<Int>) -> Likeness {
        guard name.count == watched.count else { return .other }
        var isSame = true
        for index in name.indices {
            let (one, two) = (name[index].asciiLowercased, text[watched.lowerBound + index])
            if one == two { continue }
            guard Self.dashed(one) == Self.dashed(two) else { return .other }
            isSame = false
        }
        return isSame ? .same : .alike
    }

    private static func dashed(_ byte: UInt8) -> UInt8 {
        byte == UInt8(ascii: "_") ? UInt8(ascii: "-") : byte
    }

    /// Equal for names that differ only in the case of letters, or by `_` for `-`; nil for what is no name.
    private func hash(_ name: Span<UInt8>) -> Int? {
        guard !name.isEmpty, let hash = ByteScan.hash(name, folded.span) else { return nil }
        return Int((hash &* 0x9E37_79B1) >> 8)
    }
}
