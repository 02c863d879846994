import PolicyLanguage
import Testing
import Vocabulary

@Suite("B14: what another entry of the same list says already")
struct RedundancyTests {
    private static func found(_ text: String, as type: PolicyType = .identity) -> [Diagnostic] {
        var reader = PolicyReader()
        reader.findsRedundancy = true
        do throws(InvalidDocument) {
            return try reader.read(SourceText(text), as: type).warnings
        } catch {
            return error.diagnostics
        }
    }

    private static func list(_ entries: [String]) -> String {
        "[" + entries.map { "\"\($0)\"" }.joined(separator: ", ") + "]"
    }

    /// The positions of the actions that are remarked on.
    private static func redundant(actions: [String], element: String = "Action") -> [Int] {
        let text = policy(#""Effect": "Deny", "\#(element)": \#(list(actions)), "Resource": "*""#)
        return found(text).filter { $0.code == .redundantAction }.compactMap { position($0.path) }
    }

    private static func redundant(resources: [String], element: String = "Resource") -> [Int] {
        let text = policy(#""Effect": "Deny", "Action": "*", "\#(element)": \#(list(resources))"#)
        return found(text).filter { $0.code == .redundantResource }.compactMap { position($0.path) }
    }

    private static func position(_ path: String) -> Int? {
        path.split(separator: "[").last.flatMap { Int($0.dropLast()) }
    }

    @Test(
        "Actions that others cover, ignoring case; of two that cover each other, the later",
        arguments: [
            (["s3:GetObject", "s3:Get*"], [0]), (["s3:get*", "S3:GetObject", "s3:PutObject"], [1]),
            (["s3:*", "s3:Get*", "s3:GetObject"], [1, 2]), (["*", "s3:*"], [1]),
            (["s3:GetObject", "S3:getobject"], [1]), (["s3:GetObjec?", "s3:GetObject"], [1]),
            (["s3:Get**", "s3:Get*"], [1]), (["s3:*Object", "s3:Get*Object"], [1]),
            (["s3:GetObject"], []), (["s3:GetObject", "s3:PutObject"], []), (["s3:Get*", "s3:*Object"], []),
            (["s3:Get?", "s3:Get*"], [0]), (["s3:Get??", "s3:Get?"], []), (["s3:a*b", "s3:a*"], [0]),
        ] as [([String], [Int])]
    )
    func actions(_ actions: [String], _ positions: [Int]) {
        #expect(Self.redundant(actions: actions) == positions)
        #expect(Self.redundant(actions: actions, element: "NotAction") == positions)
    }

    @Test(
        "Resources that others cover, part by part and case-sensitive",
        arguments: [
            (["arn:aws:s3:::b", "arn:aws:s3:::b*"], [0]), (["arn:aws:s3:::b/*", "arn:aws:s3:::b/x/*"], [1]),
            (["*", "arn:aws:s3:::b"], [1]), (["arn:aws:s3:::b", "arn:aws:s3:::B"], []),
            (["arn:*:s3:::b", "arn:aws:s3:::b"], [1]),
            (["arn:aws:sqs:*:*:q", "arn:aws:sqs:eu-west-1:1:q"], [1]),
            (["arn:aws:s3:::b/*", "arn:aws:s3:::b/${aws:username}/*"], [1]),
            (["arn:aws:s3:::b/${aws:username}/*", "arn:aws:s3:::b/ada/*"], []),
            (["arn:aws:s3:::b/?", "arn:aws:s3:::b/${aws:username}"], []),
            (["arn:aws:s3:::b/${*}", "arn:aws:s3:::b/x"], []), (["arn:aws:s3:*:b", "arn:aws:s3:::b"], []),
        ] as [([String], [Int])]
    )
    func resources(_ resources: [String], _ positions: [Int]) {
        #expect(Self.redundant(resources: resources) == positions)
        #expect(Self.redundant(resources: resources, element: "NotResource") == positions)
    }

    @Test("The remark names both entries and stands at the one that may go")
    func message() {
        let text = policy(
            #""Effect": "Deny", "Action": ["s3:Get*", "s3:GetObject", "s3:Get*"], "Resource": "*""#
        )
        let found = Self.found(text)
        #expect(found.map(\.path) == ["Statement.Action[1]", "Statement.Action[2]"])
        #expect(
            found.map(\.message) == ["`s3:GetObject` is covered by `s3:Get*`", "`s3:Get*` stands twice"]
        )
    }

    @Test("A statement that repeats an earlier one, whatever its Sid and the order of its elements")
    func statements() {
        func found(_ second: String) -> [String] {
            let first = #""Effect": "Deny", "Action": ["s3:*"], "Resource": "*""#
            return Self.found(#"{"Statement": [{\#(first)}, {\#(second)}]}"#)
                .map { "\($0.path) \($0.code.rawValue)" }
        }
        let remark = ["Statement[1] lint.redundant-statement"]
        #expect(found(#""Sid": "B", "Resource": "*", "Action": "s3:*", "Effect": "Deny""#) == remark)
        #expect(found(#""Effect": "Allow", "Action": "s3:*", "Resource": "*""#) == [])
        #expect(found(#""Effect": "Deny", "Action": "sqs:*", "Resource": "*""#) == [])
        let condition = #", "Condition": {"Bool": {"aws:SecureTransport": "false"}}"#
        #expect(found(#""Effect": "Deny", "Action": "s3:*", "Resource": "*""# + condition) == [])
    }

    @Test("Only a reader that is told to searches")
    func optional() {
        let text = policy(#""Effect": "Deny", "Action": ["*", "*"], "Resource": "*""#)
        #expect(remarks(text) == [])
        #expect(Self.found(text).map(\.code) == [.redundantAction])
    }

    @Test("A covered pattern matches nothing that its cover does not match")
    func soundness() throws {
        var generator = SeededGenerator(seed: 14)
        let texts = allStrings(over: "ab", upTo: 6)
        var pairCount = 0
        for _ in 0..<4_000 {
            let pair = (0..<2).map { _ in
                String(
                    (0..<Int.random(in: 1...5, using: &generator)).map { _ in
                        "ab*?".randomElement(using: &generator) ?? "a"
                    }
                )
            }
            let found = Self.redundant(actions: pair.map { "s:" + $0 })
            guard let index = found.first else { continue }
            pairCount += 1
            let covered = Array(pair[index].unicodeScalars)[...]
            let cover = Array(pair[1 - index].unicodeScalars)[...]
            for text in texts where naiveMatch(covered, Array(text.unicodeScalars)[...]) {
                #expect(naiveMatch(cover, Array(text.unicodeScalars)[...]), "\(pair) \(text)")
            }
        }
        #expect(pairCount > 200)
    }

    @Test(
        "A long list of costly patterns is read in bounded time, and repetitions in it are still found",
        .timeLimit(.minutes(5))
    )
    func bounded() {
        let patterns = (0..<2_000).map { "s3:" + String(repeating: "*a", count: 100) + "\($0)" }
        let found = Self.found(
            policy(#""Effect": "Deny", "Action": \#(Self.list(patterns + [patterns[0]])), "Resource": "*""#)
        )
        #expect(found.map(\.path) == ["Statement.Action[2000]"])
    }
}
