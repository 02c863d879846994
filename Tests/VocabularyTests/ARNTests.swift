import Testing
import Vocabulary

@Suite("Amazon resource names")
struct ARNTests {
    @Test(
        "D4: the first five colons split, and the sixth part keeps all later ones",
        arguments: [
            ("arn:aws:s3:::bucket/key", ["arn", "aws", "s3", "", "", "bucket/key"]),
            (
                "arn:aws:iam::111122223333:user/team/alice",
                ["arn", "aws", "iam", "", "111122223333", "user/team/alice"]
            ),
            (
                "arn:aws-cn:logs:cn-north-1:111122223333:log-group:a:b:*",
                ["arn", "aws-cn", "logs", "cn-north-1", "111122223333", "log-group:a:b:*"]
            ),
            ("arn:::::", ["arn", "", "", "", "", ""]),
            ("arn:::::::", ["arn", "", "", "", "", "::"]),
            ("arn:a:b:c:d:\u{E9}:\u{1F600}", ["arn", "a", "b", "c", "d", "\u{E9}:\u{1F600}"]),
        ]
    )
    func parts(_ text: String, _ parts: [String]) throws {
        let arn = try #require(ARN(UTF8Text(text)))
        #expect(arn.parts.map(\.description) == parts)
        #expect(
            [arn.partition, arn.service, arn.region, arn.account, arn.resource].map(\.description)
                == Array(parts.dropFirst())
        )
    }

    @Test(
        "A text of fewer than six parts, or of another first part, is no ARN",
        arguments: [
            "", "*", "arn", "arn:", "arn::::", "arn:aws:s3", "arn:aws:iam::111122223333", "ARN:aws:s3:::b",
            " arn:aws:s3:::b", "arns:aws:s3:::b", "a:b:c:d:e:f", "urn:aws:s3:::b",
        ]
    )
    func noARN(_ text: String) {
        #expect(ARN(UTF8Text(text)) == nil)
    }

    @Test("D3: names that differ in one byte are different, in every part")
    func comparison() throws {
        let arn = try #require(ARN("arn:aws:s3:eu-west-1:111122223333:Data"))
        let others: [UTF8Text] = [
            "arn:AWS:s3:eu-west-1:111122223333:Data", "arn:aws:S3:eu-west-1:111122223333:Data",
            "arn:aws:s3:eu-west-2:111122223333:Data", "arn:aws:s3:eu-west-1:111122223334:Data",
            "arn:aws:s3:eu-west-1:111122223333:data", "arn:aws:s3:eu-west-1:111122223333:Data/",
        ]
        for other in others { #expect(try #require(ARN(other)) != arn) }
    }

    @Test("An ARN cut out of a longer text is the same name")
    func slice() throws {
        let text: UTF8Text = "\"arn:aws:s3:::b\""
        let arn = try #require(ARN(text[1..<15]))
        #expect(arn.resource == "b")
        #expect(Set([arn, try #require(ARN("arn:aws:s3:::b"))]).count == 1)
    }
}
