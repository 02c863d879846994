import Testing
import Vocabulary

@Suite("Requests that can be evaluated, and those that are denied as errors")
struct AuthorizationRequestTests {
    private static func request(
        principal: RequestPrincipal = .service("sns.amazonaws.com"),
        action: UTF8Text = "s3:GetObject",
        resource: UTF8Text = "arn:aws:s3:::b/k",
        account: UTF8Text? = nil,
        context: RequestContext = RequestContext()
    ) -> AuthorizationRequest {
        AuthorizationRequest(
            principal: principal,
            action: action,
            resource: resource,
            resourceAccount: account.map { AccountID(unchecked: $0) },
            context: context
        )
    }

    private func error(of request: AuthorizationRequest) -> RequestError? {
        do throws(RequestError) {
            try request.validate()
            return nil
        } catch {
            return error
        }
    }

    @Test(
        "D1: an action is service:Name, in letters, digits, hyphen, underscore and dot",
        arguments: [
            "s3:GetObject", "S3:getobject", "execute-api:Invoke", "a:b", "x_1.y:z_2.w-3", "ec2:RunInstances2",
        ]
    )
    func goodAction(_ action: String) throws {
        try Self.request(action: UTF8Text(action)).validate()
    }

    @Test(
        "A4: any other action is an error, wildcards included, since a request names one action",
        arguments: [
            "", ":", "s3", "s3:", ":GetObject", "*", "s3:*", "s3:Get?bject", "s3:Get:Object", "s3::GetObject",
            " s3:GetObject", "s3:GetObject ", "s3:Get Object", "s3:Gét", "s3:${aws:username}", "s3/GetObject",
        ]
    )
    func badAction(_ action: String) {
        #expect(
            error(of: Self.request(action: UTF8Text(action))) == RequestError(.malformedAction, in: .action)
        )
    }

    @Test(
        "D6: a resource is any text that is not empty, such as `*`",
        arguments: ["*", "arn:aws:s3:::b", "x", "é"]
    )
    func goodResource(_ resource: String) throws {
        try Self.request(resource: UTF8Text(resource)).validate()
    }

    @Test("A4: an empty resource is an error")
    func emptyResource() {
        #expect(error(of: Self.request(resource: "")) == RequestError(.empty, in: .resource))
    }

    @Test(
        "A4: a control character anywhere is an error that names the part",
        arguments: [UInt8(0), 0x09, 0x0A, 0x0D, 0x1F, 0x7F]
    )
    func controlCharacters(_ byte: UInt8) throws {
        let bad = UTF8Text([0x61, byte, 0x62])
        let badARN = try #require(ARN(UTF8Text("arn:aws:iam::111122223333:user/\(bad)")))
        let good = try #require(ARN("arn:aws:iam::111122223333:user/bob"))
        let control = RequestError.Reason.controlCharacter

        for principal in [
            .service(bad), .federated(provider: bad), .canonicalUser(bad), .user(badARN), .role(badARN),
            .root(badARN),
            .roleSession(session: good, role: badARN), .roleSession(session: badARN, role: good),
            .federatedUser(session: badARN, user: nil), .federatedUser(session: good, user: badARN),
        ] as [RequestPrincipal] {
            #expect(error(of: Self.request(principal: principal)) == RequestError(control, in: .principal))
        }
        #expect(error(of: Self.request(action: bad)) == RequestError(control, in: .action))
        #expect(error(of: Self.request(resource: bad)) == RequestError(control, in: .resource))
        #expect(error(of: Self.request(account: bad)) == RequestError(control, in: .resource))
        for value in [ContextValue.single(bad), .multi(["fine", bad])] {
            let context = try RequestContext([(key: "K", value: value)])
            #expect(
                error(of: Self.request(context: context)) == RequestError(control, in: .context, key: "k")
            )
        }
        let context = try RequestContext([(key: bad, value: .single("x"))])
        #expect(error(of: Self.request(context: context)) == RequestError(control, in: .context, key: bad))
    }

    @Test("A4: an empty context key is an error; an empty value is a value")
    func emptyContext() throws {
        let empty = try RequestContext([(key: "", value: .single("x"))])
        #expect(error(of: Self.request(context: empty)) == RequestError(.empty, in: .context))
        try Self.request(context: RequestContext([(key: "k", value: .single(""))])).validate()
        try Self.request(context: RequestContext([(key: "k", value: .multi([]))])).validate()
    }

    @Test("A4: a text may be as long as the limit and no longer, in every part")
    func lengths() throws {
        let longest = UTF8Text(Array(repeating: UInt8(ascii: "a"), count: Limits.requestStringBytesMax))
        let tooLong = UTF8Text(Array(repeating: UInt8(ascii: "a"), count: Limits.requestStringBytesMax + 1))
        try Self.request(resource: longest).validate()
        #expect(error(of: Self.request(resource: tooLong)) == RequestError(.tooLong, in: .resource))
        #expect(
            error(of: Self.request(principal: .service(tooLong))) == RequestError(.tooLong, in: .principal)
        )
        #expect(error(of: Self.request(action: tooLong)) == RequestError(.tooLong, in: .action))
        let context = try RequestContext([(key: "k", value: .single(tooLong))])
        #expect(error(of: Self.request(context: context)) == RequestError(.tooLong, in: .context, key: "k"))
    }

    @Test("A4: a context may have as many keys as the limit and no more")
    func keyCount() throws {
        let keys = (0...Limits.contextKeysMax).map {
            (key: UTF8Text("k\($0)"), value: ContextValue.single(""))
        }
        try Self.request(context: RequestContext(Array(keys.dropLast()))).validate()
        let tooMany = try RequestContext(keys)
        #expect(error(of: Self.request(context: tooMany)) == RequestError(.tooManyKeys, in: .context))
    }

    @Test("An anonymous request has no principal text that could be malformed")
    func anonymous() throws {
        try Self.request(principal: .anonymous).validate()
    }

    @Test("An error says which part, or which key, is wrong")
    func descriptions() {
        #expect(
            RequestError(.malformedAction, in: .action).description
                == "malformed request: action is not of the form service:Name"
        )
        #expect(
            RequestError(.duplicateKey, in: .context, key: "aws:RequestTag/A").description
                == "malformed request: context key `aws:RequestTag/A` gives a context key twice "
                + "(key names ignore case)"
        )
    }
}
