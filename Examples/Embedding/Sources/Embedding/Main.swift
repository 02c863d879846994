import Portcullis

/// A program that asks the engine, replaces its policies, and asks again.
@main
struct Main {
    static func main() throws {
        let folder = CommandLine.arguments.dropFirst().first ?? "Examples/acme"
        let engine = try AuthorizationEngine(directory: Directory(contentsOf: folder))
        guard let now = Instant("2026-03-01T12:00:00Z") else { return }

        // From anywhere:
        let decision = engine.authorize(
            principal: "arn:aws:iam::111122223333:user/ada",
            action: "s3:GetObject",
            resource: "arn:aws:s3:::acme-checkpoints/x",
            context: ["aws:SourceIp": "10.0.0.7"],
            at: now
        )
        print(
            decision.outcome.name,
            decision.layer?.policyPhrase ?? "-",
            engine.policyName(of: decision) ?? "-"
        )

        // Fast, one reader a thread:
        let request = try CompactRequest(
            AuthorizationRequest(
                principal: RequestPrincipal("arn:aws:iam::111122223333:role/workload/training-job")
                    ?? .anonymous,
                action: "s3:GetObject",
                resource: "arn:aws:s3:::acme-training-data/sets/vision/part-0.parquet",
                context: RequestContext([("aws:SecureTransport", .single("true"))])
            ),
            at: now
        )
        var reader = engine.makeReader()
        print(reader.authorize(request).outcome.name, "at revision", reader.authorize(request).revision)

        // Compiled aside, published by one atomic exchange; readers never wait.
        try engine.replace(with: Directory(contentsOf: folder))
        print(reader.authorize(request).outcome.name, "at revision", reader.authorize(request).revision)

        // Or only what changes: all of it or, after a fault, nothing.
        if let job = ARN("arn:aws:iam::111122223333:role/workload/training-job") {
            try engine.apply([.removeInlinePolicy("training-data", of: job)])
        }
        print(reader.authorize(request).outcome.name, "at revision", reader.authorize(request).revision)
    }
}
