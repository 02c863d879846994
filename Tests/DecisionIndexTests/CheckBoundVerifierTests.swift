import IdentityDirectory
import SnapshotCompiler
import Testing

@testable import DecisionIndex

@Suite("The verifier, and how much a check may meet")
struct CheckBoundVerifierTests {
    /// A user with many policies, under one guardrail.
    private func image(policies count: Int) throws -> VerifiedImage {
        var files = [
            "organization.json": """
            {"Id": "o-x", "ManagementAccount": "999999999999", "Root": {"Id": "r-x",
             "ServiceControlPolicies": ["FullAWSAccess"], "Accounts": ["111122223333"]}}
            """
        ]
        for number in 0..<count {
            files["accounts/111122223333/users/ada/inline/p\(number).json"] =
                #"{"Statement": {"Effect": "Allow", "Action": "s3:A\#(number)", "Resource": "*"}}"#
        }
        return try SnapshotCompiler(seed: 7).compile(Directory(files: files.mapValues { Array($0.utf8) }))
    }

    /// The image with the user's policies attached as guardrails on her account, too.
    private func doubled(_ image: VerifiedImage) -> [UInt8] {
        var surgery = SnapshotSurgery(image)
        withExtendedLifetime(image) {
            let view = image.memory.view
            let user = view.load(
                PrincipalRecord.self,
                at: view.load(UInt32.self, view.header.principals, 0)
            )
            let levels = view.load(AccountRecord.self, at: user.account).serviceControl
            let place = Int(levels.offset)
            surgery[.init(offset: place, byteCount: 4)] = UInt64(user.identity.offset)
            surgery[.init(offset: place + 4, byteCount: 4)] = UInt64(user.identity.count)
        }
        surgery.fixChecksum()
        return surgery.bytes
    }

    @Test("A file in which lists that are short alone are too long together is refused")
    func together() throws {
        #expect(throws: Never.self) { try VerifiedImage(verifying: doubled(image(policies: 1_200))) }
        let error = #expect(throws: SnapshotFormatError.self) {
            try VerifiedImage(verifying: doubled(image(policies: 1_300)))
        }
        #expect(error?.code == .bounds)
        #expect(
            error?.message.contains("2600 on principal arn:aws:iam::111122223333:user/ada") == true,
            "\(String(describing: error))"
        )
    }
}
