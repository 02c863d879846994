import IdentityDirectory
import PolicyLanguage
import ReferenceEvaluator
import Testing
import Vocabulary

@testable import ConformanceSuite

@Suite("Running vectors")
struct RunnerTests {
    /// A request that an identity policy allows, with more members.
    static func simulate(_ expect: String, _ more: String = "") -> String {
        #"""
        {"id": "v", "kind": "simulate", "expect": "\#(expect)", \#(more)
         "policies": {"identity": [{"Statement": {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}}]},
         "request": {"principal": "arn:aws:iam::111122223333:user/alice", "action": "s3:GetObject",
                     "resource": "*"}}
        """#
    }

    static let denied = simulate("implicitDeny").replacing(
        #""action": "s3:GetObject""#,
        with: #""action": "kms:Decrypt""#
    )

    @Test("A vector without id, kind or expected answer is no vector", arguments: ["id", "kind", "expect"])
    func missingMember(_ name: String) {
        let line = #"{"id": "v", "kind": "condition", "expect": "match"}"#.replacing(
            "\"\(name)\"",
            with: "\"x\""
        )
        let error = #expect(throws: InvalidDocument.self) { try vector(line) }
        #expect(error?.description.contains("a vector needs `id`, `kind` and `expect`") == true)
    }

    @Test("A line that is not JSON is no vector, and says where")
    func notJSON() {
        let error = #expect(throws: InvalidDocument.self) {
            try ConformanceVector(SourceText("{", name: "x.jsonl:3"), folder: ".")
        }
        #expect(error?.description.hasPrefix("x.jsonl:3:1:") == true)
    }

    @Test("A kind that nobody knows is a failure, not a skip")
    func unknownKind() throws {
        let verdict = try verdict(#"{"id": "v", "kind": "guess", "expect": "match"}"#)
        #expect(verdict == .failed("unknown kind `guess`"))
    }

    @Test("The right answer passes, a wrong one fails with what was wanted and what came")
    func answers() throws {
        #expect(try verdict(Self.simulate("allow")) == .passed)
        #expect(try verdict(Self.simulate("implicitDeny")) == .failed("expected implicitDeny, got allow"))
    }

    @Test("`deny` accepts both kinds of denial and nothing else")
    func deny() throws {
        #expect(try verdict(Self.denied.replacing("implicitDeny", with: "deny")) == .passed)
        let forbidden = Self.simulate("deny").replacing(#""Allow""#, with: #""Deny""#)
        #expect(try verdict(forbidden) == .passed)
        #expect(failure(try verdict(Self.simulate("deny"))) != nil)
        let error = Self.simulate("deny").replacing("s3:GetObject", with: "s3")
        #expect(failure(try verdict(error))?.hasPrefix("expected deny, got error") == true)
    }

    @Test("`alsoOk` names other good answers; `awsReading` replaces a peer's answer")
    func otherAnswers() throws {
        #expect(try verdict(Self.simulate("error", #""alsoOk": ["allow"],"#)) == .passed)
        #expect(failure(try verdict(Self.simulate("error", #""alsoOk": ["deny"],"#))) != nil)
        #expect(try verdict(Self.simulate("error", #""awsReading": "allow","#)) == .passed)
        #expect(failure(try verdict(Self.simulate("allow", #""awsReading": "error","#))) != nil)
    }

    @Test("A vector of another product's dialect is skipped; `aws` is ours")
    func dialects() throws {
        #expect(try verdict(Self.simulate("error", #""dialect": "minio","#)) == .skipped("dialect minio"))
        #expect(try verdict(Self.simulate("allow", #""dialect": "aws","#)) == .passed)
        #expect(failure(try verdict(Self.simulate("error", #""dialect": "aws","#))) != nil)
    }

    @Test(
        "A vector that needs the rules of one service is skipped; other tags do not matter",
        arguments: [
            "discovery-mode", "request-resource-pattern", "open-question", "short-arn", "service-kms",
            "service-sts", "service-iam", "service-s3-abac",
        ]
    )
    func tags(_ tag: String) throws {
        #expect(
            try verdict(Self.simulate("error", #""tags": ["boundary", "\#(tag)"],"#))
                == .skipped("tag \(tag)")
        )
        #expect(failure(try verdict(Self.simulate("error", #""tags": ["boundary"],"#))) != nil)
    }

    @Test("A difference that is accepted is skipped with its rule, and fails once it is none any more")
    func acceptedDifferences() throws {
        #expect(
            try verdict(Self.simulate("error"), accepting: ["v": "F5"])
                == .skipped("rule F5 decides otherwise")
        )
        #expect(
            try verdict(Self.simulate("allow"), accepting: ["v": "F5"])
                == .failed("is listed as decided otherwise by F5, and is not")
        )
        #expect(
            try verdict(Self.simulate("error", #""dialect": "minio","#), accepting: ["v": "F5"])
                == .skipped("dialect minio")
        )
        #expect(try verdict(Self.simulate("allow"), accepting: ["w": "F5"]) == .passed)
    }

    @Test(
        "Faults of snapshots and of running engines are skipped",
        arguments: [("snapshot-fault", "has no snapshots"), ("runtime-fault", "is no running service")]
    )
    func engineFaults(_ kind: String, _ reason: String) throws {
        let line = #"{"id": "v", "kind": "\#(kind)", "expect": "reject"}"#
        #expect(try verdict(line) == .skipped("\(kind): the reference evaluator \(reason)"))
    }

    @Test("The layer that decides and the layers that block are compared where the vector names them")
    func layers() throws {
        #expect(try verdict(Self.simulate("allow", #""expectDecidedBy": "identity","#)) == .passed)
        #expect(
            try verdict(Self.simulate("allow", #""expectDecidedBy": "resource","#))
                == .failed("expected to be decided by resource, was by identity")
        )
        #expect(try verdict(Self.simulate("allow", #""expectBlockedBy": [],"#)) == .passed)
        func blocked(_ names: String) throws -> ConformanceResult.Verdict {
            try verdict(Self.denied.replacing(#""id""#, with: #""expectBlockedBy": [\#(names)], "id""#))
        }
        #expect(try blocked(#""identity""#) == .passed)
        #expect(
            try blocked(#""pb", "vpce""#)
                == .failed(#"expected blocked by ["boundary", "endpoint"], was by ["identity"]"#)
        )
    }

    @Test(
        "An option or value that nobody knows is a failure",
        arguments: [#"{"x": "y"}"#, #"{"rootUser": "yes"}"#]
    )
    func unknownOption(_ options: String) throws {
        let message = failure(try verdict(Self.simulate("allow", #""options": \#(options),"#)))
        #expect(message?.hasPrefix("the vector cannot be read: ") == true)
        #expect(message?.contains("is not an option with the value") == true)
    }

    @Test("Options change what is decided")
    func options() throws {
        let root = Self.simulate("implicitDeny").replacing("user/alice", with: "root")
        #expect(try verdict(root) == .passed)
        let allowed = Self.simulate("allow", #""options": {"rootUser": true},"#)
            .replacing("user/alice", with: "root")
        #expect(try verdict(allowed) == .passed)
    }

    @Test("The evaluator that is given is the one that is asked")
    func evaluator() throws {
        struct Refusal: ConformanceEvaluator {
            let name = "refusal"
            func decide(
                _ request: AuthorizationRequest,
                under policies: EffectivePolicies,
                options: EvaluationOptions
            ) -> ReferenceDecision {
                var broken = request
                broken.resource = ""
                return SpecificationEvaluator().decide(broken, under: policies)
            }
            func decide(
                _ document: RequestDocument,
                in directory: Directory,
                options: EvaluationOptions
            ) -> ReferenceDecision {
                ReferenceSubject().decide(document, in: Directory(), options: options)
            }
        }
        let runner = ConformanceRunner(Refusal())
        #expect(
            failure(runner.run(try vector(Self.simulate("allow"))).verdict)?.contains("got error") == true
        )
        let line = #"""
            {"id": "v", "kind": "directory", "expect": "implicitDeny",
             "files": {"accounts/111122223333/users/alice/user.json": {}},
             "request": {"principal": "arn:aws:iam::111122223333:user/alice", "action": "a:b", "resource": "*"}}
            """#
        #expect(try verdict(line) == .passed)
        #expect(failure(runner.run(try vector(line)).verdict)?.contains("got error") == true)
        let fault = try vector(#"{"id": "v", "kind": "runtime-fault", "expect": "x"}"#)
        #expect(
            runner.run(fault).verdict
                == .skipped("runtime-fault: the refusal evaluator is no running service")
        )
    }

    @Test("A report counts, keeps failures in order, and sums up in one line")
    func report() throws {
        var report = ConformanceReport()
        #expect(report.summary == "0 passed, 0 failed, 0 skipped")
        let verdicts: [ConformanceResult.Verdict] = [
            .passed, .failed("a"), .skipped("x"), .passed, .skipped("y"), .failed("b"), .skipped("x"),
        ]
        for (index, verdict) in verdicts.enumerated() {
            report.add(ConformanceResult(id: "v\(index)", verdict: verdict))
        }
        #expect(report.summary == "2 passed, 2 failed, 3 skipped")
        #expect(report.failures.map(\.id) == ["v1", "v5"] && report.failures.map(\.message) == ["a", "b"])
        #expect(report.skipped == ["x": 2, "y": 1])
    }
}
