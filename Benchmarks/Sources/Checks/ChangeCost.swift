import Foundation
import Portcullis

/// How long a change of one policy or one principal takes until a reader decides by it.
enum ChangeCost {
    static let changeCount = 2_000

    static func measure(_ directory: Directory) throws {
        let engine = try AuthorizationEngine(directory: directory, compiler: SnapshotCompiler(seed: 7))
        let roles = directory.accounts.values.flatMap(\.roles.values).map(\.arn).sorted { $0.text < $1.text }
        let policies = directory.managedPolicies.keys.sorted().compactMap { ARN($0) }
        let texts = try ["Allow", "Deny"].map { effect in
            let text =
                #"{"Version":"2012-10-17","Statement":{"Effect":"\#(effect)","Action":"s3:*","Resource":"*"}}"#
            return try PolicyReader().read(SourceText(text), as: .identity)
        }
        try measure("change of a managed policy", engine) { number in
            .putManagedPolicy(policies[number * 7_919 % policies.count], texts[number % 2])
        }
        try measure("change of a role's own policy", engine) { number in
            .putInlinePolicy("own", texts[number % 2], of: roles[number * 7_919 % roles.count])
        }
        try measure("change of a role's tags", engine) { number in
            .setTags(["team": UTF8Text("t\(number)")], of: roles[number * 7_919 % roles.count])
        }
    }

    private static func measure(
        _ name: String,
        _ engine: AuthorizationEngine,
        _ change: (Int) -> DirectoryChange
    ) throws {
        var reader = engine.makeReader()
        let request = try CompactRequest(
            AuthorizationRequest(
                principal: .anonymous,
                action: "s3:GetObject",
                resource: "arn:aws:s3:::bucket/key"
            ),
            at: .distantPast
        )
        var (times, stale): ([Duration], Int) = ([], 0)
        for number in 0..<changeCount {
            let next = change(number)
            let start = ContinuousClock.now
            let revision = try engine.apply([next])
            if reader.authorize(request).revision != revision { stale += 1 }
            times.append(ContinuousClock.now - start)
        }
        times.sort()
        let (median, p99) = (times[changeCount / 2], times[changeCount * 99 / 100])
        print("  \(name): median \(median), p99 \(p99), longest \(times[changeCount - 1]), \(stale) stale")
    }
}
