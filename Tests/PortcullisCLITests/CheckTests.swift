import Testing

@testable import PortcullisCLI

@Suite("portcullis check")
struct CheckTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder(smallWorld) }

    private func check(
        _ action: String,
        _ more: [String] = [],
        principal: String = "arn:aws:iam::111122223333:user/alice",
        input: String = "",
        isTerminal: Bool = false
    ) -> Captured {
        let words = ["check", "--directory", folder.path, "--principal", principal, "--action", action]
        return portcullis(words + ["--resource", "*"] + more, input: input, isTerminal: isTerminal)
    }

    @Test("An allowed request: exit code 0, and what allowed it")
    func allowed() {
        let run = check("s3:GetObject")
        #expect(run.status == .success && run.errors.isEmpty)
        #expect(run.output == "allow by identity-based policy own, statement 11 (Reads)\n")
    }

    @Test("An implicit and an explicit deny: exit code 1, and AWS's message")
    func denied() {
        let subject = "User: arn:aws:iam::111122223333:user/alice is not authorized to perform: "
        let silent = check("kms:Decrypt")
        #expect(silent.status == .denied && silent.errors.isEmpty)
        #expect(
            silent.output
                == "implicitDeny \(subject)kms:Decrypt on resource: * because no identity-based policy "
                + "allows the kms:Decrypt action\n"
        )
        let explicit = check("s3:PutObject")
        #expect(explicit.status == .denied)
        #expect(
            explicit.output
                == "explicitDeny \(subject)s3:PutObject on resource: * with an explicit deny in an "
                + "identity-based policy\n"
        )
    }

    @Test("A request that cannot be evaluated: exit code 3")
    func error() {
        let unknown = check("s3:GetObject", principal: "arn:aws:iam::111122223333:user/bob")
        #expect(unknown.status == .invalidInput)
        #expect(unknown.output.hasPrefix("error User: arn:aws:iam::111122223333:user/bob is not authorized"))
        #expect(unknown.output.contains("(malformed request: principal is not in the directory)"))
        #expect(check("s3").status == .invalidInput)
        let nobody = check("s3:GetObject", principal: "?")
        #expect(nobody.status == .invalidInput && nobody.output.isEmpty)
        #expect(nobody.errors.hasPrefix("command line:1:"))
    }

    @Test("--json gives one object a request")
    func json() {
        #expect(
            check("s3:GetObject", ["--json"]).output
                == #"{"decision":"allow","decidedBy":{"layer":"identity","policy":"own","statement":11,"sid":"Reads"},"snapshotVersion":1}"#
                + "\n"
        )
        let denied = check("kms:Decrypt", ["--json"])
        #expect(denied.status == .denied)
        #expect(
            denied.output.hasPrefix(
                #"{"decision":"implicitDeny","decidedBy":{"layer":"identity"},"snapshotVersion":1,"message":"User: arn:"#
            )
        )
        let error = check("s3", ["--json"])
        #expect(error.status == .invalidInput)
        #expect(
            error.output.hasPrefix(
                #"{"decision":"error","snapshotVersion":1,"error":"malformed request: action is not of the form "#
            )
        )
    }

    @Test("Colours appear on a terminal only, and never in JSON")
    func colors() {
        #expect(check("s3:GetObject", isTerminal: true).output.hasPrefix("\u{1B}[32mallow\u{1B}[0m by"))
        #expect(
            check("s3:PutObject", isTerminal: true).output.hasPrefix("\u{1B}[31mexplicitDeny\u{1B}[0m User")
        )
        #expect(!check("s3:PutObject").output.contains("\u{1B}"))
        #expect(!check("s3:PutObject", ["--json"], isTerminal: true).output.contains("\u{1B}"))
    }

    @Test("A directory that cannot be read: exit code 3, and every fault with its place")
    func faultyDirectory() throws {
        let missing = portcullis(
            "check --directory \(folder.path)/none --principal anonymous --action a:b --resource *"
        )
        #expect(missing.status == .invalidInput && missing.output.isEmpty)
        #expect(missing.errors.contains("\(folder.path)/none:1:1: error: cannot find it"))
        try folder.write("stray.txt", "")
        try folder.write("accounts/111122223333/users/alice/inline/own.json", "{")
        let run = check("s3:GetObject")
        #expect(run.status == .invalidInput && run.errorLines.count == 2)
        #expect(
            run.errors.contains("inline/own.json:1:2: error:") && run.errors.contains("stray.txt:1:1: error:")
        )
    }

    @Test("--mode lenient lets faults through that cannot change a decision")
    func mode() throws {
        let statement = #"{"Effect": "Allow", "Action": "kms:*", "Resource": "*"}"#
        try folder.write(
            "accounts/111122223333/users/alice/inline/id.json",
            #"{"Id": "x", "Statement": \#(statement)}"#
        )
        #expect(check("kms:Decrypt").status == .invalidInput)
        #expect(check("kms:Decrypt", ["--mode", "strict"]).status == .invalidInput)
        #expect(check("kms:Decrypt", ["--mode", "lenient"]).status == .success)
    }

    @Test("--option chooses where AWS is silent")
    func options() {
        let root = "arn:aws:iam::111122223333:root"
        #expect(check("s3:GetObject", principal: root).status == .denied)
        #expect(check("s3:GetObject", ["--option", "rootUser=true"], principal: root).status == .success)
        let big = ["--context", "app:size=big"]
        #expect(check("app:Number", big).status == .denied)
        #expect(
            check("app:Number", big + ["--option", "unparsableRequestValue=error"]).status == .invalidInput
        )
    }

    @Test("--resource-account says whose the resource is, so that two accounts decide")
    func resourceAccount() {
        #expect(check("s3:GetObject", ["--resource-account", "111122223333"]).status == .success)
        let abroad = check("s3:GetObject", ["--resource-account", "444455556666"])
        #expect(abroad.status == .denied && abroad.output.contains("because no resource-based policy"))
    }

    // MARK: Context

    @Test("--context KEY=VALUE gives a single-valued key; the value may hold `=`")
    func context() {
        #expect(check("app:Color", ["--context", "app:color=red"]).status == .success)
        #expect(check("app:Color", ["--context", "APP:Color=red"]).status == .success)
        #expect(check("app:Color", ["--context", "app:color=Red"]).status == .denied)
        #expect(check("app:Color").status == .denied)
        #expect(
            check("app:Both", ["--context", "app:color=a=b", "--context", "app:list[]=a"]).status == .success
        )
    }

    @Test("A3: --context KEY[]=VALUE gives a multi-valued key, and adds to it when repeated")
    func multiValuedContext() {
        #expect(check("app:List", ["--context", "app:list[]=a"]).status == .success)
        let two = ["--context", "app:list[]=a", "--context", "app:list[]=b"]
        #expect(check("app:List", two).status == .success)
        #expect(check("app:List", two + ["--context", "app:list[]=c"]).status == .denied)
        #expect(check("app:Color", ["--context", "app:color[]=red"]).status == .denied)
    }

    @Test(
        "A2: one key given twice in other ways is a fault of the input",
        arguments: [
            ["app:color=red", "app:color=red"], ["app:color=red", "APP:COLOR=red"],
            ["app:list=a", "app:list[]=b"], ["app:list[]=a", "App:list[]=b"],
        ]
    )
    func duplicateContext(_ pairs: [String]) {
        let run = check("app:Color", pairs.flatMap { ["--context", $0] })
        #expect(run.status == .invalidInput && run.output.isEmpty)
        #expect(run.errors.contains("gives a context key twice"))
    }

    @Test("--context without `=` is a usage error", arguments: ["app:color", "=red"])
    func contextWithoutValue(_ text: String) {
        let run = check("app:Color", ["--context", text])
        #expect(run.status == .usage)
        #expect(run.errorLines.first == "portcullis: `--context` needs `key=value`, not `\(text)`")
    }

    @Test("--context-file reads facts as JSON; --context adds to them")
    func contextFile() throws {
        let other = try TemporaryFolder([:])
        func run(_ action: String, _ json: String, _ more: [String] = []) throws -> Captured {
            let file = try other.write("facts.json", json)
            return check(action, ["--context-file", file] + more)
        }
        #expect(try run("app:Color", #"{"app:color": "red"}"#).status == .success)
        #expect(try run("app:List", #"{"app:list": ["a", "b"]}"#).status == .success)
        #expect(try run("app:List", #"{"app:list": []}"#).status == .denied)
        #expect(try run("app:Number", #"{"app:size": 9}"#).status == .success)
        #expect(
            try run("app:Both", #"{"app:list": ["a"]}"#, ["--context", "app:color=a=b"]).status == .success
        )
        #expect(
            try run("app:List", #"{"app:list": ["a"]}"#, ["--context", "app:list[]=c"]).status == .denied
        )
        let twice = try run("app:Color", #"{"app:color": "red"}"#, ["--context", "app:color=red"])
        #expect(twice.status == .invalidInput)
        let faulty = try run("app:Color", "{\n  \"app:color\": {}}")
        #expect(
            faulty.status == .invalidInput
                && faulty.errors.hasPrefix("\(other.path)/facts.json:2:16: error: ")
        )
        #expect(try run("app:Color", "[]").errors.contains("`context` must be an object"))
        #expect(try run("app:Color", "{").errors.contains("[json.syntax]"))
        #expect(
            check("app:Color", ["--context-file", "/no/such/file"]).errors.hasPrefix(
                "/no/such/file: cannot open"
            )
        )
    }

    @Test("--context-file - reads standard input")
    func contextFromInput() {
        let run = check("app:Color", ["--context-file", "-"], input: #"{"app:color": "red"}"#)
        #expect(run.status == .success)
        #expect(check("app:Color", ["--context-file", "-"], input: "").status == .invalidInput)
    }

    @Test("E27: what the engine owns cannot be set from outside")
    func engineOwnedKeys() {
        #expect(check("app:Mfa", ["--context", "aws:MultiFactorAuthPresent=true"]).status == .denied)
    }

    @Test("--at sets the time, as a date or as epoch seconds; without it the clock does")
    func time() {
        #expect(check("app:Time", ["--at", "2025-12-31T23:59:59Z"]).status == .success)
        #expect(check("app:Time", ["--at", "1767225599"]).status == .success)
        #expect(check("app:Time", ["--at", "2026-01-01"]).status == .denied)
        #expect(check("app:Time").status == .denied)
    }

    // MARK: The credential

    @Test(
        "Each option of the credential makes it a temporary one, with that fact",
        arguments: [
            ("app:Mfa", "--mfa"), ("app:Age", "--mfa --mfa-age 99"), ("app:Issued", "--issued-at 2025-06-01"),
            ("app:Source", "--source-identity ada"), ("app:Temporary", "--temporary"),
            ("app:Temporary", "--mfa"),
            ("app:Temporary", "--source-identity eve"), ("app:Temporary", "--session-tag a=b"),
            ("app:Tags", "--session-tag run=42 --session-tag team=ml"),
        ]
    )
    func credential(_ action: String, _ line: String) {
        let words = line.split(separator: " ").map(String.init)
        #expect(check(action, words).status == .success)
        #expect(check(action).status == .denied)
    }

    @Test("Facts of the credential that do not suffice")
    func insufficientCredential() {
        #expect(check("app:Mfa", ["--temporary"]).status == .denied)
        #expect(check("app:Age", ["--mfa", "--mfa-age", "100"]).status == .denied)
        #expect(check("app:Age", ["--mfa-age", "99"]).status == .denied)
        #expect(check("app:Issued", ["--issued-at", "2026-06-01"]).status == .denied)
        #expect(check("app:Tags", ["--session-tag", "run=42"]).status == .denied)
    }

    @Test(
        "Facts of the credential that make no sense",
        arguments: [
            ("--mfa-age old", Status.usage, "`--mfa-age` needs seconds, not `old`"),
            ("--mfa-age -1", .usage, "`--mfa-age` needs seconds, not `-1`"),
            ("--session-tag run", .usage, "`--session-tag` needs `key=value`, not `run`"),
            ("--issued-at noon", .invalidInput, "`issuedAt` must be a date"),
            ("--session-tag a=1 --session-tag a=2", .invalidInput, "error: "),
            ("--session-tag a=1 --session-tag A=2", .invalidInput, "gives a context key twice"),
        ]
    )
    func faultyCredential(_ line: String, _ status: Status, _ message: String) {
        let run = check("app:Mfa", line.split(separator: " ").map(String.init))
        #expect(run.status == status)
        #expect((run.errors + run.output).contains(message))
    }

    @Test("--session-name makes the session of a role")
    func sessionName() {
        let role = "arn:aws:iam::111122223333:role/trainer"
        #expect(check("kms:Decrypt", ["--session-name", "job"], principal: role).status == .success)
        #expect(check("kms:Decrypt", ["--session-name", "other"], principal: role).status == .denied)
        let forged = check("kms:Decrypt", ["--session-name", "a/b"], principal: role)
        #expect(forged.status == .invalidInput)
    }

    @Test("F6: --session-policy narrows the session; several are alternatives")
    func sessionPolicy() throws {
        let role = "arn:aws:iam::111122223333:role/trainer"
        func policy(_ action: String) -> String {
            #"{"Statement": {"Effect": "Allow", "Action": "\#(action)", "Resource": "*"}}"#
        }
        let other = try TemporaryFolder([
            "kms.json": policy("kms:*"), "s3.json": policy("s3:*"), "bad.json": "{",
        ])
        func run(_ files: String...) -> Captured {
            let words = files.flatMap { ["--session-policy", "\(other.path)/\($0)"] }
            return check("kms:Decrypt", ["--session-name", "job"] + words, principal: role)
        }
        #expect(run("kms.json").status == .success)
        #expect(run("s3.json").status == .denied)
        #expect(run("s3.json").output.contains("because no session policy allows"))
        #expect(run("s3.json", "kms.json").status == .success)
        #expect(run("bad.json").status == .invalidInput)
        #expect(run("bad.json").errors.hasPrefix("\(other.path)/bad.json:1:2: error: "))
        #expect(run("none.json").status == .invalidInput)
    }
}
