import DecisionIndex
import IdentityDirectory
import PolicyLanguage
import SnapshotCompiler
import Vocabulary

/// Faults in snapshot files: each must be refused, and the snapshot in force must stay in force.
extension ConformanceRunner {
    /// A vector says in words what is done to the bytes of a good image.
    func snapshotFault(_ vector: ConformanceVector) -> ConformanceResult.Verdict {
        guard evaluator is IndexSubject || evaluator is BothSubjects else {
            return .skipped("snapshot-fault: the \(evaluator.name) evaluator has no snapshots")
        }
        let code = vector.json["code"]?.string?.description ?? "snapshot.*"
        guard let words = vector.json["op"]?.string?.description else { return .failed("no op") }
        guard vector.expect == "reject" else {
            return .failed("a fault can only be rejected, not \(vector.expect)")
        }
        do {
            let image = try SnapshotCompiler(seed: 1).compile(try Self.faultDirectory())
            if Self.bundleCodes.contains(code) {
                guard let fault = BundleFault(words) else { return .failed("unknown op `\(words)`") }
                return try fault.judge(image, code: code).map { .failed($0) } ?? .passed
            }
            guard let operation = SnapshotFault(words) else { return .failed("unknown op `\(words)`") }
            var judge = FaultJudge(image, code: code, try Self.faultRequest())
            try operation.forEachImage(image) { bytes, place in judge.judge(bytes, place) }
            if judge.count == 0 { return .failed("`\(words)` changes nothing in the image") }
            return judge.failure.map { .failed($0) } ?? .passed
        } catch {
            return .failed("the suite's own image cannot be made: \(error)")
        }
    }

    /// Codes of what wraps a snapshot on its way, not of the snapshot.
    private static let bundleCodes: Set<String> = [
        "snapshot.signature", "snapshot.rollback", "snapshot.expired",
    ]

    /// Something of everything: two accounts, a role, conditions, a Deny, and enough users for several pages.
    private static func faultDirectory() throws(InvalidDirectory) -> Directory {
        let own = #"""
            {"Version": "2012-10-17", "Statement": [
            {"Effect": "Deny", "Action": ["s3:DeleteObject", "iam:*"], "Resource": "*"},
            {"Effect": "Allow", "Action": ["s3:GetObject", "s3:Put*"], "Resource": "arn:aws:s3:::b/${aws:username}/*",
            "Condition": {"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}, "NumericLessThan": {"s3:max-keys": "10"}}}]}
            """#
        let trust =
            #"{"Statement": {"Effect": "Allow", "Principal": {"AWS": "111122223333"}, "Action": "sts:AssumeRole"}}"#
        let resource = #"""
            {"ResourceArn": "arn:aws:s3:::b", "Policy": {"Statement": {"Effect": "Allow", "Principal": "*",
            "Action": "s3:GetObject", "Resource": "arn:aws:s3:::b/open/*"}}}
            """#
        var files = [
            "accounts/111122223333/roles/r/trust-policy.json": trust,
            "accounts/111122223333/roles/r/inline/own.json": own,
            "accounts/444455556666/resource-policies/b.json": resource,
        ]
        for number in 0..<24 {
            files["accounts/111122223333/users/u\(number)/inline/own-\(number).json"] = own
        }
        return try Directory(files: files.mapValues { Array($0.utf8) })
    }

    private static func faultRequest() throws(RequestError) -> CompactRequest {
        guard let principal = RequestPrincipal("arn:aws:iam::111122223333:user/u1") else {
            throw RequestError(.malformedPrincipal, in: .principal)
        }
        let request = AuthorizationRequest(
            principal: principal,
            action: "s3:DeleteObject",
            resource: "arn:aws:s3:::b/x",
            context: RequestContext()
        )
        return try CompactRequest(request, at: RequestDocument.defaultTime)
    }
}

/// Offers faulty images to an engine that has a good one.
private struct FaultJudge {
    private let engine: AuthorizationEngine
    private let request: CompactRequest
    private let code: String
    private(set) var count = 0
    private(set) var failure: String?

    init(_ image: VerifiedImage, code: String, _ request: CompactRequest) {
        engine = AuthorizationEngine(image)
        self.request = request
        self.code = code
    }

    /// - Parameter place: the byte that was changed, where it is one.
    mutating func judge(_ bytes: [UInt8], _ place: Int?) {
        count += 1
        guard failure == nil else { return }
        do {
            _ = try VerifiedImage(verifying: bytes)
            failure = "expected reject (\(code)), got accept after change \(count)"
        } catch {
            if !isWanted(error.code, place) { failure = "expected code \(code), got \(error)" }
        }
        let decision = engine.authorize(request)
        if decision.outcome != .explicitDeny || decision.revision != 1 {
            failure = "the snapshot in force decides otherwise after a rejected one"
        }
    }

    /// The first bytes are read before the checksum, so that a change there is named for what it is.
    private func isWanted(_ found: SnapshotFormatError.Code, _ place: Int?) -> Bool {
        if code == "snapshot.*" || found.rawValue == code { return true }
        guard let place, place < SnapshotFault.headByteCount else { return false }
        return [.magic, .byteOrder, .version, .truncated, .bounds].contains(found)
    }
}
