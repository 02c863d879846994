import DecisionIndex
import IdentityDirectory
import SnapshotCompiler
import Vocabulary

/// Offers damaged images, made from a good one and the input, and asks whatever is accepted.
///
/// An input that begins like a snapshot is taken as one. Any other is a list of up to eight changes to a good
/// image, six bytes each: a place, counted in words of four bytes, and what is written there. The checksum is
/// made right in both cases, so that the rest of the verifier is reached.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    // INVARIANT: the fuzzer hands over `count` readable bytes at `start`.
    let bytes = unsafe Array(UnsafeBufferPointer(start: start, count: count))
    guard let world else { preconditionFailure("the fuzzer's own image cannot be made") }
    var surgery = world.surgery
    if bytes.starts(with: surgery.bytes[..<8]) {
        surgery.bytes = bytes
    } else {
        for change in stride(from: 0, to: min(bytes.count - 5, 8 * 6), by: 6) {
            let word = Int(bytes[change]) | Int(bytes[change + 1]) << 8
            let place = SnapshotSurgery.Place(offset: word % (surgery.bytes.count / 4) * 4, byteCount: 4)
            surgery[place] = (2..<6).reduce(0) { $0 | UInt64(bytes[change + $1]) << UInt64($1 * 8 - 16) }
        }
    }
    surgery.fixChecksum()
    guard let image = try? VerifiedImage(verifying: surgery.bytes) else { return 0 }
    let engine = AuthorizationEngine(image)
    for request in world.requests { _ = engine.policyName(of: engine.authorize(request)) }
    _ = (image.counts, image.options)
    return 0
}

/// A good image with requests that reach every part of it.
private struct World {
    let surgery: SnapshotSurgery
    let requests: [CompactRequest]

    init() throws {
        let account = "accounts/111122223333"
        let own = #"""
            {"Version": "2012-10-17", "Statement": [
            {"Effect": "Deny", "Action": ["s3:Delete*", "iam:PassRole"], "NotResource": "arn:aws:s3:::b/?${aws:username}*"},
            {"Effect": "Allow", "NotAction": "s3:Put*", "Resource": ["arn:aws:s3:::b/*/x*y", "*"], "Condition": {
            "StringLike": {"app:a": ["${aws:PrincipalTag/t, 'd'}*", "?b"]}, "StringEquals": {"app:a": "a${app:b}"},
            "NumericLessThan": {"app:n": "10.5"}, "DateLessThan": {"aws:CurrentTime": "2030-01-01T00:00:00Z"},
            "IpAddress": {"aws:SourceIp": ["10.0.0.0/8", "2001:db8::/32"]}, "BinaryEquals": {"app:bin": "QQ=="},
            "ArnLike": {"aws:PrincipalArn": "arn:aws:iam::*:user/*"}, "Bool": {"app:flag": ["true", "${app:b}"]},
            "ForAllValues:StringLike": {"app:list": "a*"}, "Null": {"app:list": "false"}}}]}
            """#
        let trust =
            #"{"Statement": {"Effect": "Allow", "Principal": {"AWS": "111122223333"}, "Action": "sts:AssumeRole"}}"#
        let files = [
            "organization.json":
                #"{"Id": "o-fuzz", "ManagementAccount": "999999999999", "Root": {"Id": "r-fuzz", "#
                + #""ServiceControlPolicies": ["FullAWSAccess"], "Accounts": ["999999999999"], "#
                + #""OrganizationalUnits": [{"Id": "ou-fuzz-1", "ServiceControlPolicies": ["FullAWSAccess"], "Accounts": ["111122223333"]}]}}"#,
            "\(account)/account.json": #"{"ServiceControlPolicies": ["FullAWSAccess"]}"#,
            "\(account)/users/u/user.json": #"{"UserId": "AIDAU", "Tags": {"t": "v"}}"#,
            "\(account)/users/u/inline/own.json": own,
            "\(account)/roles/r/trust-policy.json": trust,
            "\(account)/roles/r/inline/own.json": own,
            "\(account)/resource-policies/b.json":
                #"{"ResourceArn": "arn:aws:s3:::b", "Policy": {"Statement": "#
                + #"{"Effect": "Deny", "NotPrincipal": {"AWS": "arn:aws:iam::111122223333:user/u"}, "Action": "s3:Get*", "Resource": "*"}}}"#,
        ]
        let directory = try Directory(files: files.mapValues { Array($0.utf8) })
        surgery = SnapshotSurgery(try SnapshotCompiler(seed: 1).compile(directory))
        let context = try RequestContext([
            ("app:a", .single("av")), ("app:b", .single("true")), ("app:n", .single("3")),
            ("app:bin", .single("QQ==")),
            ("aws:SourceIp", .single("10.0.0.1")), ("app:flag", .single("true")),
            ("app:list", .multi(["a1", "a2"])),
        ])
        var requests: [CompactRequest] = []
        for name in [
            "arn:aws:iam::111122223333:user/u", "arn:aws:sts::111122223333:assumed-role/r/s", "anonymous",
        ] {
            for (action, resource) in [
                ("s3:DeleteObject", "arn:aws:s3:::b/1ux"), ("s3:GetObject", "arn:aws:s3:::b/q/xay"),
            ] {
                guard let principal = RequestPrincipal(UTF8Text(name)),
                    let now = Instant(seconds: 1_772_366_400)
                else { continue }
                let request = AuthorizationRequest(
                    principal: principal,
                    action: UTF8Text(action),
                    resource: UTF8Text(resource),
                    context: context
                )
                requests.append(try CompactRequest(request, at: now))
            }
        }
        self.requests = requests
    }
}

private let world = try? World()
