import ConformanceSuite
import PolicyLanguage
import Testing

@Suite("Vectors with a whole directory, and layer by layer")
struct DirectoryVectorTests {
    private func directory(_ expect: String, request: String, files: String? = nil, _ more: String = "")
        -> String
    {
        let standard = #"""
            {"accounts/111122223333/users/alice/inline/own.json": {"Version": "2012-10-17", "Statement": {
             "Effect": "Allow", "Action": "s3:*", "Resource": "arn:aws:s3:::home/${aws:username}/*",
             "Condition": {"DateLessThan": {"aws:CurrentTime": "2026-03-02"}}}}}
            """#
        return #"""
            {"id": "v", "kind": "directory", "expect": "\#(expect)", \#(more)
             "files": \#(files ?? standard), "request": \#(request)}
            """#
    }

    private func request(_ principal: String, _ key: String, _ more: String = "") -> String {
        #"""
        {"principal": \#(principal), "action": "s3:GetObject", "resource": "arn:aws:s3:::home/\#(key)"\#(more)}
        """#
    }
    private let alice = #""arn:aws:iam::111122223333:user/alice""#

    @Test("E26: the engine's own keys are filled in from the directory and the clock of the request")
    func engineKeys() throws {
        #expect(try verdict(directory("allow", request: request(alice, "alice/x"))) == .passed)
        #expect(try verdict(directory("implicitDeny", request: request(alice, "bob/x"))) == .passed)
        let late = #", "at": "2026-03-03T00:00:00Z""#
        #expect(try verdict(directory("implicitDeny", request: request(alice, "alice/x", late))) == .passed)
        #expect(failure(try verdict(directory("allow", request: request(alice, "alice/x", late)))) != nil)
    }

    @Test("A4: an unknown caller or an unreadable request is an error")
    func errors() throws {
        let bob = #""arn:aws:iam::111122223333:user/bob""#
        #expect(try verdict(directory("error", request: request(bob, "x"))) == .passed)
        #expect(try verdict(directory("error", request: request("7", "x"))) == .passed)
        #expect(failure(try verdict(directory("allow", request: request(bob, "x")))) != nil)
    }

    @Test(
        "A directory that cannot be read fails the vector, unless it expects `invalid`",
        arguments: ["error", "allow"]
    )
    func faultyDirectory(_ expect: String) throws {
        let line = directory(expect, request: request(alice, "x"), files: #"{"stray.json": {}}"#)
        #expect(failure(try verdict(line))?.contains("the directory cannot be read: stray.json") == true)
        let wanted = line.replacing(#""expect": "\#(expect)""#, with: #""expect": "invalid""#)
        #expect(try wanted != line && verdict(wanted) == .passed)
    }

    @Test("Options reach a directory's evaluation, too")
    func options() throws {
        let root = request(#""arn:aws:iam::111122223333:root""#, "x")
        #expect(try verdict(directory("implicitDeny", request: root)) == .passed)
        #expect(
            try verdict(directory("allow", request: root, #""options": {"rootUser": "true"}, "#)) == .passed
        )
    }

    // MARK: Layers

    private func simulate(_ expect: String, _ layers: String, blockedBy: String? = nil) -> String {
        let blocked = blockedBy.map { #""expectBlockedBy": ["\#($0)"], "# } ?? ""
        return #"""
            {"id": "v", "kind": "simulate", "expect": "\#(expect)", \#(blocked)"policies": {\#(layers)},
             "request": {"principal": \#(alice), "action": "s3:GetObject",
                         "resource": "arn:aws:sqs:eu-west-1:111122223333:q"}}
            """#
    }

    private static let open = #"{"Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}"#
    private static let openToAll =
        #"{"Statement": {"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}}"#

    @Test(
        "Each layer of the vector bears on the request; an empty one allows nothing",
        arguments: [
            (#""scps": [[]]"#, "scp"), (#""scps": []"#, "scp"), (#""rcps": [[]]"#, "rcp"),
            (#""rcps": []"#, "rcp"),
            (#""endpoint": []"#, "endpoint"), (#""session": []"#, "session"),
        ]
    )
    func emptyLayer(_ layer: String, _ name: String) throws {
        let identity = #""identity": [\#(Self.open)]"#
        #expect(try verdict(simulate("allow", identity)) == .passed)
        #expect(try verdict(simulate("implicitDeny", "\(identity), \(layer)", blockedBy: name)) == .passed)
    }

    @Test("An empty list of boundaries means none; an absent identity list grants nothing")
    func boundaryAndIdentity() throws {
        #expect(try verdict(simulate("allow", #""identity": [\#(Self.open)], "boundary": []"#)) == .passed)
        let closed = #"{"Statement": {"Effect": "Allow", "Action": "kms:*", "Resource": "*"}}"#
        #expect(
            try verdict(
                simulate(
                    "implicitDeny",
                    #""identity": [\#(Self.open)], "boundary": \#(closed)"#,
                    blockedBy: "boundary"
                )
            ) == .passed
        )
        #expect(try verdict(simulate("implicitDeny", "", blockedBy: "identity")) == .passed)
        #expect(try verdict(simulate("allow", #""resource": \#(Self.openToAll)"#)) == .passed)
    }

    @Test("A policy that cannot be read fails the vector")
    func unreadablePolicy() throws {
        let message = failure(try verdict(simulate("implicitDeny", #""identity": [{"Statement": 7}]"#)))
        #expect(message?.hasPrefix("the vector cannot be read: ") == true)
    }
}
