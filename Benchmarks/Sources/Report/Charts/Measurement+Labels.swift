extension Measurement {
    /// What was measured, on what, under which circumstances.
    var label: String { label() }

    /// The same without some circumstances, or those that say nothing.
    func label(without left: Set<String> = [], showsWorkload: Bool = true) -> String {
        ([showsWorkload ? workload : nil, name].compactMap { $0 } + circumstances(without: left))
            .joined(separator: ", ")
    }

    /// `threads`, where none of some measurements had more than one: then it need not be said.
    static func solitude(of all: [Measurement]) -> Set<String> {
        all.allSatisfy { ($0.number("threads") ?? 1) == 1 } ? ["threads"] : []
    }

    /// The parameters in the order of their names: `2 threads`, `1,000 swaps per second`.
    func circumstances(without left: Set<String> = []) -> [String] {
        parameters.sorted { $0.key < $1.key }.compactMap { key, value in
            if left.contains(key) { return nil }
            switch value {
            case .number(0) where key == "swapsPerSecond": return nil
            case .number(1) where key == "threads": return "1 thread"
            case .number(let number): return "\(Quantity.grouped(number)) \(Self.words(key))"
            case .word(let word): return word
            }
        }
    }

    /// `swaps per second` for `swapsPerSecond`; a rate is told by its unit alone.
    static func words(_ key: String) -> String {
        let words = key.map { $0.isUppercase ? " \($0.lowercased())" : String($0) }.joined()
        return words.hasPrefix("rate per ") ? String(words.dropFirst("rate ".count)) : words
    }

    /// The size that was varied: the parameter that the measurement is called by, or the first number.
    var size: (name: String, value: Double)? {
        let own = name.split(separator: ",").first.map(String.init) ?? name
        if let value = number(own) { return (own, value) }
        for (key, value) in parameters.sorted(by: { $0.key < $1.key }) {
            if case .number(let number) = value { return (key, number) }
        }
        return nil
    }
}

extension [Measurement] {
    /// Medians over a parameter, in its order.
    func points(over parameter: String) -> [(x: Double, median: Double, floor: Double?)] {
        compactMap { one in
            guard let x = one.number(parameter), let median = one.median else { return nil }
            return (x, median, one.floor)
        }.sorted { $0.x < $1.x }
    }
}

extension Array {
    /// The elements by key, keys and elements in the order of their first appearance.
    func grouped(by key: (Element) -> String) -> [(String, [Element])] {
        var order: [String] = []
        var groups: [String: [Element]] = [:]
        for element in self {
            let name = key(element)
            if groups[name] == nil { order.append(name) }
            groups[name, default: []].append(element)
        }
        return order.map { ($0, groups[$0] ?? []) }
    }

    /// The elements in as few parts of at most a size as there can be, all about as large.
    func divided(by limit: Int) -> [[Element]] {
        let parts = (count + limit - 1) / limit
        let size = parts == 0 ? 1 : (count + parts - 1) / parts
        return stride(from: 0, to: count, by: size).map { Array(self[$0..<Swift.min($0 + size, count)]) }
    }
}
