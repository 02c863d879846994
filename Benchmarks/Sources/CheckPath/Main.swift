import Foundation
import Portcullis

/// Decides the requests of a file by one reader, ROUNDS times, and nothing else in between.
///
/// Counting instructions of two runs of different length gives what a check costs, without the cost of starting.
@main
struct Main {
    static func main() throws {
        let arguments = CommandLine.arguments
        guard arguments.count == 4, let rounds = Int(arguments[3]) else {
            print("usage: CheckPath DIRECTORY REQUESTS ROUNDS")
            exit(2)
        }
        let compiler = SnapshotCompiler(seed: 7)
        let engine = AuthorizationEngine(try compiler.compile(Directory(contentsOf: arguments[1])))
        let (requests, expected) = try read(arguments[2])
        var reader = engine.makeReader()
        let wrong = decide(requests.span, expected.span, rounds, &reader)
        print("\(requests.count) requests, \(rounds) rounds, \(wrong) wrong answers")
        if wrong > 0 { exit(1) }
    }

    private static func read(_ path: String) throws -> ([CompactRequest], [Outcome]) {
        let lines = try Data(contentsOf: URL(fileURLWithPath: path)).split(separator: UInt8(ascii: "\n"))
        var requests: [CompactRequest] = []
        var expected: [Outcome] = []
        for line in lines {
            let document = try RequestDocument(reading: SourceText(Array(line), name: path))
            let outcomes: [Outcome] = [.allow, .implicitDeny, .explicitDeny]
            guard let at = document.at, let word = document.expect?.description,
                let outcome = outcomes.first(where: { $0.name == word })
            else { continue }
            let credential = try document.session.map {
                try CallerCredential($0, options: EvaluationOptions())
            }
            requests.append(try CompactRequest(document.request, credential: credential, at: at))
            expected.append(outcome)
        }
        return (requests, expected)
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
