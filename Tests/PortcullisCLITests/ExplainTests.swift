import Testing

@testable import PortcullisCLI

@Suite("portcullis explain")
struct ExplainTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder(smallWorld) }

    private func explain(_ action: String, _ more: String = "", isTerminal: Bool = false) -> Captured {
        portcullis(
            "explain --directory \(folder.path) --principal arn:aws:iam::111122223333:user/alice "
                + "--resource * --action \(action) \(more)",
            isTerminal: isTerminal
        )
    }

    @Test("An allowed request: exit code 0, the decision, and every layer with its statements")
    func allowed() {
        let run = explain("s3:GetObject")
        #expect(run.status == .success && run.errors.isEmpty)
        #expect(run.lines.first == "allow by identity-based policy own statement 11 (Reads)")
        #expect(run.lines.contains("  identity-based policy: allow"))
        #expect(run.lines.contains("    Allow Reads applies"))
        let place = "\(folder.path)/accounts/111122223333/users/alice/inline/own.json:1:"
        let source = run.lines.first {
            $0.hasPrefix("      own of arn:aws:iam::111122223333:user/alice, \(place)")
        }
        #expect(source?.hasSuffix(", Statement[11]") == true)
        #expect(run.lines.contains("    12 statements about other actions"))
    }

    @Test("A denied request: exit code 1, the message, and what blocked it")
    func denied() {
        let run = explain("kms:Decrypt")
        #expect(run.status == .denied)
        #expect(run.lines.first == "implicitDeny by identity-based policy")
        #expect(run.lines.contains("  blocked by: identity-based policy"))
        #expect(explain("s3:PutObject").status == .denied)
    }

    @Test("Conditions are shown with the request's value and the reason")
    func conditions() {
        let run = explain("app:Color", "--context app:color=blue")
        #expect(
            run.output.contains(#"StringEquals app:color [red]: request has "blue"; fails (notEqual)"#)
        )
        #expect(explain("app:Color").output.contains("request has absent; fails (missingKey)"))
    }

    @Test("--all also shows statements about other actions")
    func all() {
        let run = explain("kms:Decrypt", "--all")
        #expect(run.output.contains("Deny NoWrites does not apply: action"))
        #expect(!run.output.contains("about other actions"))
        #expect(!explain("kms:Decrypt").output.contains("NoWrites"))
    }

    @Test("--json gives the explanation as one object; --all works there, too")
    func json() {
        let run = explain("kms:Decrypt", "--json")
        #expect(run.status == .denied)
        #expect(run.output.hasPrefix("{\n  \"decision\": \"implicitDeny\",\n"))
        #expect(
            run.output.contains("\"blockedBy\": [\n    \"identity\"\n  ]") && run.output.hasSuffix("\n}\n")
        )
        #expect(!run.output.contains("NoWrites"))
        #expect(explain("kms:Decrypt", "--json --all").output.contains(#""sid": "NoWrites""#))
    }

    @Test("Colours appear on a terminal only")
    func colors() {
        #expect(explain("s3:GetObject", isTerminal: true).output.hasPrefix("\u{1B}[32mallow\u{1B}[0m"))
        #expect(!explain("s3:GetObject").output.contains("\u{1B}"))
        #expect(!explain("s3:GetObject", "--json", isTerminal: true).output.contains("\u{1B}"))
    }

    @Test("A request that cannot be evaluated: exit code 3, and why")
    func error() {
        let run = explain("s3")
        #expect(run.status == .invalidInput && run.output.isEmpty)
        #expect(run.errorLines == ["malformed request: action is not of the form service:Name"])
    }

    @Test("The session options reach the explanation")
    func session() {
        #expect(explain("app:Mfa").status == .denied)
        #expect(explain("app:Mfa", "--mfa").status == .success)
        #expect(explain("app:Time", "--at 2020-01-01").status == .success)
        #expect(
            explain("app:Number", "--context app:size=x --option unparsableRequestValue=error").status
                == .invalidInput
        )
    }
}
