import Testing

@testable import PortcullisCLI

@Suite("portcullis validate")
struct ValidateTests {
    private static let good = #"{"Statement": {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}}"#
    /// Three faults, on lines 2, 3 and 4, and a remark on line 5.
    private static let faulty = """
        {"Statement": [
          {"Effect": "allow", "Action": "s3:*", "Resource": "*"},
          {"Effect": "Deny", "Action": "s3", "Resource": "*"},
          {"Effect": "Deny", "Action": "s3:*", "Resource": "*", "Condition": {"StringIs": {"a": "b"}}},
          {"Effect": "Allow", "NotAction": "s3:*", "Resource": "*"}
        ]}
        """

    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder(["good.json": Self.good, "faulty.json": Self.faulty]) }

    private func validate(_ words: String..., input: String = "", isTerminal: Bool = false) -> Captured {
        portcullis(["validate"] + words, input: input, isTerminal: isTerminal)
    }

    @Test("A good policy: exit code 0 and a summary")
    func good() {
        let run = validate("\(folder.path)/good.json")
        #expect(
            run.status == .success && run.output == "1 document, 0 errors, 0 warnings\n" && run.errors.isEmpty
        )
    }

    @Test("A faulty policy: exit code 3, and every finding with file, line, column, code and path")
    func faulty() {
        let file = "\(folder.path)/faulty.json"
        let run = validate(file)
        #expect(run.status == .invalidInput && run.errors.isEmpty)
        #expect(run.lines.count == 5)
        #expect(run.lines[0].hasPrefix("\(file):2:14: error: ") && run.lines[0].contains("[schema.effect]"))
        #expect(run.lines[0].hasSuffix(" at Statement[0].Effect"))
        #expect(run.lines[1].hasPrefix("\(file):3:32: error: ") && run.lines[1].contains("[action.form]"))
        #expect(
            run.lines[2].hasPrefix("\(file):4:71: error: ") && run.lines[2].contains("[condition.operator]")
        )
        #expect(run.lines[3].hasPrefix("\(file):5:36: warning: "))
        #expect(run.lines[4] == "1 document, 3 errors, 1 warning")
    }

    @Test("Remarks alone: exit code 0, and they are printed")
    func warnings() {
        let policy = #"{"Statement": {"Effect": "Allow", "NotAction": "s3:*", "Resource": "*"}}"#
        let run = validate("-", input: policy)
        #expect(run.status == .success)
        #expect(run.lines.first?.hasPrefix("standard input:1:") == true)
        #expect(
            run.lines.first?.contains(": warning: ") == true && run.output.contains("[lint.allow-not-action]")
        )
        #expect(run.lines.last == "1 document, 0 errors, 1 warning")
    }

    @Test("Several files are counted together, and one fault is enough")
    func several() {
        let run = validate(
            "\(folder.path)/good.json",
            "\(folder.path)/faulty.json",
            "\(folder.path)/good.json"
        )
        #expect(run.status == .invalidInput)
        #expect(run.lines.last?.hasPrefix("3 documents, 3 errors") == true)
    }

    @Test(
        "--type chooses the rules",
        arguments: ["identity", "boundary", "session", "scp", "resource", "endpoint", "trust", "rcp"]
    )
    func types(_ type: String) {
        let isGood = ["identity", "boundary", "session", "scp"].contains(type)
        let run = validate("--type", type, "\(folder.path)/good.json")
        #expect(run.status == (isGood ? .success : .invalidInput))
    }

    @Test("--mode lenient turns some faults into remarks")
    func mode() {
        let policy = #"{"Id": "x", "Statement": {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}}"#
        #expect(validate("-", input: policy).status == .invalidInput)
        let lenient = validate("--mode=lenient", "-", input: policy)
        #expect(lenient.status == .success && lenient.output.contains(": warning: "))
    }

    @Test("B13: --aws-quotas also checks AWS's sizes")
    func quotas() {
        let actions = Array(repeating: #""s3:GetObject""#, count: 500).joined(separator: ",")
        let policy = #"{"Statement": {"Effect": "Allow", "Action": [\#(actions)], "Resource": "*"}}"#
        #expect(validate("-", input: policy).status == .success)
        let run = validate("--aws-quotas", "-", input: policy)
        #expect(run.status == .invalidInput && run.output.contains("[limit.quota]"))
    }

    @Test(
        "--lines reads one document a line, bare or as a `document` member; blank lines count as lines only"
    )
    func lines() throws {
        let text = [Self.good, #"{"id": 1, "document": \#(Self.good)}"#, "", "{", #"{"document": {}}"#, ""]
        let file = try folder.write("many.jsonl", text.joined(separator: "\n"))
        let run = validate("--lines", file)
        #expect(run.status == .invalidInput)
        #expect(run.lines.last?.hasPrefix("4 documents, ") == true)
        #expect(run.lines.contains { $0.hasPrefix("\(file):4:1:2: error: ") })
        #expect(run.lines.contains { $0.hasPrefix("\(file):5:1:14: error: ") })
        #expect(run.lines.dropLast().allSatisfy { $0.hasPrefix("\(file):4:") || $0.hasPrefix("\(file):5:") })
    }

    @Test("--lines draws a progress line on a terminal only")
    func progress() {
        let text = [Self.good, Self.good].joined(separator: "\n")
        #expect(validate("--lines", "-", input: text).errors.isEmpty)
        let run = validate("--lines", "-", input: text, isTerminal: true)
        #expect(run.errors.hasSuffix("\r100 %  2 of 2 documents\r\u{1B}[K"))
    }

    @Test("--json gives counts and findings")
    func json() {
        let run = validate("--json", "\(folder.path)/faulty.json")
        #expect(run.status == .invalidInput)
        #expect(run.output.hasPrefix("{\n  \"documents\": 1,\n  \"errors\": 3,\n"))
        #expect(run.output.contains("\"code\": \"schema.effect\""))
        #expect(run.output.contains("\"path\": \"Statement[0].Effect\""))
        #expect(
            run.output.contains(
                "\"file\": \"\(folder.path)/faulty.json\",\n      \"line\": 2,\n      \"column\": 14"
            )
        )
        #expect(validate("--json", "\(folder.path)/good.json").output.contains("\"diagnostics\": []"))
    }

    @Test("Findings are coloured on a terminal only: errors red, remarks yellow")
    func colors() {
        let run = validate("\(folder.path)/faulty.json", isTerminal: true)
        #expect(run.output.hasPrefix("\u{1B}[31m\(folder.path)/faulty.json:2:14: error: "))
        let policy = #"{"Statement": {"Effect": "Allow", "NotAction": "s3:*", "Resource": "*"}}"#
        #expect(
            validate("-", input: policy, isTerminal: true).output.hasPrefix("\u{1B}[33mstandard input:1:")
        )
        #expect(!validate("\(folder.path)/faulty.json").output.contains("\u{1B}"))
    }

    @Test("A file that is not there: exit code 3")
    func missing() {
        let run = validate("\(folder.path)/none.json")
        #expect(run.status == .invalidInput && run.output.isEmpty)
        #expect(run.errors.hasPrefix("\(folder.path)/none.json: cannot open it: No such file"))
    }

    @Test("B14: entries of a list that others cover are remarked on")
    func redundancy() {
        let run = validate("-", input: Self.good.replacing(#""s3:*""#, with: #"["s3:Get*", "s3:*"]"#))
        #expect(run.status == .success && run.lines.first?.contains("[lint.redundant-action]") == true)
    }

    @Test("B13: --directory with quotas checks what each identity has altogether")
    func directoryQuotas() throws {
        let world = try TemporaryFolder(smallWorld)
        #expect(validate("--directory", world.path, "--aws-quotas").status == .success)
        let run = validate("--directory", world.path, "--quota", "userInline=100")
        #expect(run.status == .invalidInput && run.lines.count == 2)
        #expect(run.lines.first?.contains("the inline policies of user `alice` have ") == true)
    }

    @Test("--directory checks a whole directory: the example is good", arguments: [[], ["--aws-quotas"]])
    func directory(_ more: [String]) {
        let run = portcullis(["validate", "--directory", "\(packageRoot)/Examples/acme"] + more)
        #expect(run.status == .success && run.output == "1 document, 0 errors, 0 warnings\n")
    }

    @Test("--directory names every fault of every file")
    func faultyDirectory() throws {
        var files = smallWorld
        files["stray.txt"] = ""
        files["accounts/111122223333/users/alice/inline/own.json"] = Self.faulty
        let world = try TemporaryFolder(files)
        let run = validate("--directory", world.path)
        #expect(run.status == .invalidInput)
        #expect(run.lines.filter { $0.contains("inline/own.json:") && $0.contains(": error: ") }.count == 3)
        #expect(run.lines.contains { $0.contains("stray.txt:1:1: error: ") })
        #expect(run.lines.last?.hasPrefix("1 document, 4 errors, ") == true)
        let missing = validate("--directory", "\(world.path)/none")
        #expect(missing.status == .invalidInput && missing.output.contains("cannot find it"))
    }
}
