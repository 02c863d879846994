import Foundation
import Testing

@testable import PortcullisCLI

@Suite("portcullis list")
struct ListTests {
    private let world: TemporaryFolder
    private let folder: TemporaryFolder

    init() throws {
        let statements = [
            #"{"Effect": "Allow", "Action": "s3:Get*", "Resource": "arn:aws:s3:::a/${aws:username}/*"}"#,
            #"{"Effect": "Allow", "Action": "s3:Get*", "Resource": "arn:aws:s3:::open*"}"#,
            #"""
            {"Effect": "Allow", "Action": "s3:Get*", "Resource": "arn:aws:s3:::tagged/*",
             "Condition": {"NumericLessThan": {"aws:ResourceTag/level": "2.5"}}}
            """#,
            #"{"Effect": "Deny", "Action": "s3:*", "Resource": "arn:aws:s3:::open/secret"}"#,
            #"{"Effect": "Allow", "Action": "s3:List*", "Resource": "arn:aws:s3:::a"}"#,
        ]
        world = try TemporaryFolder([
            "accounts/111122223333/users/alice/inline/own.json":
                #"{"Version": "2012-10-17", "Statement": [\#(statements.joined(separator: ", "))]}"#,
            "accounts/111122223333/resource-policies/shared.json": """
            {"ResourceArn": "arn:aws:s3:::shared", "Policy": {"Version": "2012-10-17", "Statement": {
             "Effect": "Allow", "Principal": {"AWS": "111122223333"}, "Action": "s3:*", "Resource": "*"}}}
            """,
        ])
        folder = try TemporaryFolder([:])
    }

    private func list(
        _ more: [String],
        action: String = "s3:GetObject",
        principal: String = "arn:aws:iam::111122223333:user/alice",
        input: String = ""
    ) -> Captured {
        let words = ["list", "--directory", world.path, "--principal", principal, "--action", action] + more
        return portcullis(words, input: input)
    }

    private static let names = ["a/alice/x", "a/bob/x", "open", "open/secret", "shared/x"]
        .map { "arn:aws:s3:::\($0)" }.joined(separator: "\n")

    // MARK: Which of many

    @Test("Those that are allowed are printed in their order; a blank line is passed over")
    func allowed() {
        let run = list(["--resources", "-"], input: "\n" + Self.names + "\r\n\n")
        #expect(run.status == .success && run.errors.isEmpty)
        #expect(run.lines == ["arn:aws:s3:::a/alice/x", "arn:aws:s3:::open"])
    }

    @Test("--json prints every resource with its outcome and the layer that decided")
    func json() throws {
        let file = try folder.write("names", "arn:aws:s3:::open\narn:aws:s3:::open/secret")
        let run = list(["--resources", file, "--json"])
        #expect(
            run.lines == [
                #"{"resource":"arn:aws:s3:::open","outcome":"allow","layer":"identity"}"#,
                #"{"resource":"arn:aws:s3:::open/secret","outcome":"explicitDeny","layer":"identity"}"#,
            ]
        )
    }

    @Test("The exit code is 1 when nothing is allowed, and 3 when the request cannot be evaluated")
    func exitCodes() {
        #expect(list(["--resources", "-"], action: "s3:PutObject", input: Self.names).status == .denied)
        #expect(list(["--resources", "-"], input: "").status == .denied)
        let stranger = list(
            ["--resources", "-"],
            principal: "arn:aws:iam::111122223333:user/eve",
            input: Self.names
        )
        #expect(stranger.status == .invalidInput && stranger.output.isEmpty && !stranger.errors.isEmpty)
    }

    @Test("A4: a faulty resource is named by its line")
    func faultyResource() {
        let run = list(["--resources", "-"], input: "\narn:aws:s3:::a\n\na\u{1}")
        #expect(run.status == .invalidInput && run.output.isEmpty)
        #expect(run.errors == "line 4: malformed request: resource contains a control character\n")
    }

    @Test("A snapshot answers as its directory does")
    func snapshot() throws {
        let file = folder.path + "/world.snapshot"
        #expect(portcullis(["compile", world.path, "-o", file]).status == .success)
        let words = ["list", "--snapshot", file, "--principal", "arn:aws:iam::111122223333:user/alice"]
        for more in [["--resources", "-"], ["--residual"]] {
            let run = portcullis(words + ["--action", "s3:GetObject"] + more, input: Self.names)
            #expect(run.output == list(more, input: Self.names).output)
        }
    }

    // MARK: Residual

    @Test("--residual prints names, conditions and exceptions")
    func residual() {
        let run = list(["--residual"])
        #expect(run.status == .success && run.errors.isEmpty)
        #expect(
            run.output == """
                allowed:
                  all of:
                    any of:
                      arn:aws:s3:::a/alice/*
                      arn:aws:s3:::open*
                      all of:
                        arn:aws:s3:::tagged/*
                        aws:resourcetag/level NumericLessThan "2.5"
                    not arn:aws:s3:::open/secret
                registered, with all below them, to be asked apart:
                  arn:aws:s3:::shared
                to be decided one by one:
                  arn:*:iam:*:*:user/*
                  arn:*:iam:*:*:role/*

                """
        )
    }

    @Test("--residual --json holds the same, and the plain names where there is nothing else")
    func residualJSON() throws {
        func object(_ run: Captured) throws -> [String: Any] {
            try #require(JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [String: Any])
        }
        let open = try object(list(["--residual", "--json"]))
        #expect(open["unknownKeys"] as? [String] == ["aws:resourcetag/level"])
        #expect(open["plainNames"] == nil)
        #expect(open["exceptions"] as? [String] == ["arn:aws:s3:::shared"])
        #expect(((open["filter"] as? [String: Any])?["all"] as? [Any])?.count == 2)
        let plain = try object(list(["--residual", "--json"], action: "s3:ListBucket"))
        #expect(plain["plainNames"] as? [[String: String]] == [["exact": "arn:aws:s3:::a"]])
        let given = list(["--residual", "--context", "aws:ResourceTag/level=1"])
        #expect(given.output.contains("\n      arn:aws:s3:::tagged/*\n"))
    }

    @Test("--below speaks of a registered resource, --resource-account of another owner's")
    func scopes() {
        #expect(list(["--residual", "--below", "arn:aws:s3:::shared"]).status == .denied)
        #expect(list(["--residual", "--resource-account", "222233334444"]).status == .denied)
        let missing = list(["--residual", "--below", "arn:aws:s3:::a"])
        #expect(missing.status == .invalidInput)
        #expect(missing.errors == "`arn:aws:s3:::a` is not a registered resource\n")
    }

    // MARK: Usage

    @Test(
        "A command line that makes no sense is a usage error",
        arguments: [
            [], ["--residual", "--resources", "-"], ["--resources", "-", "--below", "x"],
            ["--resources", "-", "--unknown", "k"], ["--residual", "--resource", "*"],
            ["--residual", "--requests", "-"], ["--residual", "--snapshot", "x"],
        ]
    )
    func usage(_ words: [String]) {
        #expect(list(words).status == .usage)
    }

    @Test("Help names every option that `check` has not")
    func help() {
        for option in ["--resources", "--residual", "--below", "--unknown", "--json", "--snapshot"] {
            #expect(ListCommand.help.contains(option), "\(option)")
        }
    }
}
