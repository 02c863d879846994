import ConformanceSuite
import IdentityDirectory
import PolicyLanguage
import ReferenceEvaluator
import Testing
import Vocabulary

/// What a vector may say about a decision besides the answer.
@Suite("Expectations besides the answer")
struct ExpectationTests {
    private func explain(_ wanted: String) throws -> ConformanceResult.Verdict {
        try verdict(RunnerTests.simulate("allow", #""expectExplain": \#(wanted),"#))
    }

    @Test(
        "H3: an explanation that says all that is wanted passes",
        arguments: [
            "{}", #"{"decision": "allow"}"#, #"{"message": null}"#, #"{"blockedBy": []}"#,
            #"{"decidedBy": {"layer": "identity", "statement": 0, "sid": null}}"#,
            #"{"layers": [{"layer": "scp"}, {"layer": "identity", "state": "allow"}]}"#,
            #"{"layers": [{"statements": [{"action": true, "conditions": []}]}]}"#,
        ]
    )
    func said(_ wanted: String) throws {
        #expect(try explain(wanted) == .passed)
    }

    @Test(
        "H3: an explanation that lacks something fails, and is shown",
        arguments: [
            #"{"decision": "implicitDeny"}"#, #"{"decision": null}"#, #"{"decision": ["allow"]}"#,
            #"{"message": "x"}"#, #"{"layers": []}"#, #"{"layers": {}}"#, #"{"blockedBy": ["scp"]}"#,
            #"{"decidedBy": {"statement": "0"}}"#, #"{"decidedBy": {"statement": 1}}"#,
            #"{"layers": [{"layer": "identity"}, {"layer": "scp"}]}"#,
            #"{"layers": [{"layer": "identity", "state": "implicitDeny"}]}"#, "[]", "7",
        ]
    )
    func notSaid(_ wanted: String) throws {
        let message = failure(try explain(wanted))
        #expect(message?.hasPrefix(#"expected another explanation than {"decision":"allow""#) == true)
    }

    private func parse(_ actions: String, _ more: String, type: String = "identity") throws
        -> ConformanceResult.Verdict
    {
        try verdict(
            #"""
            {"id": "v", "kind": "parse-valid", "expect": "valid", \#(more)
             "policies": {"documentType": "\#(type)", "document":
             {"Statement": {"Effect": "Deny", "Action": \#(actions), "Resource": "*"}}}}
            """#
        )
    }

    @Test("B14: exactly the remarks that a vector names must be made")
    func remarks() throws {
        let redundant = #"["s3:*", "s3:GetObject"]"#
        #expect(try parse(redundant, "") == .passed)
        #expect(try parse(redundant, #""expectRemarks": ["lint.redundant-action"],"#) == .passed)
        #expect(try parse(#""s3:*""#, #""expectRemarks": [],"#) == .passed)
        for wrong in ["[]", #"["lint.redundant-resource"]"#, #"["lint.redundant-action", "x"]"#] {
            #expect(failure(try parse(redundant, "\"expectRemarks\": \(wrong),")) != nil)
        }
    }

    @Test("B13: AWS's quotas are kept where a vector asks for them")
    func quotas() throws {
        let long = "\"s3:\(String(repeating: "a", count: 2_000))\""
        #expect(try parse(long, "", type: "session") == .passed)
        #expect(failure(try parse(long, #""quotas": "aws","#, type: "session")) != nil)
    }

    @Test("H5: a decision that the explanation does not give fails")
    func disagreement() throws {
        let runner = ConformanceRunner(Contrary())
        let line = try vector(RunnerTests.simulate("implicitDeny"))
        guard case .failed(let message) = runner.run(line).verdict else {
            Issue.record("a contrary evaluator passes")
            return
        }
        #expect(message == "is explained as allow, decided as implicitDeny")
    }
}

/// Denies whatever it is asked.
private struct Contrary: ConformanceEvaluator {
    let name = "contrary"

    func decide(
        _ request: AuthorizationRequest,
        under policies: EffectivePolicies,
        options: EvaluationOptions
    )
        -> ReferenceDecision
    {
        ReferenceSubject().decide(request, under: denying(policies), options: options)
    }

    func decide(_ document: RequestDocument, in directory: Directory, options: EvaluationOptions)
        -> ReferenceDecision
    {
        ReferenceSubject().decide(document, in: directory, options: options)
    }

    private func denying(_ policies: EffectivePolicies) -> EffectivePolicies {
        var policies = policies
        policies.identity = []
        return policies
    }
}
