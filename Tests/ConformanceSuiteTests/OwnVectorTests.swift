import ConformanceSuite
import Foundation
import PolicyLanguage
import ReferenceEvaluator
import Testing
import Vocabulary

@Suite("The project's own vectors")
struct OwnVectorTests {
    static let kinds: Set<String> = [
        "simulate", "directory", "condition", "action-match", "resource-match", "principal-match",
        "wildcard-match", "variable", "parse-valid", "parse-invalid",
    ]

    /// The rules that vectors can show; I4, I6 and I7 are about an engine's inside and about time.
    static let rules: [String] =
        numbered("A", 1...4) + numbered("B", 1...14) + numbered("C", 1...8) + numbered("D", 1...9)
        + numbered("E", 1...24) + ["E26", "E27"] + numbered("F", 1...12) + numbered("G", 1...5)
        + numbered("H", 1...5) + ["I1", "I2", "I3", "I5"]

    private static func numbered(_ part: String, _ numbers: ClosedRange<Int>) -> [String] {
        numbers.map { "\(part)\($0)" }
    }

    private let all: [(file: String, vector: ConformanceVector)]

    init() throws {
        all = try vectors(inFolder: packageRoot.appendingPathComponent("Tests/Conformance"))
    }

    static let evaluators: [any ConformanceEvaluator] = [ReferenceSubject(), IndexSubject(), BothSubjects()]

    @Test("Every vector passes with every evaluator; there are at least 600", arguments: evaluators.indices)
    func everyVectorPasses(_ evaluator: Int) {
        let runner = ConformanceRunner(Self.evaluators[evaluator])
        var report = ConformanceReport()
        for (_, vector) in all { report.add(runner.run(vector)) }
        #expect(report.failures.map { "\($0.id): \($0.message)" } == [])
        #expect(report.skipped == [:])
        #expect(report.passedCount == all.count && all.count >= 600)
    }

    @Test("Every id is unique and begins with the vector's rule")
    func ids() {
        let counts = Dictionary(grouping: all, by: \.vector.id).filter { $0.value.count > 1 }
        #expect(counts.keys.sorted() == [])
        let strays = all.filter { !$0.vector.id.hasPrefix($0.vector.text("rule") + "/") }
        #expect(strays.map(\.vector.id) == [])
    }

    @Test(
        "Every vector has a rule, a source and a description",
        arguments: ["rule", "source", "description"]
    )
    func members(_ name: String) {
        #expect(all.filter { $0.vector.text(name).isEmpty }.map(\.vector.id) == [])
    }

    @Test("Every source is a page of AWS's documentation or our own choice")
    func sources() {
        let strays = all.filter {
            let source = $0.vector.text("source")
            return source != "our choice" && !source.hasPrefix("https://docs.aws.amazon.com/")
        }
        #expect(strays.map(\.vector.id) == [])
    }

    @Test("Every rule that vectors can show has both sides: what it lets through, and what it stops")
    func bothSides() {
        let positive: Set<String> = ["allow", "match", "valid"]
        func shown(_ isWanted: (String) -> Bool) -> Set<String> {
            Set(all.filter { isWanted($0.vector.expect) }.map { $0.vector.text("rule") })
        }
        let (letThrough, stopped) = (shown(positive.contains), shown { !positive.contains($0) })
        #expect(Self.rules.filter { !letThrough.contains($0) } == [])
        #expect(Self.rules.filter { !stopped.contains($0) } == [])
        #expect(letThrough.union(stopped).subtracting(Self.rules) == [])
    }

    @Test("B14: every remark that vectors can show has a vector with it, and there are some without any")
    func remarks() {
        let lists = all.compactMap { $0.vector.json["expectRemarks"] }
        let shown = Set(lists.flatMap { $0.elements.map(\.text.description) })
        let wanted: [DiagnosticCode] = [
            .allowNotPrincipal, .inertVariable, .wildcardWithoutLike, .singleValuedKey, .multiValuedKey,
            .missingTagKey, .redundantAction, .redundantResource, .redundantStatement,
        ]
        #expect(wanted.map(\.rawValue).filter { !shown.contains($0) } == [])
        #expect(lists.contains { $0.elements.first { _ in true } == nil })
    }

    @Test("H3: every reason code but one that another rule shows has a vector")
    func reasons() {
        let explained = all.compactMap { $0.vector.json["expectExplain"] }
            .map { String(decoding: $0.sourceBytes, as: UTF8.self) }.joined()
        let reasons = ConditionResult.Reason.allCases.filter { $0 != .presence }
        #expect(reasons.filter { !explained.contains(#""reason": "\#($0.rawValue)""#) } == [])
    }

    @Test("Every vector stands in the file of its rule's part, and is of a known kind")
    func filesAndKinds() {
        let misplaced = all.filter { $0.file.prefix(1).uppercased() != $0.vector.text("rule").prefix(1) }
        #expect(misplaced.map(\.vector.id) == [])
        #expect(Set(all.map(\.vector.kind)) == Self.kinds)
    }

    @Test("Every file and every kind is described beside the files")
    func documentation() throws {
        let file = packageRoot.appendingPathComponent("Tests/Conformance/README.md")
        let text = try String(contentsOf: file, encoding: .utf8)
        for name in Set(all.map(\.file)) { #expect(text.contains("| \(name) |"), "\(name)") }
        for kind in Self.kinds { #expect(text.contains("`\(kind)`"), "\(kind)") }
    }

    @Test("A vector whose answer is turned around fails", arguments: kinds.sorted())
    func wrongExpectation(_ kind: String) throws {
        let opposites = [
            "allow": "implicitDeny", "implicitDeny": "explicitDeny", "explicitDeny": "allow",
            "error": "allow",
            "match": "nomatch", "nomatch": "match", "valid": "invalid", "invalid": "valid",
        ]
        let some = all.filter { $0.vector.kind == kind }.prefix(40)
        #expect(!some.isEmpty)
        for (_, original) in some {
            let line = String(decoding: original.json.sourceBytes, as: UTF8.self)
            let wrong = try #require(opposites[original.expect])
            let turned = line.replacing(#""expect": "\#(original.expect)""#, with: #""expect": "\#(wrong)""#)
            #expect(turned != line)
            #expect(failure(try verdict(turned)) != nil, "\(original.id)")
        }
    }
}

extension ConformanceVector {
    /// The text of a member; empty where there is none.
    fileprivate func text(_ name: String) -> String {
        json.members.first { $0.key.text.description == name }?.value.string?.description ?? ""
    }
}
