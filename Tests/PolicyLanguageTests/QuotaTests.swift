import PolicyLanguage
import Testing
import Vocabulary

@Suite("Sizes that AWS allows")
struct QuotaTests {
    private static func codes(_ text: String, as type: PolicyType, quota: Int) -> [DiagnosticCode] {
        findings(text, as: type, quotas: PolicyQuotas(charactersMax: [type: quota])).diagnostics.map(\.code)
    }

    private static let compact =
        #"{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"s3:*","Resource":"*"}]}"#
    private static let spaced =
        "\n{ \"Version\" : \"2012-10-17\",\r\n\t\"Statement\" : [ { \"Effect\" : \"Deny\",\n \"Action\" : \"s3:*\",\n \"Resource\" : \"*\" } ] }\n "

    @Test(
        "B13: a policy may have as many characters as the quota and no more",
        arguments: [PolicyType.identity, .boundary, .session, .serviceControl]
    )
    func exact(_ type: PolicyType) {
        #expect(Self.codes(Self.compact, as: type, quota: Self.compact.utf8.count) == [])
        #expect(Self.codes(Self.compact, as: type, quota: Self.compact.utf8.count - 1) == [.quota])
    }

    @Test(
        "B13: IAM does not count white space between tokens",
        arguments: [PolicyType.identity, .boundary, .session]
    )
    func whiteSpaceIgnored(_ type: PolicyType) {
        #expect(Self.codes(Self.spaced, as: type, quota: Self.compact.utf8.count) == [])
        #expect(Self.codes(Self.spaced, as: type, quota: Self.compact.utf8.count - 1) == [.quota])
    }

    @Test("B13: service and resource control policies count it, from brace to brace")
    func whiteSpaceCounted() {
        let size = Self.spaced.utf8.count - 3
        #expect(Self.codes(Self.spaced, as: .serviceControl, quota: size) == [])
        #expect(Self.codes(Self.spaced, as: .serviceControl, quota: size - 1) == [.quota])
        let rcp = Self.spaced.replacing("\"Action\"", with: "\"Principal\": \"*\", \"Action\"")
        #expect(Self.codes(rcp, as: .resourceControl, quota: rcp.utf8.count - 3) == [])
        #expect(Self.codes(rcp, as: .resourceControl, quota: rcp.utf8.count - 4) == [.quota])
    }

    @Test("B13: white space inside strings counts, whatever stands around it")
    func stringsCount() {
        let text = #"{"Statement":{"Effect":"Deny","Action":"s3:*","Resource":"arn:aws:s3:::a \"{ }\\ b"}}"#
        #expect(Self.codes(text, as: .identity, quota: text.utf8.count) == [])
        #expect(Self.codes(text, as: .identity, quota: text.utf8.count - 1) == [.quota])
    }

    @Test("B13: quotas are in characters, so a letter of two bytes counts once")
    func characters() {
        let text = Self.compact.replacing(#""*""#, with: "\"arn:aws:s3:::\u{E9}\u{FC}\u{FF}\"")
        #expect(Self.codes(text, as: .identity, quota: text.unicodeScalars.count) == [])
        #expect(Self.codes(text, as: .identity, quota: text.unicodeScalars.count - 1) == [.quota])
    }

    @Test("B13: a policy inside a larger document is measured alone")
    func embedded() throws {
        let json = try JSONDocument(
            reading: SourceText(#"{"before":"...", "policy": \#(Self.compact), "after": [1, 2]}"#)
        )
        let inner = try #require(json.root["policy"])
        let quota = { PolicyReader(quotas: PolicyQuotas(charactersMax: [.identity: $0])) }
        _ = try quota(Self.compact.utf8.count).read(inner, as: .identity)
        #expect(throws: InvalidDocument.self) {
            try quota(Self.compact.utf8.count - 1).read(inner, as: .identity)
        }
    }

    @Test(
        "B13: the sizes that AWS publishes",
        arguments: [
            (.identity, 6_144), (.boundary, 6_144), (.session, 2_048), (.trust, 2_048),
            (.serviceControl, 5_120), (.resourceControl, 5_120),
            (.endpoint, 20_480),
        ] as [(PolicyType, Int)]
    )
    func published(_ type: PolicyType, _ characters: Int) {
        #expect(PolicyQuotas.aws.charactersMax[type] == characters)
    }

    @Test(
        "B13: without quotas, or for a type without one, any size will do; outside strict mode a quota is a remark"
    )
    func unlimited() {
        let long = onResource("\"arn:aws:s3:::\(String(repeating: "a", count: 30_000))\"")
        #expect(remarks(long) == [])
        #expect(Self.codes(long, as: .identity, quota: 6_144) == [.quota])
        #expect(findings(long, quotas: PolicyQuotas(charactersMax: [.session: 1])).diagnostics.isEmpty)
        for mode in [ValidationMode.lenient, .permissive] {
            let (isAccepted, found) = findings(long, mode: mode, quotas: .aws)
            #expect(isAccepted && found.map(\.code).contains(.quota))
        }
    }

    @Test("B13: the other quotas that AWS publishes; none is kept unless asked for")
    func others() {
        let aws = PolicyQuotas.aws
        #expect(aws.userInlineCharactersMax == 2_048 && aws.groupInlineCharactersMax == 5_120)
        #expect(aws.roleInlineCharactersMax == 10_240 && aws.attachedPoliciesMax == 10)
        #expect(aws.tagsMax == 50 && aws.tagKeyCharactersMax == 128 && aws.tagValueCharactersMax == 256)
        #expect(PolicyReader().quotas == nil && PolicyQuotas().attachedPoliciesMax == nil)
    }

    @Test(
        "B13: each quota has a name",
        arguments: [
            ("userInline", \.userInlineCharactersMax), ("groupInline", \.groupInlineCharactersMax),
            ("roleInline", \.roleInlineCharactersMax), ("attachedPolicies", \.attachedPoliciesMax),
            ("sessionPolicies", \.sessionPoliciesMax), ("tags", \.tagsMax), ("tagKey", \.tagKeyCharactersMax),
            ("tagValue", \.tagValueCharactersMax), ("trust", \.charactersMax[.trust]),
        ] as [(String, any KeyPath<PolicyQuotas, Int?> & Sendable)]
    )
    func named(_ name: String, _ quota: any KeyPath<PolicyQuotas, Int?> & Sendable) {
        var quotas = PolicyQuotas()
        let isKnown = quotas.set(name, to: 7)
        #expect(isKnown && quotas[keyPath: quota] == 7)
        let isUnknown = !quotas.set(name + "s", to: 7)
        #expect(isUnknown)
    }
}
