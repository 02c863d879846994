import Vocabulary

/// Makes request contexts: each key is there more often than not, mostly with a value that policies hold, too.
struct RandomContext {
    private(set) var context = RequestContext()

    /// A key with its name and values ready to be copied.
    private struct Prepared: Sendable {
        let name: UTF8Text
        let isMulti: Bool
        let isEngineOwned: Bool
        let isLong: Bool
        let isEndpoint: Bool
        let values: [UTF8Text]

        init(_ key: ConditionKey) {
            name = UTF8Text(key.name)
            isMulti = key.isMulti
            isEngineOwned = key.isEngineOwned
            isLong = key.name == "app:long"
            isEndpoint = key.name == "aws:SourceVpce"
            values = key.values.map { UTF8Text($0) }
        }
    }

    private static let open = ConditionKey.open.map { Prepared($0) }
    private static let owned = ConditionKey.owned.map { Prepared($0) }
    private static let garbage = ValueKind.garbage.map { UTF8Text($0) }

    init(_ random: inout RandomSource) {
        for key in Self.open {
            guard random.chance(key.isLong ? 4 : key.isEndpoint ? 15 : 55) else {
                continue
            }
            take(key, &random)
        }
        // What a caller says of the engine's own keys must not count (E27).
        if random.chance(15) {
            for _ in 0..<2 { take(random.pick(Self.owned), &random) }
        }
    }

    private mutating func take(_ key: Prepared, _ random: inout RandomSource) {
        let name = random.chance(6) ? UTF8Text(random.caseChanged(key.name.description)) : key.name
        // A key of the other kind than policies expect, now and then (A3); a list of endpoints is malformed.
        let isMulti = random.chance(5) && !key.isEndpoint ? !key.isMulti : key.isMulti
        guard isMulti else { return add(name, .single(Self.value(key, &random))) }
        add(name, .multi((0..<random.pick([0, 1, 1, 2, 3])).map { _ in Self.value(key, &random) }))
    }

    private static func value(_ key: Prepared, _ random: inout RandomSource) -> UTF8Text {
        random.chance(3) ? random.pick(garbage) : random.pick(key.values)
    }

    mutating func add(_ name: UTF8Text, _ value: ContextValue) { context[name] = value }
}
