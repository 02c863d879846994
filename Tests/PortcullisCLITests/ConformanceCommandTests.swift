import Testing

@testable import PortcullisCLI

@Suite("portcullis conformance")
struct ConformanceCommandTests {
    private static func glob(_ id: String, _ expect: String, _ more: String = "") -> String {
        #"{"id": "\#(id)", "kind": "wildcard-match", "expect": "\#(expect)", \#(more)"#
            + #""policies": {"pattern": "a*"}, "request": {"value": "ab"}}"#
    }

    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder([
            "good.jsonl": Self.glob("one", "match") + "\n\n" + Self.glob("two", "match") + "\n",
            "bad.jsonl": Self.glob("three", "match") + "\n" + Self.glob("four", "nomatch"),
            "other.jsonl": Self.glob("five", "match", #""dialect": "minio", "#),
            "notes.txt": "not a vector",
        ])
    }

    private func conformance(_ words: String..., isTerminal: Bool = false) -> Captured {
        portcullis(["conformance"] + words, isTerminal: isTerminal)
    }

    @Test("Vectors that all pass: exit code 0 and the sums")
    func passing() {
        let run = conformance("\(folder.path)/good.jsonl")
        #expect(
            run.status == .success && run.output == "2 passed, 0 failed, 0 skipped\n" && run.errors.isEmpty
        )
    }

    @Test("--evaluator chooses who is asked, by name", arguments: ["reference", "index", "both"])
    func evaluators(_ name: String) throws {
        let vector = #"{"id": "v", "kind": "runtime-fault", "expect": "x"}"#
        let file = try folder.write("faults.jsonl", vector)
        let run = conformance("--evaluator", name, file, "\(folder.path)/good.jsonl")
        #expect(run.status == .success && run.lines.last == "2 passed, 0 failed, 1 skipped")
        #expect(run.output.contains("the \(name) evaluator is no running service"))
    }

    @Test("A vector that fails: exit code 1, its name, what was wanted and what came")
    func failing() {
        let run = conformance("\(folder.path)/bad.jsonl")
        #expect(run.status == .denied)
        #expect(run.lines == ["FAIL four: expected nomatch, got match", "1 passed, 1 failed, 0 skipped"])
    }

    @Test("A folder stands for its `.jsonl` files; skips are listed by reason")
    func wholeFolder() {
        let run = conformance(folder.path)
        #expect(
            run.lines == [
                "FAIL four: expected nomatch, got match", "skipped 1: dialect minio",
                "3 passed, 1 failed, 1 skipped",
            ]
        )
        let files = conformance("\(folder.path)/good.jsonl", "\(folder.path)/other.jsonl")
        #expect(files.lines.last == "2 passed, 0 failed, 1 skipped" && files.status == .success)
    }

    @Test("--json gives one object a mismatch")
    func json() {
        let run = conformance("--json", "\(folder.path)/bad.jsonl")
        #expect(run.lines.first == #"{"id":"four","message":"expected nomatch, got match"}"#)
    }

    @Test("FAIL is red on a terminal only")
    func colors() {
        let run = conformance("\(folder.path)/bad.jsonl", isTerminal: true)
        #expect(run.output.hasPrefix("\u{1B}[31mFAIL\u{1B}[0m four: "))
        #expect(!conformance("\(folder.path)/bad.jsonl").output.contains("\u{1B}"))
    }

    @Test("A progress line is drawn on a terminal only")
    func progress() {
        #expect(
            conformance("\(folder.path)/good.jsonl", isTerminal: true).errors.hasSuffix(
                "2 of 2 vectors\r\u{1B}[K"
            )
        )
        #expect(conformance("\(folder.path)/good.jsonl").errors.isEmpty)
    }

    @Test("--accept lists differences by rule: a listed failure is skipped, a listed pass fails")
    func accept() throws {
        let list = try folder.write("accept.txt", #"{"id": "four", "rule": "D1", "reason": "x"}"# + "\n\n")
        let run = conformance("--accept", list, "\(folder.path)/bad.jsonl")
        #expect(run.status == .success)
        #expect(run.lines == ["skipped 1: rule D1 decides otherwise", "1 passed, 0 failed, 1 skipped"])
        let stale = try folder.write("stale.txt", #"{"id": "one", "rule": "D1"}"#)
        let failed = conformance("--accept", stale, "\(folder.path)/good.jsonl")
        #expect(failed.status == .denied)
        #expect(failed.lines.first == "FAIL one: is listed as decided otherwise by D1, and is not")
    }

    @Test("A list of differences that cannot be read: exit code 3", arguments: ["{", #"{"id": "four"}"#])
    func faultyAccept(_ text: String) throws {
        let list = try folder.write("accept.txt", "\n" + text)
        let run = conformance("--accept", list, "\(folder.path)/bad.jsonl")
        #expect(run.status == .invalidInput && run.output.isEmpty)
        #expect(run.errors.hasPrefix("\(list):2:1:"))
    }

    @Test("A line that is no vector: exit code 3, with its line in the file, blank lines counted")
    func noVector() throws {
        let file = try folder.write("broken.jsonl", Self.glob("one", "match") + "\n\n{}\n")
        let run = conformance(file)
        #expect(run.status == .invalidInput && run.output.isEmpty)
        #expect(run.errors.hasPrefix("\(file):3:1:1: error: a vector needs `id`, `kind` and `expect`"))
    }

    @Test("A file or folder that is not there: exit code 3")
    func missing() {
        let run = conformance("\(folder.path)/none.jsonl")
        #expect(
            run.status == .invalidInput && run.errors.hasPrefix("\(folder.path)/none.jsonl: cannot find it")
        )
        let list = conformance("--accept", "\(folder.path)/none", "\(folder.path)/good.jsonl")
        #expect(list.status == .invalidInput && list.errors.contains("cannot open it"))
    }

    @Test("Files that vectors name lie beside the vectors")
    func fileBesideVectors() throws {
        try folder.write("hostile/bad.json", "{")
        let line = #"{"id": "h", "kind": "policy", "expect": "reject", "file": "bad.json"}"#
        let file = try folder.write("hostile/index.jsonl", line)
        #expect(conformance(file).status == .success)
        #expect(conformance("\(folder.path)/hostile").status == .success)
    }

    @Test("The project's own vectors pass")
    func ownVectors() {
        let run = conformance("\(packageRoot)/Tests/Conformance")
        #expect(run.status == .success)
        #expect(run.lines.count == 1 && run.output.hasSuffix(" passed, 0 failed, 0 skipped\n"))
    }
}
