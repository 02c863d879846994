import CPortcullis
import CountedAllocations
import Foundation
import Portcullis
import Testing

@Suite("Checks through the C functions")
struct CheckTests {
    /// The example's requests, with the session policies as they are written there.
    static let documents: [(document: RequestDocument, policies: [String])] = {
        let path = "\(Scene.acme)/../requests.jsonl"
        guard let data = try? Data(contentsOf: URL(fileURLWithPath: path)) else { return [] }
        return data.split(separator: UInt8(ascii: "\n")).compactMap { line in
            guard let document = try? RequestDocument(reading: SourceText(Array(line), name: path)),
                let object = try? JSONSerialization.jsonObject(with: line) as? [String: Any]
            else { return nil }
            let policies = (object["session"] as? [String: Any])?["policies"] as? [Any] ?? []
            let texts = policies.compactMap { try? JSONSerialization.data(withJSONObject: $0) }
            return (document, texts.map { String(decoding: $0, as: UTF8.self) })
        }
    }()

    @Test("The example's requests get the answers that its file expects, one by one and in a batch")
    func example() throws {
        let engine = try Scene.open(Scene.acme)
        let reader = try Scene.reader(engine)
        #expect(Self.documents.count > 30)
        var requests: [OpaquePointer?] = []
        for (document, policies) in Self.documents {
            let request = try CRequest.make(document, policies: policies)
            let decision = try Scene.check(reader, request)
            #expect(Self.name(decision) == document.expect?.description, "\(document.id ?? "")")
            requests.append(request)
        }
        var decisions = [portcullis_decision](repeating: Scene.emptyDecision, count: requests.count)
        try Scene.ok(portcullis_check_batch(reader, &requests, &decisions, requests.count))
        for ((document, _), decision) in zip(Self.documents, decisions) {
            #expect(Self.name(decision) == document.expect?.description, "\(document.id ?? "")")
            #expect(decision.revision == decisions[0].revision)
        }
        for request in requests { try Scene.ok(portcullis_request_destroy(request)) }
        try Scene.ok(portcullis_reader_destroy(reader))
        try Scene.ok(portcullis_close(engine))
    }

    private static func name(_ decision: portcullis_decision) -> String {
        switch Int(decision.outcome) {
        case PORTCULLIS_ALLOW: "allow"
        case PORTCULLIS_IMPLICIT_DENY: "implicitDeny"
        case PORTCULLIS_EXPLICIT_DENY: "explicitDeny"
        case PORTCULLIS_UNDECIDED: "error"
        default: "\(decision.outcome)"
        }
    }

    @Test("Parts that change after the first check count, whether the request had them or not")
    func changes() throws {
        let engine = try Scene.open(Scene.acme)
        let reader = try Scene.reader(engine)
        let request = try Scene.request(
            principal: "arn:aws:iam::111122223333:role/workload/training-job",
            action: "s3:GetObject",
            resource: "arn:aws:s3:::acme-training-data/sets/vision/a"
        )
        try Scene.ok(portcullis_request_set_session_name(request, "job-42", Scene.terminated))
        func outcome() throws -> Int { Int(try Scene.check(reader, request).outcome) }
        func set(_ key: String, _ value: String) throws {
            try Scene.ok(
                portcullis_request_set_value(request, key, Scene.terminated, value, value.utf8.count)
            )
        }
        #expect(try outcome() == PORTCULLIS_ALLOW)
        try set("aws:SecureTransport", "false")
        #expect(try outcome() == PORTCULLIS_EXPLICIT_DENY)
        try set("AWS:securetransport", "true")
        #expect(try outcome() == PORTCULLIS_ALLOW)
        try Scene.ok(
            portcullis_request_set_resource(request, "arn:aws:s3:::acme-training-data/sets/audio/a", -1)
        )
        #expect(try outcome() == PORTCULLIS_IMPLICIT_DENY)
        try Scene.ok(
            portcullis_request_set_resource_of(
                request,
                "arn:aws:s3:::acme-training-data/sets/vision/a",
                -1,
                "222233334444",
                -1
            )
        )
        #expect(try outcome() == PORTCULLIS_ALLOW)
        try Scene.ok(portcullis_request_set_action(request, "s3:PutObject", -1))
        #expect(try outcome() == PORTCULLIS_IMPLICIT_DENY)
        try Scene.ok(portcullis_request_set_action(request, "s3:GetObject", -1))
        try set("aws:SecureTransport", "false")
        #expect(try outcome() == PORTCULLIS_EXPLICIT_DENY)
        try Scene.ok(portcullis_request_remove_value(request, "aws:SecureTransport", -1))
        #expect(try outcome() == PORTCULLIS_ALLOW)
        try Scene.ok(portcullis_request_destroy(request))
        try Scene.ok(portcullis_reader_destroy(reader))
        try Scene.ok(portcullis_close(engine))
    }

    @Test("Values, tags, times and session policies reach the conditions that ask for them")
    func facts() throws {
        let folder = try PolicyFolder(
            condition: """
                {"ForAllValues:StringEquals": {"aws:TagKeys": ["a", "b"]}, "Null": {"aws:TagKeys": "false"},
                 "StringEquals": {"aws:SourceIdentity": "ada", "aws:PrincipalTag/team": "blue"},
                 "DateLessThan": {"aws:CurrentTime": "2026-03-01T12:00:00Z", "aws:TokenIssueTime": "2026-03-01T00:00:00Z"},
                 "NumericLessThan": {"aws:MultiFactorAuthAge": "60"}}
                """
        )
        let engine = try Scene.open(folder.path)
        let reader = try Scene.reader(engine)
        let request = try Scene.request(
            principal: PolicyFolder.principal,
            action: "s3:GetObject",
            resource: "arn:aws:s3:::b/x"
        )
        func outcome() throws -> Int { Int(try Scene.check(reader, request).outcome) }
        func setTags(_ texts: [StaticString]) throws {
            let values = texts.map { text in
                portcullis_text(
                    bytes: UnsafeRawPointer(text.utf8Start).assumingMemoryBound(to: CChar.self),
                    length: text.utf8CodeUnitCount
                )
            }
            try Scene.ok(portcullis_request_set_values(request, "aws:TagKeys", -1, values, values.count))
        }
        try setTags(["a", "b"])
        try Scene.ok(portcullis_request_set_source_identity(request, "ada", -1))
        try Scene.ok(portcullis_request_set_session_tag(request, "team", -1, "blue", -1))
        try Scene.ok(portcullis_request_set_mfa(request, 1, 30))
        try Scene.ok(portcullis_request_set_issued_at(request, 1_772_300_000, 5))
        try Scene.ok(portcullis_request_set_time(request, 1_772_366_399, 999_999_999))
        #expect(try outcome() == PORTCULLIS_ALLOW)
        try Scene.ok(portcullis_request_set_time(request, 1_772_366_400, 0))
        #expect(try outcome() == PORTCULLIS_IMPLICIT_DENY)
        try Scene.ok(portcullis_request_set_time(request, 1_772_366_399, 0))
        #expect(try outcome() == PORTCULLIS_ALLOW)
        try setTags(["a", "c"])
        #expect(try outcome() == PORTCULLIS_IMPLICIT_DENY)
        try setTags(["b"])
        #expect(try outcome() == PORTCULLIS_ALLOW)
        let policy =
            #"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"s3:Put*","Resource":"*"}}"#
        try Scene.ok(portcullis_request_add_session_policy(request, policy, -1))
        #expect(try outcome() == PORTCULLIS_IMPLICIT_DENY)
        try Scene.ok(portcullis_request_set_temporary(request, 0))
        #expect(try outcome() == PORTCULLIS_IMPLICIT_DENY)
        // Now is after the date of the policy.
        try Scene.ok(portcullis_request_set_time(request, 0, 0))
        #expect(try outcome() == PORTCULLIS_IMPLICIT_DENY)
        try Scene.ok(portcullis_request_destroy(request))
        try Scene.ok(portcullis_reader_destroy(reader))
        try Scene.ok(portcullis_close(engine))
    }

    @Test("A session of a role with a path is named by two ARNs")
    func roleSession() throws {
        let engine = try Scene.open(Scene.acme)
        let reader = try Scene.reader(engine)
        let request = try Scene.request(
            action: "s3:GetObject",
            resource: "arn:aws:s3:::acme-training-data/sets/vision/a"
        )
        try Scene.ok(
            portcullis_request_set_role_session(
                request,
                "arn:aws:sts::111122223333:assumed-role/training-job/job-42",
                -1,
                "arn:aws:iam::111122223333:role/workload/training-job",
                -1
            )
        )
        #expect(try Scene.check(reader, request).outcome == Int32(PORTCULLIS_ALLOW))
        try Scene.ok(portcullis_request_destroy(request))
        try Scene.ok(portcullis_reader_destroy(reader))
        try Scene.ok(portcullis_close(engine))
    }

    @Test(
        "A repeated check and a change of resource, value or time allocate nothing",
        .enabled(if: counted_allocations_available() == 1, "sanitizers have an allocator of their own")
    )
    func allocations() throws {
        let engine = try Scene.open(Scene.acme)
        let reader = try Scene.reader(engine)
        let request = try Scene.request()
        try Scene.ok(portcullis_request_set_value(request, "aws:SourceIp", -1, "10.0.0.1", -1))
        var decision = try Scene.check(reader, request)
        let key = strdup("aws:SourceIp"), value = strdup("10.0.0.9")
        defer { for text in [key, value] { free(text) } }
        let before = counted_allocations()
        var results: Int32 = 0
        for index in 0..<100 {
            let resource: StaticString = index % 2 == 0 ? "arn:aws:s3:::x" : "arn:aws:s3:::y/z"
            let text = UnsafeRawPointer(resource.utf8Start).assumingMemoryBound(to: CChar.self)
            results |= portcullis_request_set_resource(request, text, resource.utf8CodeUnitCount)
            results |= portcullis_request_set_value(request, key, 12, value, 8)
            results |= portcullis_request_set_time(request, 1_772_366_400 + Int64(index), 0)
            results |= portcullis_check(reader, request, &decision)
        }
        let after = counted_allocations()
        #expect(after == before)
        #expect(results == 0)
        #expect(decision.outcome != Int32(PORTCULLIS_UNDECIDED))
        try Scene.ok(portcullis_request_destroy(request))
        try Scene.ok(portcullis_reader_destroy(reader))
        try Scene.ok(portcullis_close(engine))
    }
}
