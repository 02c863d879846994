import DecisionServer
import Foundation
import Testing

@Suite("Simulator: the query protocol")
struct SimulatorProtocolTests {
    typealias Scene = SimulatorScene

    static let good = [
        ("PolicyInputList.member.1", Scene.allow("s3:*")), ("ActionNames.member.1", "s3:GetObject"),
    ]

    private func send(_ parameters: [(String, String)], _ action: String = "SimulateCustomPolicy") throws -> (
        status: Int, xml: SimulatorXML
    ) {
        try Scene().send(Scene.form(action, parameters))
    }

    @Test("A good request is good")
    func good() throws { #expect(try send(Self.good).status == 200) }

    @Test(
        "Parameters that mean nothing are refused with a code",
        arguments: [
            ([("X", "1")], "ValidationError"), ([("PolicyInputList.member.3", "{}")], "ValidationError"),
            ([("PolicyInputList.member.01", "{}")], "ValidationError"),
            ([("ActionNames.member.1.x", "1")], "ValidationError"),
            ([("PolicySourceArn", Scene.ada)], "ValidationError"), ([("MaxItems", "0")], "ValidationError"),
            ([("MaxItems", "1001")], "ValidationError"), ([("MaxItems", "+1")], "ValidationError"),
            ([("MaxItems", "99999999999999999999")], "ValidationError"),
            ([("Marker", "AAAA")], "InvalidInput"),
            ([("Marker", "")], "ValidationError"), ([("ResourceArns.member.1", "bucket")], "InvalidInput"),
            ([("ResourceArns.member.1", "arn:aws:s3:::b/\u{7}")], "InvalidInput"),
            ([("CallerArn", "ada")], "InvalidInput"),
            ([("CallerArn", "arn:aws:sts::111122223333:assumed-role/r/s")], "InvalidInput"),
            ([("CallerArn", "arn:aws:iam::1:user/x")], "InvalidInput"),
            ([("CallerArn", "arn:moon:iam::111122223333:user/x")], "InvalidInput"),
            ([("ResourceOwner", "arn:aws:iam::222233334444:root")], "InvalidInput"),
            ([("ResourceOwner", "moon"), ("CallerArn", Scene.ada)], "InvalidInput"),
            ([("ResourcePolicy", SimulatorCustomTests.bucketPolicy)], "InvalidInput"),
            ([("ResourcePolicy", "{}"), ("CallerArn", Scene.ada)], "InvalidInput"),
            (
                Scene.list("PermissionsBoundaryPolicyInputList", [Scene.allow("*"), Scene.allow("*")]),
                "InvalidInput"
            ),
            (Scene.list("PermissionsBoundaryPolicyInputList", ["{"]), "InvalidInput"),
            (
                (1...8).flatMap {
                    Scene.list(
                        "OrderedOrganizationPolicyInputList.member.\($0).ServiceControlPolicyInputList",
                        [Scene.allow("*")]
                    )
                }, "ValidationError"
            ),
            (Scene.context([("a:b", "string", ["x"])]), "ValidationError"),
            (Scene.context([("a:Key", "text", ["x"])]), "ValidationError"),
            (Scene.context([("a:Key", "string", ["x", "y"])]), "InvalidInput"),
            (Scene.context([("a:Key", "string", [])]), "InvalidInput"),
            (Scene.context([("a:Key", "numeric", ["x"])]), "InvalidInput"),
            (Scene.context([("a:Key", "boolean", ["1"])]), "InvalidInput"),
            (Scene.context([("a:Key", "ip", ["10.0.0.0/8"])]), "InvalidInput"),
            (Scene.context([("a:Key", "binary", ["?"])]), "InvalidInput"),
            (Scene.context([("a:Key", "dateList", ["today"])]), "InvalidInput"),
            (Scene.context([("a:Key", "string", ["x"]), ("A:key", "string", ["y"])]), "InvalidInput"),
            (Scene.context([("a:Key", "string", ["\u{1}"])]), "InvalidInput"),
            ([("ContextEntries.member.1.ContextKeyName", "a:Key")], "ValidationError"),
            ([("ContextEntries.member.1.ContextKeyType", "string")], "ValidationError"),
        ]
    )
    func refused(_ more: [(String, String)], _ code: String) throws {
        let (status, xml) = try send(Self.good + more)
        #expect(status == 400)
        #expect(xml.errorCode == code)
        #expect(xml.errorMessage?.isEmpty == false)
        #expect(xml["ErrorResponse"]?["Error", "Type"]?.text == "Sender")
        #expect(xml["ErrorResponse"]?["RequestId"]?.text.isEmpty == false)
    }

    @Test(
        "Actions are names",
        arguments: [
            "s3:*", "s3:Get?bject", "s3", "s3:a:b", "*", "s3:Gét", "s3:Get Object", "s3:", ":GetObject",
        ]
    )
    func actions(_ name: String) throws {
        let (status, xml) = try Scene().custom([Scene.allow("*")], [name])
        #expect(status == 400)
        #expect(["InvalidInput", "ValidationError"].contains(xml.errorCode))
    }

    @Test("Policies and actions must be there")
    func required() throws {
        #expect(try send([Self.good[0]]).xml.errorCode == "ValidationError")
        #expect(try send([Self.good[1]]).xml.errorCode == "ValidationError")
        #expect(try send([Self.good[0], ("ActionNames", "")]).xml.errorCode == "ValidationError")
        #expect(try send([("PolicyInputList", ""), Self.good[1]]).xml.decisions == ["implicitDeny"])
    }

    @Test("A faulty policy is refused with its place")
    func faultyPolicy() throws {
        let policy =
            "{\"Version\": \"2012-10-17\",\n \"Statement\": {\"Effect\": \"Perhaps\", \"Action\": \"*\", \"Resource\": \"*\"}}"
        let (status, xml) = try Scene().custom([Scene.allow("*"), policy], ["a:Do"])
        #expect(status == 400)
        #expect(xml.errorCode == "InvalidInput")
        #expect(xml.errorMessage?.hasPrefix("PolicyInputList.2:2:") == true)
    }

    @Test("Text of the request cannot break out of the answer")
    func escaping() throws {
        let (_, xml) = try send(Self.good + [("</Message><x>\u{0}\u{FFFE}\r&'", "1")])
        #expect(xml.errorMessage == "there is no parameter `</Message><x>\u{FFFD}\u{FFFD}\r&'`")
    }

    @Test(
        "Other actions and versions do not exist",
        arguments: ["ListUsers", "simulateCustomPolicy", "SimulateCustomPolicy2"]
    )
    func otherActions(_ action: String) throws {
        let (status, xml) = try send(Self.good, action)
        #expect(status == 400)
        #expect(xml.errorCode == "InvalidAction")
    }

    @Test(
        "Forms are read strictly",
        arguments: [
            ("Action=SimulateCustomPolicy&Version=2011-06-15", "InvalidAction"),
            ("Action=SimulateCustomPolicy", "InvalidAction"),
            ("Version=2010-05-08", "MissingAction"), ("", "MissingAction"),
            ("Action=%zz", "MalformedQueryString"),
            ("Action=%4", "MalformedQueryString"), ("Action=%FF", "MalformedQueryString"),
            ("Action=a&Action=b", "MalformedQueryString"),
        ]
    )
    func forms(_ body: String, _ code: String) throws {
        let (status, xml) = try Scene().send(Array(body.utf8))
        #expect(status == 400)
        #expect(xml.errorCode == code)
    }

    @Test("Both spellings of a space are read, and either case of an escape")
    func spellings() throws {
        let body =
            "Action=SimulateCustomPolicy&Version=2010-05-08&ActionNames.member.1=s3%3aGetObject&&PolicyInputList.member.1="
            + "%7B+%22Version%22%3A%20%222012-10-17%22,%22Statement%22:%7b%22Effect%22:%22Allow%22,%22Action%22:%22*%22,%22Resource%22:%22*%22%7D%7d"
        let (status, xml) = try Scene().send(Array(body.utf8))
        #expect(status == 200, "\(xml.text)")
        #expect(xml.decisions == ["allowed"])
    }

    @Test("More fields than anybody needs are refused")
    func manyFields() throws {
        let body = (0...20_000).map { "a\($0)=" }.joined(separator: "&")
        #expect(try Scene().send(Array(body.utf8)).xml.errorCode == "MalformedQueryString")
    }

    @Test("Only a posted form is spoken to")
    func transport() throws {
        let scene = try Scene()
        let body = Scene.form("SimulateCustomPolicy", Self.good)
        #expect(scene.send(body, method: "GET").status == 405)
        #expect(scene.send(body, type: "application/json").status == 415)
        #expect(scene.send(body, type: nil).status == 415)
        #expect(scene.send(body, type: "Application/X-WWW-Form-Urlencoded").status == 200)
        let response = scene.api.respond(to: ServerRequest(method: "PUT", path: "/"))
        #expect(response.headers.contains { $0.name == "Allow" && $0.value == "POST" })
        #expect(response.contentType == "text/xml")
        #expect(response.headers.contains { $0.name == "x-amzn-RequestId" })
    }

    @Test("A body that is too long is not read")
    func bodyLimit() throws {
        var limits = SimulatorAPI.Limits()
        limits.bodyBytesMax = 100
        #expect(try Scene(limits: limits).send([UInt8](repeating: 0x61, count: 101)).status == 413)
    }

    // MARK: Pages

    @Test("Pages of every size hold the same results", arguments: 1...6)
    func pages(_ size: Int) throws {
        let scene = try Scene()
        let actions = ["a:A", "b:B", "a:C", "b:D", "a:E"]
        var found: [String] = []
        var marker: String?
        repeat {
            let more = [("MaxItems", String(size))] + (marker.map { [("Marker", $0)] } ?? [])
            let (status, xml) = scene.custom([Scene.allow("a:*")], actions, more)
            #expect(status == 200)
            #expect(xml.results.count <= size)
            found += xml.results.compactMap { $0["EvalActionName"]?.text }
            marker = xml.result?["Marker"]?.text
            #expect((xml.result?["IsTruncated"]?.text == "true") == (marker != nil))
        } while marker != nil
        #expect(found == actions)
    }

    @Test("A hundred results are a page where nobody says otherwise")
    func defaultPage() throws {
        let actions = (0..<101).map { "a:A\($0)" }
        let xml = try Scene().custom([Scene.allow("a:*")], actions).xml
        #expect(xml.results.count == 100)
        #expect(xml.result?["IsTruncated"]?.text == "true")
    }

    @Test("A marker belongs to its own request and server")
    func markers() throws {
        let scene = try Scene()
        let marker = try #require(
            scene.custom([Scene.allow("a:*")], ["a:A", "a:B"], [("MaxItems", "1")]).xml.result?["Marker"]?
                .text
        )
        let more = [("Marker", marker)]
        #expect(scene.custom([Scene.allow("a:*")], ["a:A", "a:B"], more).xml.results.count == 1)
        #expect(scene.custom([Scene.allow("a:*")], ["a:A", "a:C"], more).xml.errorCode == "InvalidInput")
        #expect(scene.custom([Scene.allow("*")], ["a:A", "a:B"], more).xml.errorCode == "InvalidInput")
        #expect(
            try Scene().custom([Scene.allow("a:*")], ["a:A", "a:B"], more).xml.errorCode == "InvalidInput"
        )
    }

    @Test("Pages shrink as the work of a result grows, down to none")
    func work() throws {
        let policy = Scene.allow("a:*")
        var limits = SimulatorAPI.Limits()
        limits.workBytesMax = policy.utf8.count * 2
        let scene = try Scene(limits: limits)
        let actions = ["a:A", "a:B", "a:C"]
        #expect(scene.custom([policy], actions).xml.results.count == 2)
        let resources = Scene.list("ResourceArns", ["arn:aws:s3:::a", "arn:aws:s3:::b", "arn:aws:s3:::c"])
        #expect(scene.custom([policy], actions, resources).xml.errorCode == "InvalidInput")
    }
}
