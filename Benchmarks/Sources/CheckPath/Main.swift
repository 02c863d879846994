import Foundation
import Portcullis

/// Decides the requests of a file by one reader, ROUNDS times, and nothing else in between.
///
/// `counted` counts what decides; `prepared` asks through prepared requests, which before each check are asked
/// about another resource and back, and get their time and a value of their context anew; `batch` asks all in one
/// call.
///
/// Counting instructions of two runs of different length gives what a check costs, without the cost of starting.
@main
struct Main {
    static func main() throws {
        let arguments = CommandLine.arguments
        let modes = ["plain", "counted", "batch", "prepared", "resources"]
        guard arguments.count == 5, let rounds = Int(arguments[3]), modes.contains(arguments[4]) else {
            print("usage: CheckPath DIRECTORY REQUESTS ROUNDS \(modes.joined(separator: "|"))")
            exit(2)
        }
        let engine = AuthorizationEngine(
            try SnapshotCompiler(seed: 7).compile(Directory(contentsOf: arguments[1])),
            countsDecisions: arguments[4] == "counted"
        )
        let (questions, expected, resources) = try read(arguments[2])
        let requests = try questions.map { try $0.compact() }
        var reader = engine.makeReader()
        var wrong = 0
        switch arguments[4] {
        case "resources":
            let found = try ManyResources(resources).decide(requests.span, rounds, &reader)
            print("\(requests.count) requests, \(found.count) resources, \(found.allowed) allowed")
            return
        case "batch": wrong = decideTogether(requests.span, expected, rounds, &reader)
        case "prepared":
            for (question, outcome) in zip(questions, expected) {
                wrong += try ChangingQuestion(question).decide(rounds, outcome, &reader)
            }
        default: wrong = decide(requests.span, expected.span, rounds, &reader)
        }
        if let counts = engine.decisionCounts(), counts.total != UInt64(requests.count * rounds) {
            wrong += 1
        }
        print("\(requests.count) requests, \(rounds) rounds, \(wrong) wrong answers")
        if wrong > 0 { exit(1) }
    }

    private static func read(_ path: String) throws -> ([Question], [Outcome], Set<UTF8Text>) {
        let lines = try Data(contentsOf: URL(fileURLWithPath: path)).split(separator: UInt8(ascii: "\n"))
        var questions: [Question] = []
        var expected: [Outcome] = []
        var resources: Set<UTF8Text> = []
        for line in lines {
            let document = try RequestDocument(reading: SourceText(Array(line), name: path))
            let outcomes: [Outcome] = [.allow, .implicitDeny, .explicitDeny]
            guard let at = document.at, let word = document.expect?.description,
                let outcome = outcomes.first(where: { $0.name == word })
            else { continue }
            let credential = try document.session.map {
                try CallerCredential($0, options: EvaluationOptions())
            }
            questions.append(Question(request: document.request, credential: credential, at: at))
            expected.append(outcome)
            resources.insert(document.request.resource)
        }
        return (questions, expected, resources)
    }

    private static func decideTogether(
        _ requests: Span<CompactRequest>,
        _ expected: [Outcome],
        _ rounds: Int,
        _ reader: inout AuthorizationReader
    ) -> Int {
        var decisions = [Decision](repeating: .malformedRequest, count: requests.count)
        var span = decisions.mutableSpan
        for _ in 0..<rounds { reader.authorize(requests, into: &span) }
        return zip(decisions, expected).count { $0.outcome != $1 }
    }

    private static func decide(
        _ requests: Span<CompactRequest>,
        _ expected: Span<Outcome>,
        _ rounds: Int,
        _ reader: inout AuthorizationReader
    ) -> Int {
        var wrong = 0
        for index in requests.indices {
            let request = requests[index]
            for _ in 0..<rounds where reader.authorize(request).outcome != expected[index] { wrong += 1 }
        }
        return wrong
    }
}

/// A request before it is laid out.
struct Question {
    let request: AuthorizationRequest
    let credential: CallerCredential?
    let at: Instant

    func compact() throws -> CompactRequest { try CompactRequest(request, credential: credential, at: at) }
}

/// A prepared request with the parts that it gets before each check.
final class ChangingQuestion {
    private let prepared: PreparedRequest
    private let resource: String
    private let account: AccountID?
    private let at: Instant
    private let pair: (key: String, value: String)
    private let other = "arn:aws:s3:::no-such-bucket/x"

    init(_ question: Question) throws {
        var request = question.request
        let first = request.context.pairs.first { if case .single = $0.value { true } else { false } }
        pair = first.map { ($0.key.description, $0.value.values[0].description) } ?? ("app:none", "none")
        if first == nil { request.context["app:none"] = .single("none") }
        prepared = try PreparedRequest(request, credential: question.credential, at: question.at)
        (resource, account, at) = (request.resource.description, request.resourceAccount, question.at)
    }

    func decide(_ rounds: Int, _ expected: Outcome, _ reader: inout AuthorizationReader) throws -> Int {
        let (prepared, account, at) = (prepared, account, at)
        let (other, own) = (other.utf8Span, resource.utf8Span)
        let (key, value) = (pair.key.utf8Span, pair.value.utf8Span)
        var wrong = 0
        for _ in 0..<rounds {
            try prepared.setResource(other)
            try prepared.setResource(own, account: account)
            prepared.setTime(at)
            try prepared.setValue(value, forKey: key)
            if reader.authorize(prepared).outcome != expected { wrong += 1 }
        }
        return wrong
    }
}
