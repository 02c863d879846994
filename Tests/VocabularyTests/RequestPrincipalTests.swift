import Testing
import Vocabulary

@Suite("Who asks")
struct RequestPrincipalTests {
    private static func arn(_ text: String) throws -> ARN { try #require(ARN(UTF8Text(text))) }

    @Test("C1: the last part of an ARN says which kind of caller it names")
    func kinds() throws {
        let user = try Self.arn("arn:aws:iam::111122223333:user/team/alice")
        #expect(RequestPrincipal(user.text) == .user(user))
        let role = try Self.arn("arn:aws:iam::111122223333:role/ml/trainer")
        #expect(RequestPrincipal(role.text) == .role(role))
        let root = try Self.arn("arn:aws:iam::111122223333:root")
        #expect(RequestPrincipal(root.text) == .root(root))
        let federated = try Self.arn("arn:aws:sts::111122223333:federated-user/bob")
        #expect(RequestPrincipal(federated.text) == .federatedUser(session: federated, user: nil))
    }

    @Test("C1: a session ARN has no path, so it stands for the role of that name without one")
    func session() throws {
        let session = try Self.arn("arn:aws-cn:sts::111122223333:assumed-role/trainer/job-42")
        let role = try Self.arn("arn:aws-cn:iam::111122223333:role/trainer")
        #expect(RequestPrincipal(session.text) == .roleSession(session: session, role: role))
    }

    @Test(
        "C1: a provider stands for its federated callers",
        arguments: [
            "arn:aws:iam::111122223333:saml-provider/corp",
            "arn:aws:iam::111122223333:oidc-provider/token.example.com",
        ]
    )
    func providers(_ text: String) {
        #expect(RequestPrincipal(UTF8Text(text)) == .federated(provider: UTF8Text(text)))
    }

    @Test("C1: anonymous callers are named by the word or by `*`", arguments: ["anonymous", "*"])
    func anonymous(_ text: String) {
        #expect(RequestPrincipal(UTF8Text(text)) == .anonymous)
    }

    @Test("C1: a DNS name is a service", arguments: ["sns.amazonaws.com", "s3", "my-service_1.internal"])
    func services(_ text: String) {
        #expect(RequestPrincipal(UTF8Text(text)) == .service(UTF8Text(text)))
    }

    @Test("C2: 64 letters and digits are a canonical user id, 63 are not")
    func canonicalUser() {
        let id = UTF8Text(String(repeating: "79a5", count: 16))
        #expect(RequestPrincipal(id) == .canonicalUser(id))
        #expect(RequestPrincipal(id.dropFirst(1)) == .service(id.dropFirst(1)))
    }

    @Test(
        "A4: what names no caller is refused, groups and other resources included",
        arguments: [
            "", " ", "al ice", "sns.amazonaws.com\u{0}", "\u{E9}.com", "a/b",
            "arn:aws:iam::111122223333:group/staff", "arn:aws:iam::111122223333:policy/p",
            "arn:aws:iam::111122223333:user/", "arn:aws:iam::111122223333:role/",
            "arn:aws:iam::111122223333:user",
            "arn:aws:iam::111122223333:", "arn:aws:iam::111122223333:ROOT",
            "arn:aws:iam::111122223333:User/alice",
            "arn:aws:iam:::user/alice", "arn:aws:iam:::root", "arn:aws:s3:::bucket",
            "arn:aws:sts::111122223333:assumed-role/trainer",
            "arn:aws:sts::111122223333:assumed-role/trainer/",
            "arn:aws:sts::111122223333:assumed-role//job", "arn:aws:sts::111122223333:federated-user/",
            "arn:aws:iam::111122223333",
        ]
    )
    func refused(_ text: String) {
        #expect(RequestPrincipal(UTF8Text(text)) == nil)
    }

    @Test("F3: a caller belongs to the account of its ARN; a session to that of its role")
    func account() throws {
        let here = AccountID(unchecked: "111122223333")
        let user = try Self.arn("arn:aws:iam::111122223333:user/alice")
        let role = try Self.arn("arn:aws:iam::111122223333:role/trainer")
        let session = try Self.arn("arn:aws:sts::999999999999:assumed-role/trainer/x")
        #expect(RequestPrincipal.user(user).account == here)
        #expect(RequestPrincipal.role(role).account == here)
        #expect(RequestPrincipal.root(user).account == here)
        #expect(RequestPrincipal.roleSession(session: session, role: role).account == here)
        #expect(RequestPrincipal.federatedUser(session: user, user: nil).account == here)
    }

    @Test("F10: services, providers, canonical users and anonymous callers belong to no account")
    func noAccount() {
        let callers: [RequestPrincipal] = [
            .service("sns.amazonaws.com"),
            .federated(provider: "arn:aws:iam::111122223333:saml-provider/corp"),
            .canonicalUser("79a5"), .anonymous,
        ]
        for caller in callers { #expect(caller.account == nil, "\(caller)") }
    }

    @Test("H4: messages call a session by its own ARN, and nobody `anonymous`")
    func names() throws {
        let session = try Self.arn("arn:aws:sts::111122223333:assumed-role/trainer/x")
        let role = try Self.arn("arn:aws:iam::111122223333:role/ml/trainer")
        #expect(RequestPrincipal.roleSession(session: session, role: role).displayName == session.text)
        #expect(RequestPrincipal.federatedUser(session: session, user: role).displayName == session.text)
        #expect(RequestPrincipal.role(role).displayName == role.text)
        #expect(RequestPrincipal.service("sns.amazonaws.com").displayName == "sns.amazonaws.com")
        #expect(
            RequestPrincipal.federated(provider: "accounts.example.com").displayName == "accounts.example.com"
        )
        #expect(RequestPrincipal.anonymous.displayName == "anonymous")
    }
}
