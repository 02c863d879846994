import CountedAllocations
import Foundation
import Portcullis
import Synchronization
import Testing

@testable import SnapshotDelivery

/// The claim is made for optimized code without sanitizers, which have an allocator of their own.
#if DEBUG
private let isClaimed = false
#else
private let isClaimed = counted_allocations_available() == 1
#endif

@Suite("The decision log")
struct DecisionLogTests {
    private let folder: LogFolder
    private let engine: AuthorizationEngine

    init() throws {
        folder = try LogFolder()
        let account = "accounts/111122223333"
        let files = [
            "\(account)/users/ada/inline/own.json":
                #"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"app:Read","Resource":"*"},"#
                + #"{"Effect":"Deny","Action":"app:Drop","Resource":"*"}]}"#,
            "\(account)/roles/job/trust-policy.json":
                #"{"Version":"2012-10-17","Statement":{"Effect":"Deny","Principal":"*","Action":"sts:AssumeRole"}}"#,
            "\(account)/roles/job/inline/own.json":
                #"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"app:*","Resource":"*","Condition":"#
                + #"{"StringEquals":{"app:kind":["a","b"]},"Bool":{"aws:MultiFactorAuthPresent":"true"}}}}"#,
        ]
        engine = try AuthorizationEngine(directory: Directory(files: files.mapValues { Array($0.utf8) }))
    }

    private func log(_ change: (inout DecisionLogSettings) -> Void = { _ in }) -> DecisionLog {
        var settings = DecisionLogSettings(path: folder.path)
        settings.drainInterval = .seconds(3_600)
        change(&settings)
        return DecisionLog(settings)
    }

    private static let lines = [
        #"{"principal":"arn:aws:iam::111122223333:user/ada","action":"app:Read","resource":"arn:aws:s3:::x/1"}"#,
        #"{"principal":"arn:aws:iam::111122223333:user/ada","action":"app:Drop","resource":"*","#
            + #""context":{"aws:SourceIp":"10.0.0.7","app:list":["x","y\\\"z"],"app:none":[]},"at":"1800000000.25"}"#,
        #"{"principal":{"type":"RoleSession","arn":"arn:aws:sts::111122223333:assumed-role/job/run","roleArn":"#
            + #""arn:aws:iam::111122223333:role/job"},"action":"app:Write","resource":"*","context":{"app:kind":"a"},"#
            + #""session":{"name":"run","mfa":true,"mfaAgeSeconds":5,"issuedAt":"1799999999","sourceIdentity":"eve","#
            + #""tags":{"team":"ml"}}}"#,
        #"{"principal":{"type":"Anonymous"},"action":"app:Read","resource":"arn:aws:s3:::y"}"#,
        #"{"principal":"ec2.amazonaws.com","action":"app:Read","resource":"*","resourceAccount":"111122223333"}"#,
    ]

    private static func request(_ line: String) throws -> CompactRequest {
        let document = try RequestDocument(reading: SourceText(line))
        return try CompactRequest(
            document.request,
            credential: document.session.map { try CallerCredential($0, options: EvaluationOptions()) },
            at: document.at ?? Instant(seconds: 1_800_000_000) ?? .distantPast
        )
    }

    private static func pairs(_ document: RequestDocument) -> [String] {
        document.request.context.pairs.map { "\($0.key.asciiLowercased): \($0.value)" }.sorted()
    }

    @Test(
        "A line is a request as it was asked, and is answered the same when it is asked again",
        arguments: lines
    )
    func replay(_ line: String) throws {
        let log = log()
        var reader = RecordingReader(engine.makeReader(), log.makeRecorder())
        let request = try Self.request(line)
        let decision = reader.authorize(request)
        log.flush()
        let found = try #require(try folder.lines().first)
        let (before, after) = (
            try RequestDocument(reading: SourceText(line)),
            try RequestDocument(reading: SourceText(found))
        )
        #expect("\(after.request.principal)" == "\(before.request.principal)")
        #expect(after.request.resource == before.request.resource)
        #expect(Self.pairs(after) == Self.pairs(before))
        let answer = engine.authorize(try Self.request(found))
        #expect(answer.outcome == decision.outcome && answer.layer == decision.layer)
        let logged = try JSONDocument(reading: SourceText(found)).root["decision"]
        #expect(logged?["outcome"]?.text.description == decision.outcome.name)
        #expect(logged?["revision"]?.text.description == String(decision.revision))
    }

    @Test("A prepared request is written down as it stands, and a batch like its requests one by one")
    func otherCalls() throws {
        let log = log()
        var reader = RecordingReader(engine.makeReader(), log.makeRecorder())
        let document = try RequestDocument(reading: SourceText(Self.lines[0]))
        let now = try #require(Instant(seconds: 1_800_000_000))
        let prepared = try PreparedRequest(document.request, at: now)
        let first = reader.authorize(prepared)
        try prepared.setResource("arn:aws:s3:::x/another/and/longer")
        _ = reader.authorize(prepared)
        let requests = try Self.lines.map { try Self.request($0) }
        var decisions = [Decision](repeating: .malformedRequest, count: requests.count)
        var span = decisions.mutableSpan
        reader.authorize(requests.span, into: &span)
        log.flush()
        func resources(_ lines: [String]) throws -> [UTF8Text] {
            try lines.map { try RequestDocument(reading: SourceText($0)).request.resource }
        }
        let asked = [document.request.resource, "arn:aws:s3:::x/another/and/longer"]
        #expect(try resources(folder.lines()) == asked + resources(Self.lines))
        let alone = requests.map { engine.authorize($0) }
        #expect(first.isAllowed && decisions == alone && log.counts.abridged == 0)
    }

    @Test("Some of these requests are allowed and some denied, so that the answers say something")
    func answers() throws {
        let outcomes = try Self.lines.map { engine.authorize(try Self.request($0)).outcome }
        #expect(outcomes[0] == .allow && outcomes[1] == .explicitDeny && outcomes[2] == .allow)
    }

    @Test(
        "The value of a masked key is not in the file, and the line says so",
        arguments: ["AWS:sourceip", "aws:*", "*"]
    )
    func masking(_ key: String) throws {
        let log = log { $0.maskedKeys = [key] }
        var reader = RecordingReader(engine.makeReader(), log.makeRecorder())
        _ = reader.authorize(try Self.request(Self.lines[1]))
        log.flush()
        let line = try #require(try folder.lines().first)
        #expect(
            !line.contains("10.0.0.7") && line.contains("(masked)")
                && line.contains(#""missing":["context"]"#)
        )
    }

    @Test("A request larger than a slot leaves its names, cut short, and replaying passes it over")
    func largeRequest() throws {
        let log = log { $0.slotByteCount = 1_024 }
        var reader = RecordingReader(engine.makeReader(), log.makeRecorder())
        let name = String(repeating: "long", count: 500)
        let line =
            #"{"principal":"arn:aws:iam::111122223333:user/ada","action":"app:Read","resource":"arn:aws:s3:::\#(name)"}"#
        _ = reader.authorize(try Self.request(line))
        _ = reader.authorize(try Self.request(Self.lines[0]))
        log.flush()
        let lines = try folder.lines()
        #expect(lines.count == 2 && log.counts.abridged == 1)
        #expect(lines[0].contains("arn:aws:s3:::longlong") && lines[0].utf8.count < 700)
        #expect(try RecordedRequests(SourceText(lines.joined(separator: "\n"))).count == 1)
    }

    @Test("When the writer is behind, decisions are dropped and counted, and what was recorded is written")
    func dropping() throws {
        let log = log { $0.slotCount = 64 }
        let before = log.counts
        #expect(before == DecisionLogCounts())
        var recorder = log.makeRecorder()
        let request = try Self.request(Self.lines[0])
        // Whatever the thread of the log takes in between, nothing is lost unseen.
        for _ in 0..<10_000 { recorder.record(engine.authorize(request), request) }
        log.flush()
        let counts = log.counts
        #expect(counts.recorded + counts.dropped == 10_000 && counts.dropped > 0 && counts.recorded >= 64)
        #expect(counts.written == counts.recorded)
        #expect(try folder.lines().count == Int(counts.written))
    }

    @Test("Sampling takes about as many as it says, and every deny where it says so")
    func sampling() throws {
        let (read, drop) = (try Self.request(Self.lines[0]), try Self.request(Self.lines[1]))
        var taken: [DecisionSampling: UInt64] = [:]
        for sampling in [DecisionSampling.oneIn(10), .deniesAndOneIn(10), .oneIn(0), .complete] {
            let log = log { ($0.sampling, $0.slotCount) = (sampling, 32_768) }
            var recorder = log.makeRecorder()
            for _ in 0..<10_000 {
                recorder.record(engine.authorize(read), read)
                recorder.record(engine.authorize(drop), drop)
            }
            taken[sampling] = log.counts.recorded
        }
        #expect((1_700...2_300).contains(taken[.oneIn(10)] ?? 0), "\(taken)")
        #expect((10_800...11_200).contains(taken[.deniesAndOneIn(10)] ?? 0), "\(taken)")
        #expect(taken[.oneIn(0)] == 0 && taken[.complete] == 20_000)
    }

    @Test("A long file is put aside between lines, and the oldest goes")
    func rotation() throws {
        let log = log { ($0.fileByteCountMax, $0.keptFileCount) = (4_000, 2) }
        var recorder = log.makeRecorder()
        let request = try Self.request(Self.lines[0])
        for _ in 0..<100 {
            recorder.record(engine.authorize(request), request)
            log.flush()
        }
        #expect(try folder.names() == ["log", "log.1", "log.2"])
        for name in try folder.names() {
            let lines = try folder.lines(of: name)
            #expect(lines.count > 3 && lines.allSatisfy { $0.hasPrefix("{") && $0.hasSuffix("}") })
        }
        #expect(log.counts.written == 100)
    }

    @Test("A file that cannot be written loses lines, says why, and is written again when it can")
    func faultyFile() throws {
        let log = log()
        var recorder = log.makeRecorder()
        let request = try Self.request(Self.lines[0])
        try FileManager.default.createDirectory(atPath: folder.path, withIntermediateDirectories: true)
        recorder.record(engine.authorize(request), request)
        log.flush()
        #expect(log.counts.lost == 1 && log.counts.failure?.contains("cannot open it") ?? false)
        try FileManager.default.removeItem(atPath: folder.path)
        recorder.record(engine.authorize(request), request)
        log.flush()
        #expect(log.counts.written == 1 && log.counts.failure == nil)
    }

    @Test("What a recorder has recorded is written when recorder and log are closed")
    func closing() throws {
        let log = log()
        do {
            var recorder = log.makeRecorder()
            let request = try Self.request(Self.lines[0])
            for _ in 0..<10 { recorder.record(engine.authorize(request), request) }
        }
        log.close()
        #expect(log.counts.written == 10 && log.counts.recorded == 10)
    }

    @Test(
        "Recording allocates nothing",
        .enabled(if: isClaimed, "the claim is for optimized code without sanitizers")
    )
    func allocations() throws {
        let log = log { ($0.slotCount, $0.slotByteCount) = (8_192, 1_536) }
        let document = try RequestDocument(reading: SourceText(Self.lines[0]))
        let prepared = try PreparedRequest(document.request, at: #require(Instant(seconds: 1_800_000_000)))
        var reader = RecordingReader(engine.makeReader(), log.makeRecorder())
        let long = String(repeating: "long", count: 500)
        let requests = try
            (Self.lines + [
                #"{"principal":"arn:aws:iam::111122223333:user/ada","action":"app:Read","resource":"arn:aws:s3:::\#(long)"}"#
            ]).map(Self.request)
        var (count, allowed) = (UInt.max, 0)
        var decisions = [Decision](repeating: .malformedRequest, count: requests.count)
        var span = decisions.mutableSpan
        for _ in 0..<2 {
            let before = counted_allocations()
            for index in requests.span.indices {
                for _ in 0..<100 where reader.authorize(requests.span[index]).isAllowed { allowed += 1 }
            }
            for _ in 0..<100 where reader.authorize(prepared).isAllowed { allowed += 1 }
            reader.authorize(requests.span, into: &span)
            count = counted_allocations() - before
        }
        #expect(count == 0 && allowed > 0)
        #expect(log.counts.recorded == 1_412 && log.counts.abridged == 202)
    }

    @Test(
        "Many threads record, recorders come and go, and each decision is written once or counted as dropped"
    )
    func stress() async throws {
        let log = log { ($0.drainInterval, $0.slotCount) = (.milliseconds(1), 128) }
        let requests = try Self.lines.map(Self.request)
        let engine = engine
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<4 {
                group.addTask {
                    for _ in 0..<10 {
                        var reader = RecordingReader(engine.makeReader(), log.makeRecorder())
                        for number in 0..<400 { _ = reader.authorize(requests[number % requests.count]) }
                    }
                }
            }
        }
        log.close()
        let counts = log.counts
        #expect(counts.recorded + counts.dropped == 16_000)
        #expect(counts.written == counts.recorded && counts.lost == 0)
        let lines = try folder.lines()
        #expect(UInt64(lines.count) == counts.written)
        // A torn record would be no request, or another answer.
        for line in lines.prefix(500) + lines.suffix(500) {
            let outcome = try JSONDocument(reading: SourceText(line)).root["decision"]?["outcome"]?.text
            #expect(engine.authorize(try Self.request(line)).outcome.name == outcome?.description)
        }
    }
}

/// A folder for a log, taken away when the test is over.
private final class LogFolder: Sendable {
    private let folder: String
    var path: String { folder + "/log" }

    init() throws {
        folder = NSTemporaryDirectory() + "log-tests-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    func names() throws -> [String] { try FileManager.default.contentsOfDirectory(atPath: folder).sorted() }

    func lines(of name: String = "log") throws -> [String] {
        try String(contentsOfFile: "\(folder)/\(name)", encoding: .utf8).split(separator: "\n").map(
            String.init
        )
    }
}
