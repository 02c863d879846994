import PolicyLanguage
import Testing
import Vocabulary

/// B14: conditions that are legal and cannot be meant so.
@Suite("Remarks on condition keys")
struct KeyRemarkTests {
    private static let severalValued = [
        "aws:TagKeys", "aws:PrincipalOrgPaths", "AWS:calledvia", "aws:ResourceOrgPaths",
        "kms:GrantOperations",
    ]
    private static let oneValued = [
        "aws:username", "aws:SourceIp", "AWS:PrincipalARN", "aws:RequestTag/team", "aws:PrincipalTag/tag",
        "aws:ResourceTag/a/b", "aws:CalledViaFirst",
    ]

    private static func codes(_ operators: String, _ key: String, effect: String = "Deny")
        -> [DiagnosticCode]?
    {
        remarks(conditional(#""\#(operators)": {"\#(key)": "a"}"#, effect: effect))
    }

    @Test(
        "E6: a key of several values under an operator without a set qualifier never matches",
        arguments: severalValued
    )
    func severalValues(_ key: String) {
        for name in ["StringEquals", "StringNotEquals", "StringLike", "StringEqualsIfExists"] {
            #expect(Self.codes(name, key) == [.multiValuedKey])
            #expect(Self.codes(name, key, effect: "Allow") == [.multiValuedKey])
        }
        #expect(Self.codes("ForAnyValue:StringEquals", key) == [])
        #expect(Self.codes("ForAllValues:StringEquals", key) == [])
        #expect(remarks(conditional(#""Null": {"\#(key)": "true"}"#)) == [])
    }

    @Test("E11: a key of one value under a set qualifier is remarked on", arguments: oneValued)
    func oneValue(_ key: String) {
        #expect(Self.codes("ForAllValues:StringEquals", key) == [.singleValuedKey])
        #expect(Self.codes("ForAnyValue:StringLike", key, effect: "Allow") == [.singleValuedKey])
        #expect(Self.codes("StringEquals", key) == [])
        #expect(remarks(conditional(#""ForAnyValue:Null": {"\#(key)": "true"}"#)) == [])
    }

    @Test("E7, E11: in an Allow, that the key may be missing is said, too")
    func openAllow() {
        let codes = Self.codes("ForAllValues:StringEquals", "aws:username", effect: "Allow")
        #expect(codes == [.forAllValuesAllow, .singleValuedKey])
    }

    @Test(
        "E6, E11: of a key that is not known nothing is said",
        arguments: ["app:list", "s3:prefix", "aws:NoSuchKey"]
    )
    func unknownKey(_ key: String) {
        for name in ["StringEquals", "ForAnyValue:StringEquals", "ForAllValues:StringEquals"] {
            #expect(Self.codes(name, key) == [])
        }
    }

    @Test("B14: the messages say what to write instead, at the key")
    func messages() {
        let (_, found) = findings(conditional(#""StringEquals": {"aws:TagKeys": "a"}"#, effect: "Deny"))
        #expect(found.map(\.path) == ["Statement.Condition.StringEquals.aws:TagKeys"])
        #expect(found.first?.message.contains("never matches") == true)
        #expect(found.first?.message.contains("`ForAnyValue:`") == true)
        let (_, missing) = findings(
            conditional(#""StringEqualsIfExists": {"aws:TagKeys": "a"}"#, effect: "Deny")
        )
        #expect(missing.first?.message.contains("matches only a missing `aws:TagKeys`") == true)
    }

    @Test(
        "B14: a key that stands for a tag must name it",
        arguments: [
            "aws:RequestTag/", "AWS:resourcetag/", "aws:PrincipalTag", "ec2:ResourceTag/",
            "s3:ExistingObjectTag/",
        ]
    )
    func missingTagKey(_ key: String) {
        #expect(Self.codes("StringNotLike", key)?.contains(.missingTagKey) == true)
        #expect(Self.codes("StringNotLike", key + "x")?.contains(.missingTagKey) != true)
        #expect(remarks(conditional(#""Null": {"\#(key)": "true"}"#)) == [.missingTagKey])
    }

    @Test("B14: a variable that stands for a tag must name it, in conditions and resources")
    func missingTagKeyInVariable() {
        let text = #""StringEquals": {"app:owner": "${aws:PrincipalTag/}"}"#
        #expect(remarks(conditional(text)) == [.missingTagKey])
        #expect(remarks(conditional(text.replacing("Tag/", with: "Tag/owner"))) == [])
        #expect(remarks(onResource(#""arn:aws:s3:::b/${aws:PrincipalTag/, 'none'}/*""#)) == [.missingTagKey])
        #expect(remarks(onResource(#""arn:aws:s3:::b/${aws:PrincipalTag/team}/*""#)) == [])
    }

    @Test("B14: a variable in a principal is not expanded")
    func variableInPrincipal() {
        let user = #"{"AWS": "arn:aws:iam::111122223333:user/${aws:username}"}"#
        let codes = remarks(toPrincipal(user), as: .resource)
        #expect(codes == [.inertVariable])
        #expect(remarks(toPrincipal(user.replacing("${aws:username}", with: "ada")), as: .resource) == [])
    }
}
