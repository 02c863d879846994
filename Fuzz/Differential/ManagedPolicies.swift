import Foundation
import IdentityDirectory
import PolicyLanguage
import RandomWorlds
import Synchronization
import Vocabulary

/// Real policies, each attached to a role of its own, and requests that come near to their statements.
final class ManagedPolicies: Sendable {
    private struct Entry: Sendable {
        let name: String
        let text: String
        let role: RequestPrincipal
        let document: PolicyDocument
    }

    private static let account = "111122223333"
    private static let trust =
        #"{"Version": "2012-10-17", "Statement": {"Effect": "Deny", "Principal": "*", "Action": "sts:*"}}"#
    private let entries: [Entry]
    private let directory: Directory
    let count: Int
    /// Policies of the file that are not among the entries.
    let missing: [String]
    private let coverage = Mutex(Coverage())

    /// How far the policies were asked about.
    private struct Coverage {
        var fewest = Int.max
        var undecided: [String] = []
        var own = 0
    }

    /// Reads one JSON object a line.
    init(reading path: String) throws {
        let bytes = try Data(contentsOf: URL(fileURLWithPath: path))
        var files: [String: String] = [:]
        var names: [(name: String, text: String)] = []
        for line in bytes.split(separator: UInt8(ascii: "\n")) {
            let root = try JSONDocument(reading: SourceText(Array(line), name: path)).root
            guard let name = root["name"]?.string?.description, let document = root["document"] else {
                continue
            }
            let text = String(decoding: document.sourceBytes, as: UTF8.self)
            names.append((name, text))
            files.merge(Self.files(name, text)) { first, _ in first }
        }
        // What AWS itself stores is taken as it is.
        let reader = PolicyReader(mode: .lenient)
        directory = try Directory(files: files.mapValues { Array($0.utf8) }, reader: reader)
        let managed = directory.managedPolicies
        entries = names.compactMap { name, text in
            guard let policy = managed[UTF8Text("arn:aws:iam::aws:policy/\(name)")],
                let role = RequestPrincipal(UTF8Text("arn:aws:iam::\(Self.account):role/\(name)"))
            else { return nil }
            return Entry(name: name, text: text, role: role, document: policy.document)
        }
        count = entries.count
        let known = Set(entries.map(\.name))
        missing = names.map(\.name).filter { !known.contains($0) }
    }

    private static func files(_ name: String, _ text: String) -> [String: String] {
        let role = "accounts/\(account)/roles/\(name)"
        return [
            "aws-managed-policies/\(name).json": text, "\(role)/trust-policy.json": trust,
            "\(role)/role.json":
                #"{"RoleId": "AROAEXAMPLE000000001", "AttachedManagedPolicies": ["arn:aws:iam::aws:policy/\#(name)"]}"#,
        ]
    }

    /// What was asked, and of which policies no statement ever decided.
    var summary: [String] {
        coverage.withLock { coverage in
            [
                "from their own statements: \(coverage.own) requests; fewest about one policy: \(coverage.fewest)",
                "policies of which no statement decided: \(coverage.undecided.count) "
                    + coverage.undecided.sorted().prefix(20).joined(separator: ", "),
            ]
        }
    }

    /// Asks about every other policy: what its statements are about, then what lies near.
    func ask(_ run: Run, _ settings: Settings, thread: Int) throws {
        let requests = max(1, (settings.requests ?? 1_000_000) / max(1, count))
        var both = try SideBySide(directory, EvaluationOptions(), seed: settings.seed)
        for index in stride(from: thread, to: entries.count, by: Run.threadCount) where !run.isOver {
            let entry = entries[index]
            var questions = NearRequests(entry.document, entry.role, seed: settings.seed &+ UInt64(index))
            var tally = Tally()
            tally.addWorld()
            let own = OwnRequests(entry.document, entry.role).requests
            var isDecided = false
            for number in 0..<(own.count + requests) {
                let request = number < own.count ? own[number] : questions.next()
                let (reference, answer) = both.ask(request)
                tally.add(reference, agrees: reference == answer)
                isDecided = isDecided || reference.statement != nil
                if reference == answer { continue }
                let difference = Disagreement(
                    .object(request.jsonMembers),
                    files: Self.files(entry.name, entry.text),
                    mode: .lenient,
                    options: EvaluationOptions()
                )
                run.report(reference, answer, in: "policy \(entry.name)", difference)
                break
            }
            run.add(tally)
            coverage.withLock { coverage in
                coverage.own += own.count
                coverage.fewest = min(coverage.fewest, tally.requests)
                if !isDecided { coverage.undecided.append(entry.name) }
            }
        }
    }
}
