import Testing
import Vocabulary

@Suite("Choices where the specification leaves one")
struct EvaluationOptionsTests {
    @Test("The defaults are those of the specification")
    func defaults() {
        let options = EvaluationOptions()
        #expect(options.arnWildcards == .aws, "D4")
        #expect(options.notPrincipal == .wholeChain, "C6")
        #expect(options.forAnyValueIfExistsMissing, "E10")
        #expect(!options.rootUser, "F9")
        #expect(options.unparsableRequestValue == .noMatch, "E19")
        #expect(options.ipv4MappedIPv6 == .unmap, "E17")
    }

    @Test("An option is set by its name, and no other option with it")
    func names() {
        let settings: [(name: String, value: String, isSet: (EvaluationOptions) -> Bool)] = [
            ("arnWildcards", "segmented", { $0.arnWildcards == .segmented }),
            ("notPrincipal", "mostSpecific", { $0.notPrincipal == .mostSpecific }),
            ("unparsableRequestValue", "error", { $0.unparsableRequestValue == .error }),
            ("ipv4MappedIPv6", "distinct", { $0.ipv4MappedIPv6 == .distinct }),
            ("forAnyValueIfExistsMissing", "false", { !$0.forAnyValueIfExistsMissing }),
            ("rootUser", "true", { $0.rootUser }),
        ]
        for setting in settings {
            var options = EvaluationOptions()
            let isKnown = options.set(setting.name, to: setting.value)
            #expect(isKnown)
            for other in settings { #expect(other.isSet(options) == (other.name == setting.name)) }
        }
    }

    @Test(
        "An unknown name or value sets nothing",
        arguments: [
            ("rootuser", "true"), ("", ""), ("rootUser", "yes"), ("rootUser", ""), ("arnWildcards", "AWS"),
            ("notPrincipal", "true"), ("unparsableRequestValue", "allow"), ("ipv4MappedIPv6", ""),
            ("forAnyValueIfExistsMissing", "TRUE"),
        ]
    )
    func unknown(_ name: String, _ value: String) {
        var options = EvaluationOptions()
        let isKnown = options.set(name, to: value)
        #expect(!isKnown)
        #expect(options == EvaluationOptions())
    }
}

@Suite("How strongly a principal names the caller")
struct MatchStrengthTests {
    @Test(
        "C4: a direct match is stronger than one through an entity, that than one through the account, that than none"
    )
    func order() {
        let ascending: [MatchStrength] = [.none, .account, .viaEntity, .direct]
        #expect(ascending.shuffled().sorted() == ascending)
        #expect(ascending.map(\.name) == ["none", "account", "viaEntity", "direct"])
    }
}
