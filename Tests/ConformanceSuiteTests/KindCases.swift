import Testing

/// A vector of one kind with the right answer.
struct KindCase: Sendable, CustomTestStringConvertible {
    let kind: String
    let members: String
    let expect: String

    init(_ kind: String, _ expect: String, _ members: String) {
        self.kind = kind
        self.members = members
        self.expect = expect
    }

    /// A vector about one statement, which holds these elements besides `Effect`.
    init(_ kind: String, _ expect: String, allow elements: String, request: String, _ more: String = "") {
        let policies = #""policies": {"statement": {"Effect": "Allow", \#(elements)}}"#
        self.init(kind, expect, #"\#(policies), "request": {\#(request)}\#(more)"#)
    }

    /// The line of the vector; with another answer if one is given.
    func line(_ answer: String? = nil) -> String {
        #"{"id": "v", "kind": "\#(kind)", "expect": "\#(answer ?? expect)", \#(members)}"#
    }

    /// An answer that is wrong.
    var wrongAnswer: String {
        let opposites = [
            "match": "nomatch", "nomatch": "match", "valid": "invalid", "invalid": "valid",
            "allow": "implicitDeny",
            "implicitDeny": "explicitDeny", "explicitDeny": "allow", "error": "nomatch",
        ]
        return opposites[expect] ?? "?"
    }

    var testDescription: String { "\(kind) \(members): \(expect)" }
}

extension KindCase {
    static let user = "arn:aws:iam::111122223333:user/alice"
    static let role = "arn:aws:iam::111122223333:role/p/r"
    private static let flagged = #""Action": "*", "Resource": "*", "Condition": {"Bool": {"app:k": true}}"#
    private static let variable = #""Action": "*", "Resource": "arn:aws:s3:::${app:k}""#
    private static let variableRequest = #""resource": "arn:aws:s3:::v", "context": {"app:k": "v"}"#

    /// A variable in a policy of an edition that has none.
    private static func inert(_ version: String) -> KindCase {
        let policies = #"{"statement": {"Effect": "Allow", \#(variable)}, "version": \#(version)}"#
        return KindCase(
            "resource-match",
            "nomatch",
            #""policies": \#(policies), "request": {\#(variableRequest)}"#
        )
    }

    /// Elements that the README of the vectors describes.
    static let elements = [
        KindCase(
            "action-match",
            "match",
            allow: #""Action": "s3:Get*", "Resource": "*""#,
            request: #""action": "S3:GETx""#
        ),
        KindCase(
            "action-match",
            "nomatch",
            allow: #""NotAction": "s3:*", "Resource": "*""#,
            request: #""action": "s3:x""#
        ),
        KindCase(
            "resource-match",
            "match",
            allow: #""Action": "*", "Resource": "arn:aws:s3:::a/*""#,
            request: #""resource": "arn:aws:s3:::a/b""#
        ),
        KindCase("resource-match", "match", allow: variable, request: variableRequest),
        inert("null"), inert(#""2008-10-17""#),
        KindCase("condition", "match", allow: flagged, request: #""context": {"app:k": "true"}"#),
        KindCase("condition", "nomatch", allow: flagged, request: ""),
        KindCase(
            "condition",
            "error",
            allow: flagged,
            request: #""context": {"app:k": "x"}"#,
            #", "options": {"unparsableRequestValue": "error"}"#
        ),
        KindCase("wildcard-match", "match", #""policies": {"pattern": "a*"}, "request": {"value": "ab"}"#),
        KindCase("wildcard-match", "nomatch", #""policies": {"pattern": "A*"}, "request": {"value": "ab"}"#),
        KindCase(
            "wildcard-match",
            "match",
            #""policies": {"pattern": "A*"}, "request": {"value": "aB", "ignoreCase": true}"#
        ),
        KindCase(
            "variable",
            "match",
            #""policies": {"pattern": "a/${app:k}*"}, "request": {"value": "a/bc", "context": {"app:k": "b"}}"#
        ),
        KindCase(
            "variable",
            "nomatch",
            #""policies": {"pattern": "a/${app:k}"}, "request": {"value": "a/${app:k}"}"#
        ),
    ]

    private static func principal(
        _ expect: String,
        _ element: String,
        _ request: String,
        strength: String? = nil
    ) -> KindCase {
        KindCase(
            "principal-match",
            expect,
            allow: #""Action": "*", "Resource": "*", "Principal": \#(element)"#,
            request: request,
            strength.map { #", "expectStrength": "\#($0)""# } ?? ""
        )
    }

    /// The caller by one name, or by all names it answers to, as peers write them.
    static let principals = [
        principal("match", #""*""#, #""principal": {"type": "Anonymous"}"#),
        principal("match", #"{"AWS": "111122223333"}"#, #""principal": "\#(user)""#, strength: "account"),
        principal("nomatch", #"{"AWS": "444455556666"}"#, #""principal": "\#(user)""#, strength: "none"),
        principal(
            "match",
            #"{"Service": "sns.amazonaws.com"}"#,
            #""principalIdentities": {"Service": "sns.amazonaws.com"}"#
        ),
        principal(
            "match",
            #"{"Federated": "x.example.com"}"#,
            #""principalIdentities": {"Federated": "x.example.com"}"#
        ),
        principal("match", #"{"Federated": "x.example.com"}"#, #""principalParent": "x.example.com""#),
        principal("match", #"{"AWS": "\#(user)"}"#, #""principalIdentities": {"AWS": "\#(user)"}"#),
        principal(
            "match",
            #"{"AWS": "\#(role)"}"#,
            #""principalIdentities": {"AWS": ["\#(role)", "arn:aws:sts::111122223333:assumed-role/r/s"]}"#,
            strength: "viaEntity"
        ),
        principal(
            "match",
            #"{"AWS": "arn:aws:iam::111122223333:role/r"}"#,
            #""principalIdentities": {"AWS": ["arn:aws:sts::111122223333:assumed-role/r/s"]}"#
        ),
    ]

    /// A whole resource policy that is asked about one caller.
    private static func callerOnly(_ expect: String, _ effect: String, _ element: String) -> KindCase {
        let statement =
            #"{"Effect": "\#(effect)", "Principal": \#(element), "Action": "*", "Resource": "*"}"#
        return KindCase(
            "principal-match",
            expect,
            #""policies": {"resource": {"Statement": [\#(statement)]}}, "request": {"principal": "\#(user)"}"#
        )
    }

    static let callersOnly = [
        callerOnly("explicitDeny", "Deny", #""*""#), callerOnly("allow", "Allow", #""*""#),
        callerOnly("implicitDeny", "Deny", #"{"AWS": "444455556666"}"#),
    ]

    private static func document(
        _ expect: String,
        _ document: String,
        _ policies: String = "",
        _ more: String = ""
    ) -> KindCase {
        KindCase(
            "parse-\(expect)",
            expect,
            #""policies": {\#(document), "documentType": "identity"\#(policies)}\#(more)"#
        )
    }

    private static let good = #""Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}"#
    private static let withoutResource = #""document": {"Statement": {"Effect": "Allow", "Action": "*"}}"#
    private static let withID = #""document": {"Id": "x", \#(good)}"#

    static let documents = [
        document("valid", #""document": {\#(good)}"#),
        document("invalid", withoutResource, "", #", "expectCode": "schema.missing""#),
        document("invalid", #""documentText": "{""#, "", #", "expectCode": "json.syntax""#),
        document("invalid", #""document": "text""#), document("invalid", #""document": 7"#),
        document("invalid", #""document": []"#), document("invalid", withID),
        document("valid", withID, #", "mode": "lenient""#),
        document("valid", withID, "", #", "dialect": "aws""#),
        KindCase("parse-valid", "valid", #""policies": {\#(withoutResource), "documentType": "any"}"#),
    ]
}
