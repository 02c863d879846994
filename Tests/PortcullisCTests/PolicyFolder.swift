import Foundation

/// A folder with one user, `ada`, and the one statement that allows her something; taken away with the object.
final class PolicyFolder {
    let path: String

    static let principal = "arn:aws:iam::111122223333:user/ada"

    init(action: String = "s3:*", condition: String = "{}") throws {
        path = "\(NSTemporaryDirectory())portcullis-c-\(UInt64.random(in: 0 ... .max))"
        try allow(action, condition)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// Replaces the policy.
    func allow(_ action: String, _ condition: String = "{}") throws {
        let condition = condition == "{}" ? "" : #", "Condition": \#(condition)"#
        try write(
            "accounts/111122223333/users/ada/inline/own.json",
            """
            {"Version": "2012-10-17", "Statement":
                {"Effect": "Allow", "Action": "\(action)", "Resource": "*"\(condition)}}
            """
        )
    }

    func write(_ name: String, _ text: String) throws {
        let file = URL(fileURLWithPath: "\(path)/\(name)")
        try FileManager.default.createDirectory(
            at: file.deletingLastPathComponent(),
            withIntermediateDirectories: true
        )
        try Data(text.utf8).write(to: file)
    }
}
