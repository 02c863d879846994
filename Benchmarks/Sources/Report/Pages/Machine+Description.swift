extension Machine {
    /// Each fact with its name.
    var facts: [(name: String, value: String)] {
        let cacheList = caches.sorted { $0.key < $1.key }.map { "\($0.key) \(Quantity.binary($0.value))" }
        return [
            ("processor", "\(processor), \(logicalCores) logical cores"),
            ("caches", cacheList.joined(separator: ", ")),
            ("memory", Quantity.binary(memoryBytes)),
            ("system", "\(system), kernel \(kernel)"),
            ("hypervisor", hypervisor),
            ("compiler", swift),
            ("transparent huge pages", transparentHugePages),
            ("load average before", loadAverage.map(Quantity.digits).joined(separator: ", ")),
            ("reading the clock", Quantity.duration(clockCost)),
        ]
    }
}

extension Results {
    /// The commit in twelve digits, with a word if the sources differed from it.
    var revision: String { commit.prefix(12) + (isDirty ? ", with changes" : "") }
}
