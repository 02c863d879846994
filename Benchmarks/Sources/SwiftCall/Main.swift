import Portcullis

/// Checks one request COUNT times through a reader, and says what a check took: the same as `CCall/call.c` does through
/// the C library.
@main
struct Main {
    static func main() throws {
        let arguments = CommandLine.arguments
        guard arguments.count == 3, let count = Int(arguments[2]) else {
            print("usage: SwiftCall DIRECTORY COUNT")
            return
        }
        let engine = try AuthorizationEngine(directory: Directory(contentsOf: arguments[1]))
        var reader = engine.makeReader()
        let request = try request()
        let clock = ContinuousClock()
        let start = clock.now
        let allowed = check(request, count, &reader)
        let nanoseconds = (clock.now - start) / .nanoseconds(1)
        print("\(nanoseconds / Double(count)) \(allowed)")
    }

    @inline(never)
    private static func check(
        _ request: PreparedRequest,
        _ count: Int,
        _ reader: inout AuthorizationReader
    ) -> Int {
        var allowed = 0
        for _ in 0..<count where reader.authorize(request).isAllowed { allowed += 1 }
        return allowed
    }

    private static func request() throws -> PreparedRequest {
        let caller = RequestPrincipal("arn:aws:iam::111122223333:role/workload/training-job")
        var question = AuthorizationRequest(
            principal: caller ?? .anonymous,
            action: "s3:GetObject",
            resource: "arn:aws:s3:::acme-training-data/sets/vision/part-0.parquet"
        )
        question.context["aws:SecureTransport"] = .single("true")
        var credential = CallerCredential()
        credential.sessionName = "job-42"
        return try PreparedRequest(
            question,
            credential: credential,
            at: Instant(seconds: 1_772_366_400) ?? .distantPast
        )
    }
}
