import IdentityDirectory
import PolicyLanguage
import RandomWorlds
import ReferenceEvaluator
import Testing
import Vocabulary

@Suite("Changes that may only take away")
struct MonotonicityTests {
    /// Worlds under the default options; other seeds than those of the agreement test.
    private static let seeds: Range<UInt64> = 10_000..<10_020

    private func outcome(_ request: AuthorizationRequest, _ policies: EffectivePolicies) -> Outcome {
        SpecificationEvaluator().decide(request, under: policies).outcome
    }

    /// Runs every random request under its policies and under changed ones.
    ///
    /// - Returns: how many requests the change turned from allowed to denied.
    private func compare(
        _ change: (inout EffectivePolicies, inout RandomSource) throws -> Void
    ) throws -> Int {
        var turned = 0
        for seed in Self.seeds {
            let world = try RandomWorld(seed: seed, requestCount: 120)
            var random = RandomSource(seed: ~seed)
            for (index, question) in world.requests.enumerated() {
                let request = question.request
                let before = try world.directory.effectivePolicies(
                    for: request,
                    session: question.session,
                    at: RandomWorld.noon
                )
                var after = before
                try change(&after, &random)
                let (old, new) = (outcome(request, before), outcome(request, after))
                #expect(
                    old.isAllowed || !new.isAllowed,
                    "seed \(seed), request \(index): \(old) became \(new)"
                )
                turned += old.isAllowed && !new.isAllowed ? 1 : 0
            }
        }
        return turned
    }

    /// The layers that a policy may be added to or taken from.
    private static var layers: [WritableKeyPath<EffectivePolicies, [EffectivePolicy]?>] {
        [\.identity, \.resource, \.boundary, \.session, \.endpoint]
    }

    @Test("F1: adding a Deny to any layer never turns a deny into an allow")
    func addingDeny() throws {
        let texts = [
            deny("s3:Get*", to: everyone), deny("*", on: "arn:aws:s3:::vault/*", to: everyone),
            deny("*", to: everyone, when: #"{"StringNotEquals": {"app:color": "red"}}"#),
        ]
        let policies = try texts.map { try policy([$0], .resource, name: "added") }
        let turned = try compare { effective, random in
            let layer = random.pick(Self.layers)
            effective[keyPath: layer]?.append(random.pick(policies))
        }
        #expect(turned > 20)
    }

    @Test("F2–F6: removing an Allow from any layer never turns a deny into an allow")
    func removingAllow() throws {
        let turned = try compare { effective, random in
            let layer = random.pick(Self.layers)
            guard let list = effective[keyPath: layer], !list.isEmpty else { return }
            let index = random.number(0...(list.count - 1))
            effective[keyPath: layer]?[index] = try list[index].withoutAllow(random.number(0...9))
        }
        #expect(turned > 20)
    }

    @Test("F3: removing an Allow from any level of the organization never turns a deny into an allow")
    func removingGuardrailAllow() throws {
        let turned = try compare { effective, random in
            for layer in [\EffectivePolicies.serviceControl, \.resourceControl] {
                guard let levels = effective[keyPath: layer], !levels.isEmpty else { continue }
                let index = random.number(0...(levels.count - 1))
                let policies = try levels[index].policies.map { try $0.withoutAllow(random.number(0...9)) }
                effective[keyPath: layer]?[index] = OrganizationLevel(
                    id: levels[index].id,
                    policies: policies
                )
            }
        }
        #expect(turned > 20)
    }
}

extension EffectivePolicy {
    /// The policy without one of its Allow statements, chosen by a number.
    fileprivate func withoutAllow(_ choice: Int) throws -> EffectivePolicy {
        let allows = document.statements.filter { $0.effect == .allow }.map(\.index)
        guard !allows.isEmpty else { return self }
        let removed = allows[choice % allows.count]
        let source = document.source
        let root = try JSONDocument(reading: source).root
        guard let list = (root["Policy"] ?? root)["Statement"] else { return self }
        var statements = list.kind == .array ? Array(list.elements) : [list]
        statements.remove(at: removed)
        let texts = statements.map { String(decoding: $0.sourceBytes, as: UTF8.self) }
        let version = document.version.rawValue
        return try policy(texts, .resource, name: name, version: version)
    }
}
