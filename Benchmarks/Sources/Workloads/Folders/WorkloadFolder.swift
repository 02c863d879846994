import Foundation
import Portcullis

/// A workload as files: `policies.jsonl`, `principals.jsonl` and `requests.jsonl`, as other programs read and
/// write them, and `guardrails.json` where a service control policy bears on the account.
public enum WorkloadFolder {
    /// The workloads in a folder, or in the folders in it; with W2 comes W5, unless it is there itself.
    ///
    /// - Throws: ``WorkloadError`` where there is none, and whatever is wrong with the files.
    public static func workloads(in path: String) throws -> [Workload] {
        let folder = URL(fileURLWithPath: path)
        let entries = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
        let folders =
            isWorkload(folder)
            ? [folder] : entries.sorted().map(folder.appendingPathComponent).filter(isWorkload)
        guard !folders.isEmpty else { throw WorkloadError("\(path) holds no workload") }
        var workloads: [Workload] = []
        for folder in folders { workloads.append(try read(folder)) }
        if let w2 = workloads.first(where: { $0.name == "W2" }),
            !workloads.contains(where: { $0.name == "W5" })
        {
            workloads.append(try Workload.w5(of: w2))
        }
        return workloads
    }

    private static func isWorkload(_ folder: URL) -> Bool {
        FileManager.default.fileExists(atPath: folder.appendingPathComponent("policies.jsonl").path)
    }

    private static func read(_ folder: URL) throws -> Workload {
        let policies = try JSONLines.read(folder.appendingPathComponent("policies.jsonl")).map { root in
            PolicyDraft(id: root["id"]?.text.description ?? "", document: root["document"] ?? root)
        }
        let positions = Dictionary(
            policies.enumerated().map { ($1.id, $0) },
            uniquingKeysWith: { first, _ in first }
        )
        let principals = try JSONLines.read(folder.appendingPathComponent("principals.jsonl")).map { root in
            PrincipalDraft(
                arn: root["arn"]?.text.description ?? "",
                policies: try root["policies"]?.elements.map { id in
                    guard let position = positions[id.text.description] else {
                        throw WorkloadError("\(folder.path): no policy is called \(id.text)")
                    }
                    return position
                } ?? [],
                tags: root["tags"]?.members.map { ($0.key.text.description, $0.value.text.description) } ?? []
            )
        }
        let guardrails = FileManager.default
            .contents(atPath: folder.appendingPathComponent("guardrails.json").path)
            .map { String(decoding: $0, as: UTF8.self) }
        return try Workload(
            name: folder.lastPathComponent,
            World(policies: policies, principals: principals, guardrails: guardrails),
            try JSONLines.read(folder.appendingPathComponent("requests.jsonl")).map { RequestDraft($0) }
        )
    }

    /// Writes a workload into a folder of its name in another, with the reference evaluator's answers.
    ///
    /// Programs that know no service control policy cannot run a workload with guardrails.
    public static func write(_ workload: Workload, in path: String) throws {
        let folder = URL(fileURLWithPath: path).appendingPathComponent(workload.name)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let world = workload.world
        try JSONLines.write(
            world.policies.lazy.map { policy in
                JSONText.object([("id", JSONText.string(policy.id)), ("document", policy.document)])
            },
            to: folder.appendingPathComponent("policies.jsonl")
        )
        try JSONLines.write(
            world.principals.lazy.map { principal in
                let ids = principal.policies.map { JSONText.string(world.policies[$0].id) }
                let tags = principal.tags.map { (key: $0.key, value: JSONText.string($0.value)) }
                return JSONText.object([
                    ("arn", JSONText.string(principal.arn)), ("policies", JSONText.array(ids)),
                    ("tags", JSONText.object(tags)),
                ])
            },
            to: folder.appendingPathComponent("principals.jsonl")
        )
        try JSONLines.write(
            zip(workload.drafts, workload.expected).lazy.map { draft, answer in
                var draft = draft
                draft.expected = answer
                return draft.json
            },
            to: folder.appendingPathComponent("requests.jsonl")
        )
        let guardrails = folder.appendingPathComponent("guardrails.json")
        try? FileManager.default.removeItem(at: guardrails)
        try world.guardrails.map { try Data($0.utf8).write(to: guardrails) }
    }
}
