import Portcullis
import Testing

@testable import SnapshotDelivery

@Suite("What differs between two directories")
struct DifferenceTests {
    private static let user: UTF8Text = "arn:aws:iam::111122223333:user/alice"
    private let path = "accounts/111122223333"

    private func difference(
        _ old: [String: String],
        _ new: [String: String]
    ) throws -> PolicySetDifference {
        func directory(_ files: [String: String]) throws -> Directory {
            try Directory(files: files.mapValues { Array($0.utf8) })
        }
        return PolicySetDifference(from: try directory(old), to: try directory(new))
    }

    private func own(_ rights: World.Rights) -> [String: String] {
        ["\(path)/users/alice/inline/own.json": World.policy(rights)]
    }

    @Test("Order, places and names of statements do not matter")
    func meaning() throws {
        let one = own(.init(allow: ["Read", "Write"], deny: ["All"]))
        let other = """
            {"Version": "2012-10-17", "Statement": [
              {"Sid": "No", "Effect": "Deny", "Action": "app:All", "Resource": "*"},
              {"Effect": "Allow", "Action": "app:Write", "Resource": "*"},
              {"Effect": "Allow", "Resource": "*", "Action": ["app:Read"]}]}
            """
        #expect(try difference(one, ["\(path)/users/alice/inline/own.json": other]).isEmpty)
    }

    @Test(
        "Who may lose and who may gain",
        arguments: [
            (World.Rights(allow: ["A", "B"]), World.Rights(allow: ["A"]), true, false),
            (.init(allow: ["A"]), .init(allow: ["A", "B"]), false, true),
            (.init(allow: ["A"]), .init(allow: ["B"]), true, true),
            (.init(allow: ["A"]), .init(allow: ["A"], deny: ["B"]), true, false),
            (.init(allow: ["A"], deny: ["B"]), .init(allow: ["A"]), false, true),
        ]
    )
    func direction(_ old: World.Rights, _ new: World.Rights, _ loses: Bool, _ gains: Bool) throws {
        let difference = try difference(own(old), own(new))
        #expect(difference.mayLose == (loses ? [Self.user] : []))
        #expect(difference.mayGain == (gains ? [Self.user] : []))
        #expect(difference.changedPolicies == ["own of arn:aws:iam::111122223333:user/alice"])
        #expect(difference.losingPrincipalCount == (loses ? 1 : 0))
    }

    @Test("A policy of a resource opens or closes it, and its principals are not counted for that")
    func resources() throws {
        func world(_ effect: String) -> [String: String] {
            let statement =
                #"{"Effect": "\#(effect)", "Principal": "*", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::b/*"}"#
            let policy = #"{"ResourceArn": "arn:aws:s3:::b", "Policy": {"Statement": \#(statement)}}"#
            return own(.init(allow: ["A"])).merging(["\(path)/resource-policies/b.json": policy]) { $1 }
        }
        let closing = try difference(world("Allow"), world("Deny"))
        #expect(closing.tightenedResources == ["arn:aws:s3:::b"] && closing.loosenedResources.isEmpty)
        #expect(closing.mayLose.isEmpty)
        let opening = try difference(world("Deny"), world("Allow"))
        #expect(opening.loosenedResources == ["arn:aws:s3:::b"] && opening.tightenedResources.isEmpty)
    }

    @Test(
        "A new policy of an endpoint may close what was open, one that is gone may open it, one that differs both"
    )
    func endpoints() throws {
        func world(_ effect: String?) -> [String: String] {
            let files = own(.init(allow: ["A"]))
            guard let effect else { return files }
            let policy =
                #"{"Statement": {"Effect": "\#(effect)", "Principal": "*", "Action": "*", "Resource": "*"}}"#
            return files.merging(["\(path)/vpc-endpoints/vpce-0a1b2c3d.json": policy]) { $1 }
        }
        for (old, new) in [(nil, "Allow"), ("Allow", nil), ("Allow", "Deny")] {
            let difference = try difference(world(old), world(new))
            #expect(difference.tightenedResources.count == 1 && difference.loosenedResources.count == 1)
            #expect(difference.mayLose.isEmpty && difference.mayGain.isEmpty)
        }
        #expect(try difference(world("Allow"), world("Allow")).isEmpty)
    }
}
