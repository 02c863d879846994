import Workloads

/// Makes or reads the workloads that are asked for.
struct WorkloadChoice {
    private let options: WorkloadOptions
    private let say: (String) -> Void

    /// - Parameter say: is told what is being made.
    init(_ options: WorkloadOptions, _ say: @escaping (String) -> Void) {
        (self.options, self.say) = (options, say)
    }

    /// How many there will be at least.
    var count: Int { options.names?.count ?? (options.folder == nil ? Workload.names.count : 1) }

    /// - Throws: ``WorkloadError`` for a name that none has.
    func workloads() throws -> [Workload] {
        guard let folder = options.folder else { return try made() }
        say("reading \(folder)")
        let all = try WorkloadFolder.workloads(in: folder)
        for workload in all where workload.contradictionCount > 0 {
            Progress.note(
                "\(workload.name): the reference evaluator answers \(workload.contradictionCount) requests "
                    + "otherwise than the files say"
            )
        }
        guard let names = options.names else { return all }
        return try names.map { name in
            guard let workload = all.first(where: { $0.name == name }) else {
                throw WorkloadError("\(folder) holds no workload `\(name)`")
            }
            return workload
        }
    }

    private func made() throws -> [Workload] {
        var workloads: [Workload] = []
        for name in options.names ?? Workload.names {
            say("making \(name)")
            workloads.append(try make(name, w2: workloads.first { $0.name == "W2" }))
        }
        return workloads
    }

    private func make(_ name: String, w2: Workload?) throws -> Workload {
        switch name {
        case "W1": return try .w1(seed: options.seed)
        case "W2": return try .w2(seed: options.seed)
        case "W3": return try .w3(seed: options.seed)
        case "W4":
            let managed = try ManagedPolicies(contentsOf: options.managedPolicies)
            if managed.isFallback {
                Progress.note(
                    "W4 is made of the \(managed.policies.count) policies in Fixtures; "
                        + "--managed-policies FILE takes those of AWS"
                )
            }
            return try .w4(managed, seed: options.seed)
        case "W5": return try .w5(of: try w2 ?? .w2(seed: options.seed))
        default: throw WorkloadError("`\(name)` is none of \(Workload.names.joined(separator: ","))")
        }
    }
}
