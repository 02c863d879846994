import DecisionIndex
import IdentityDirectory
import RandomWorlds
import SnapshotCompiler
import Testing
import Vocabulary

/// Patterns with variables, escapes, single wildcards and wildcards inside a part, against near misses.
///
/// One reader decides all of them, so that what one pattern leaves in the working memory the next would see.
@Suite("D4, E20–E24: patterns in the index match as the reference's")
struct PatternMatchingTests {
    private static let patterns = [
        "arn:aws:s3:::b/${aws:PrincipalTag/team}/*", "arn:aws:s3:::b/*/${aws:PrincipalTag/team}",
        "arn:aws:s3:::b/*${aws:PrincipalTag/team}*end", "arn:aws:s3:::b/${aws:PrincipalTag/none}/*",
        "arn:aws:s3:::b/${aws:PrincipalTag/none, 'red'}/*", "arn:aws:s3:::b/${*}/*${?}*",
        "arn:aws:s3:::b/?ed/*",
        "arn:aws:s3:::b/*?ed*/?", "arn:aws:s3:::?/*/${aws:PrincipalTag/team}?", "arn:a*s:s3:::b/*",
        "arn:aws:s?:::b/red/*x", "arn:aws:s3:::b/*ab*ab*b", "arn:aws:s3:::b/**", "arn:aws:s3:::b/*/*/*/",
        "arn:aws:s3:::b/*red/red*red", "arn:aws:*:::b/*", "arn:aws:s3:*x:*y:b/*",
    ]
    private static let resources = [
        "arn:aws:s3:::b/red/x", "arn:aws:s3:::b/red", "arn:aws:s3:::b/x/red", "arn:aws:s3:::b/xredend",
        "arn:aws:s3:::b/redredend", "arn:aws:s3:::b/*/a?b", "arn:aws:s3:::b/ab/red/r", "arn:aws:s3:::b/réd/x",
        "arn:aws:s3:::b/xabab", "arn:aws:s3:::b/ababb", "arn:aws:s3:::b/////",
        "arn:aws:s3:::b/redred/redxred",
        "arn:aws:s3:::b/", "arn:aws:s3:a:b:b/red/x", "arn:aws:sx:::b/red/xx", "arn:aws:s3:::c/q/redd",
    ]

    @Test(
        "Every pattern against every resource, allowed, denied and excepted",
        arguments: ["Resource", "NotResource"]
    )
    func agreement(_ element: String) throws {
        var roles: [String: [String: [String]]] = [:]
        for (index, pattern) in Self.patterns.enumerated() {
            for effect in ["Allow", "Deny"] {
                let statement =
                    #"{"Effect": "\#(effect)", "Action": "s3:Get*", "\#(element)": "\#(pattern)"}"#
                roles["\(effect)-\(index)"] = [
                    "p": [statement, allow("s3:GetObject", on: "arn:aws:s3:::b/re*")]
                ]
            }
        }
        let directory = try directory(roles: roles)
        var session = SessionFacts()
        session.tags = ["team": "red"]
        var both = try SideBySide(directory, EvaluationOptions(), seed: 3)
        var allowed = 0
        for role in roles.keys.sorted() {
            for resource in Self.resources {
                let (reference, index) = both.ask(question(role, "s3:GetObject", resource), session: session)
                #expect(index == reference, "\(role) \(resource)")
                if index.outcome == .allow { allowed += 1 }
            }
        }
        #expect(allowed > 50)
    }

    @Test(
        "A4: a pattern that needs more than the working memory makes the check an error, and leaves it clean"
    )
    func exhausted() throws {
        let directory = try directory(roles: [
            "wide": ["p": [allow("s3:*", on: "arn:aws:s3:::b/?*${aws:PrincipalTag/team}")]],
            "plain": ["p": [allow("s3:*", on: "arn:aws:s3:::b/*${aws:PrincipalTag/team}")]],
        ])
        var session = SessionFacts()
        let long = String(repeating: "x", count: 5_000)
        session.tags = ["team": UTF8Text(long)]
        let credential = try CallerCredential(session, options: EvaluationOptions())
        var reader = AuthorizationEngine(try SnapshotCompiler(seed: 3).compile(directory)).makeReader()
        for _ in 0..<2 {
            for (role, outcome) in [("wide", Outcome.error), ("plain", .allow)] {
                let request = question(role, "s3:GetObject", "arn:aws:s3:::b/y\(long)")
                let decision = reader.authorize(
                    try CompactRequest(request, credential: credential, at: .distantPast)
                )
                #expect(decision.outcome == outcome, "\(role)")
            }
        }
    }
}
