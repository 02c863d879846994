import IdentityDirectory
import PolicyLanguage
import Testing
import Vocabulary

private let alice = principal("arn:aws:iam::111122223333:user/team/alice")

@Suite("What is known of a resource")
struct ResourceTests {
    let directory: Directory

    init() throws { directory = try IdentityDirectoryTests.directory(guardedWorld) }

    @Test(
        "A registered resource covers what lies below it; the nearest one counts",
        arguments: [
            ("arn:aws:s3:::data", "111122223333", true), ("arn:aws:s3:::data/x/y", "111122223333", true),
            ("arn:aws:s3:::data:x", "111122223333", true), ("arn:aws:s3:::data/deep", "222233334444", false),
            ("arn:aws:s3:::data/deep/x", "222233334444", false),
            ("arn:aws:s3:::data/deeper", "111122223333", true),
            ("arn:aws:s3:::database", "111122223333", false),
        ] as [(UTF8Text, UTF8Text, Bool)]
    )
    func registered(resource: UTF8Text, owner: UTF8Text, hasPolicy: Bool) throws {
        let effective = try directory.effective(alice, on: resource)
        #expect(effective.resourceAccount?.text == owner)
        #expect((effective.resource != nil) == hasPolicy)
    }

    @Test("A very long resource name still finds its bucket")
    func longName() throws {
        let name = UTF8Text("arn:aws:s3:::data/" + String(repeating: "a/", count: 4_000))
        #expect(try directory.effective(alice, on: name).resource != nil)
    }

    @Test(
        "The owner is the registered one, else the ARN's or the request's word, else the caller's account"
    )
    func owner() throws {
        func owner(_ resource: UTF8Text, _ stated: UTF8Text? = nil) throws -> UTF8Text? {
            try directory.effective(alice, on: resource, owner: stated).resourceAccount?.text
        }
        #expect(try owner("arn:aws:s3:::data/x", "555566667777") == "111122223333")
        #expect(try owner("arn:aws:s3:::elsewhere", "555566667777") == "555566667777")
        #expect(throws: RequestError(.contradictoryAccount, in: .resource)) {
            try owner("arn:aws:sqs:eu-west-1:222233334444:q", "555566667777")
        }
        #expect(try owner("arn:aws:sqs:eu-west-1:222233334444:q") == "222233334444")
        #expect(try owner("arn:aws:s3:::elsewhere") == "111122223333")
        #expect(try owner("*") == "111122223333")
        #expect(try directory.effective(.anonymous, on: "arn:aws:s3:::elsewhere").resourceAccount == nil)
    }

    @Test("F8: identity policies alone do not reach a key, or a role under an sts action")
    func requiresTrust() throws {
        let role: UTF8Text = "arn:aws:iam::111122223333:role/ml/trainer"
        #expect(
            try directory.effective(alice, "kms:Decrypt", on: "arn:aws:kms:eu-west-1:222233334444:key/k")
                .requiresResourcePolicyTrust
        )
        #expect(try !directory.effective(alice, on: "arn:aws:s3:::data").requiresResourcePolicyTrust)
        #expect(try directory.effective(alice, "STS:AssumeRole", on: role).requiresResourcePolicyTrust)
        #expect(try !directory.effective(alice, "iam:PassRole", on: role).requiresResourcePolicyTrust)
    }

    @Test("F8: of a key that nobody registered nobody says that it must trust the caller")
    func unregisteredKey() throws {
        let key: UTF8Text = "arn:aws:kms:eu-west-1:111122223333:key/unknown"
        #expect(try !directory.effective(alice, "kms:Decrypt", on: key).requiresResourcePolicyTrust)
    }

    @Test(
        "G3: assuming a role needs a role's trust, whatever it is asked on",
        arguments: [
            "*", "arn:aws:s3:::data/x", "arn:aws:iam::111122223333:user/team/alice",
            "arn:aws:iam::111122223333:ROLE/ml/trainer",
        ] as [UTF8Text]
    )
    func assumesNoRole(_ resource: UTF8Text) throws {
        for action in ["sts:AssumeRole", "STS:assumerolewithsaml", "sts:AssumeRoleWithWebIdentity"] {
            let effective = try directory.effective(alice, UTF8Text(action), on: resource)
            #expect(effective.requiresResourcePolicyTrust)
        }
        #expect(
            try !directory.effective(alice, "sts:GetCallerIdentity", on: resource).requiresResourcePolicyTrust
        )
    }

    @Test(
        "G3: for sts actions the trust policy is the role's resource policy; a role nobody knows trusts nobody"
    )
    func trustPolicy() throws {
        let role: UTF8Text = "arn:aws:iam::111122223333:role/ml/trainer"
        #expect(
            names(try directory.effective(alice, "sts:AssumeRole", on: role).resource) == ["trust-policy"]
        )
        #expect(try directory.effective(alice, "iam:GetRole", on: role).resource == nil)
        let unknown = try directory.effective(
            alice,
            "sts:AssumeRole",
            on: "arn:aws:iam::111122223333:role/nobody"
        )
        #expect(unknown.resource == nil && unknown.requiresResourcePolicyTrust)
        #expect(unknown.resourceAccount == account)
    }

    @Test("F11: the policy of the endpoint that the request came through, where the directory has one")
    func endpoint() throws {
        func endpoint(_ value: ContextValue) throws -> [EffectivePolicy]? {
            try directory.effective(alice, context: [("aws:sourceVpce", value)]).endpoint
        }
        #expect(names(try endpoint(.single("vpce-1"))) == ["endpoint-policy"])
        #expect(try endpoint(.single("vpce-2")) == nil)
        #expect(throws: RequestError(.notSingleValued, in: .context, key: "aws:sourcevpce")) {
            try endpoint(.multi(["vpce-1"]))
        }
        #expect(try directory.effective(alice).endpoint == nil)
    }
}
