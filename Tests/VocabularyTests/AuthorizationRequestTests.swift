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
        for value in [ContextValue.single(bad), .multi(["fine", bad])] {
            let context = try RequestContext([(key: "K", value: value)])
            #expect(
                error(of: Self.request(context: context)) == RequestError(control, in: .context, key: "k")
            )
        }
        let context = try RequestContext([(key: bad, value: .single("x"))])
        #expect(error(of: Self.request(context: context)) == RequestError(control, in: .context, key: bad))
    }

    @Test(
        "A4: an owner that is no account, or not the one in the ARN, is an error",
        arguments: [
            ("arn:aws:sqs:eu-west-1:111122223333:q", "444455556666", .contradictoryAccount),
            ("arn:aws:sqs:eu-west-1:111122223333:q", "111122223333", nil),
            ("arn:aws:s3:::b", "444455556666", nil), ("*", "444455556666", nil),
            ("arn:aws:iam::aws:policy/ReadOnly", "444455556666", nil),
            ("arn:aws:s3:::b", "44445555666", .malformedAccount), ("arn:aws:s3:::b", "", .malformedAccount),
            ("arn:aws:s3:::b", "4444555566660", .malformedAccount), ("*", "owner", .malformedAccount),
            ("*", "44445555666\n", .malformedAccount), ("*", "44445555666\u{661}", .malformedAccount),
        ] as [(UTF8Text, UTF8Text, RequestError.Reason?)]
    )
    func owner(_ resource: UTF8Text, _ account: UTF8Text, _ reason: RequestError.Reason?) {
        let expected = reason.map { RequestError($0, in: .resource) }
        #expect(error(of: Self.request(resource: resource, account: account)) == expected)
    }

    @Test(
        "A4: a caller's ARN is in a partition of AWS",
        arguments: [("aws", true), ("aws-cn", true), ("aws-us-gov", true)]
            + ["", "evil", "AWS", "awscn", "aws_cn", "xaws"].map { ($0, false) }
    )
    func partitions(_ partition: String, _ isKnown: Bool) throws {
        func arn(_ rest: String, in partition: String = partition) throws -> ARN {
            try #require(ARN(UTF8Text("arn:\(partition):\(rest)")))
        }
        let (user, session) = ("iam::111122223333:user/bob", "sts::111122223333:assumed-role/r/s")
        let principals: [RequestPrincipal] = try [
            .user(arn(user)), .role(arn("iam::111122223333:role/r")), .root(arn("iam::111122223333:root")),
            .roleSession(session: arn(session), role: arn("iam::111122223333:role/r", in: "aws")),
            .roleSession(session: arn(session, in: "aws"), role: arn("iam::111122223333:role/r")),
            .federatedUser(session: arn("sts::111122223333:federated-user/x"), user: nil),
            .federatedUser(
                session: arn("sts::111122223333:federated-user/x", in: "aws"),
                user: arn(user)
            ),
            .federated(provider: arn("iam::111122223333:saml-provider/x").text),
        ]
        let expected = isKnown ? nil : RequestError(.malformedPrincipal, in: .principal)
        for principal in principals { #expect(error(of: Self.request(principal: principal)) == expected) }
    }

    @Test(
        "F11: the endpoint that a request came through is one, so a list of them is an error",
        arguments: ["aws:SourceVpce", "AWS:sourcevpce"],
        [[], ["vpce-1"], ["vpce-1", "vpce-2"]] as [[UTF8Text]]
    )
    func endpoints(_ key: String, _ values: [UTF8Text]) throws {
        let list = try RequestContext([(key: UTF8Text(key), value: .multi(values))])
        let expected = RequestError(.notSingleValued, in: .context, key: "aws:sourcevpce")
        #expect(error(of: Self.request(context: list)) == expected)
        try Self.request(context: RequestContext([(key: UTF8Text(key), value: .single("vpce-1"))])).validate()
        try Self.request(context: RequestContext([(key: "aws:SourceVpces", value: .multi(values))]))
            .validate()
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

    @Test("A4: the facts of a request are bounded together, not only each by itself", arguments: [15, 16])
    func contextSize(_ count: Int) throws {
        let text = UTF8Text(Array(repeating: UInt8(ascii: "a"), count: Limits.requestStringBytesMax))
        let values = Array(repeating: text, count: count)
        let wanted = count == 15 ? nil : RequestError(.tooLong, in: .context)
        let list = try RequestContext([(key: "k", value: .multi(values))])
        #expect(error(of: Self.request(context: list)) == wanted)
        let tags = Dictionary(uniqueKeysWithValues: values.enumerated().map { (UTF8Text("t\($0)"), $1) })
        func check() throws(RequestError) {
            try CredentialRules.check(
                sessionName: nil,
                tags: tags,
                sourceIdentity: nil,
                federatedProvider: nil
            )
        }
        if let wanted { #expect(throws: wanted) { try check() } } else { try check() }
    }

    @Test("A4: many empty values are bounded, too")
    func emptyValues() throws {
        let count = Limits.contextBytesMax / Limits.contextTextOverhead
        func context(_ count: Int) throws -> RequestContext {
            try RequestContext([(key: "k", value: .multi(Array(repeating: "", count: count)))])
        }
        try Self.request(context: context(count - 2)).validate()
        #expect(
            error(of: Self.request(context: try context(count))) == RequestError(.tooLong, in: .context)
        )
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
