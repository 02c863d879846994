import Foundation
import Portcullis
import Testing

@testable import SnapshotDelivery

@Suite("What is said to etcd and heard from it")
struct EtcdPartsTests {
    private static let header = #""header":{"cluster_id":"7","member_id":"1","revision":"9","raft_term":"2"}"#
    private static let stream = """
        {"result":{\(header),"created":true}}
        {"result":{\(header),"events":[{"kv":{"key":"L3AvYQ==","mod_revision":"8","value":"aGVsbG8="}},\
        {"type":"DELETE","kv":{"key":"L3AvYg==","mod_revision":"9"}}]}}

        """

    @Test("A stream is read alike wherever the network cuts it", arguments: 1...40)
    func cuts(_ size: Int) throws {
        var stream = WatchStream()
        var answers: [WatchStream.Answer] = []
        var rest = Array(Self.stream.utf8)[...]
        while !rest.isEmpty {
            answers += try stream.answers(adding: Array(rest.prefix(size)))
            rest = rest.dropFirst(size)
        }
        #expect(answers.count == 2 && answers[0].isCreated && answers[0].records.isEmpty)
        #expect(answers[1].records.map(\.value) == [Array("hello".utf8), nil])
        #expect(answers[1].records.map(\.revision) == [8, 9])
        #expect(answers[1].header.revision == 9)
    }

    @Test(
        "What is no answer of a watch is a failure",
        arguments: [
            (#"{"result":{\#(header),"canceled":true,"compact_revision":"8"}}"#, EtcdFailure.compacted),
            (
                #"{"error":{"grpc_code":14,"http_code":503,"message":"gone","http_status":"x"}}"#,
                .refused(code: 14, "gone")
            ),
            (
                #"{"error":"etcdserver: mvcc: required revision has been compacted","message":"#
                    + #""etcdserver: mvcc: required revision has been compacted","code":11}"#,
                .compacted
            ),
            (#"{"result":{"events":[]}}"#, .malformed("no header")),
            ("{}", .malformed("a watch without result")),
        ]
    )
    func failures(_ line: String, _ failure: EtcdFailure) {
        var stream = WatchStream()
        #expect(throws: failure) { try stream.answers(adding: Array((line + "\n").utf8)) }
    }

    @Test(
        "The end of a range is the first key that does not begin like it",
        arguments: [([0x2F], [0x30]), ([0x61, 0xFF], [0x62]), ([0xFF, 0xFF], [0]), ([], [0])]
            as [([UInt8], [UInt8])]
    )
    func rangeEnds(_ prefix: [UInt8], _ end: [UInt8]) {
        #expect(EtcdMessages.rangeEnd(ofPrefix: prefix) == end)
    }

    @Test(
        "Each key has one place in the layout",
        arguments: [
            ("/p/current", .pointer),
            ("/p/sets/a/organization.json", .file(set: "a", path: "organization.json")),
            ("/p/sets/a/accounts/1/x.json", .file(set: "a", path: "accounts/1/x.json")),
            ("/p/grants/accounts/1/x.json", .grant(path: "accounts/1/x.json")), ("/p/sets/a", .other),
            ("/p/pointer", .announcement),
            ("/p/sets/a/", .other), ("/p/sets//x", .other), ("/p/grants/", .other), ("/p/set/a/x", .other),
            ("/p/sets/a/é.json", .other), ("/p/", .other), ("/q/current", .other),
        ] as [(String, StoreLayout.Place)]
    )
    func places(_ key: String, _ place: StoreLayout.Place) {
        for prefix in ["/p", "/p/", "/p//"] {
            #expect(StoreLayout(prefix: prefix).place(of: Array(key.utf8)) == place)
        }
    }

    @Test(
        "Addresses that are none, or hold a password, are refused without being repeated",
        arguments: ["", "etcd:2379", "http://", "http://user:secret@host:1", "https://host:1\n"]
    )
    func addresses(_ address: String) {
        #expect {
            try EtcdSettings(endpoints: [address])
        } throws: {
            !"\($0)".contains("secret")
        }
    }

    @Test("Changes are cut into transactions that etcd takes")
    func batches() {
        let small = (0..<250).map { StoreTransaction.Change.put([UInt8($0)], [1]) }
        #expect(StoreTransaction.batches(of: small).map(\.count) == [120, 120, 10])
        let large = (0..<5).map {
            StoreTransaction.Change.put([UInt8($0)], [UInt8](repeating: 1, count: 600_000))
        }
        #expect(StoreTransaction.batches(of: large).map(\.count) == [1, 1, 1, 1, 1])
        #expect(StoreTransaction.batches(of: []).isEmpty)
    }

    // MARK: Leases

    @Test("A lease of which nothing is known is over")
    func unknownLease() {
        #expect(!LeaseTable().isAlive(1, at: .now))
        #expect(LeaseTable().due([1, 2], at: .now) == [1, 2])
    }

    @Test(
        "A lease lasts from when it was asked about, is asked about again at half, and ends without an answer"
    )
    func leaseTimes() {
        var table = LeaseTable()
        let start = ContinuousClock.now
        table.note(1, secondsLeft: 10, asked: start)
        #expect(table.isAlive(1, at: start + .seconds(9.9)) && !table.isAlive(1, at: start + .seconds(10)))
        #expect(table.due([1], at: start + .seconds(4.9)).isEmpty)
        #expect(table.due([1], at: start + .seconds(5)) == [1])
        #expect(table.nextMoment == start + .seconds(5))
        table.note(1, secondsLeft: nil, asked: start + .seconds(1))
        #expect(!table.isAlive(1, at: start + .seconds(2)))
        table.keep([])
        #expect(table.nextMoment == nil)
    }

    @Test("Waits after failures grow, are never the same, and have an end")
    func waits() {
        var interval = RetryInterval()
        let waits = (0..<20).map { _ in interval.next(atMost: .seconds(1)) }
        #expect(waits.allSatisfy { $0 >= .milliseconds(25) && $0 <= .seconds(1) })
        #expect(waits[0] <= .milliseconds(50) && waits[10...].allSatisfy { $0 >= .milliseconds(500) })
        #expect(Set(waits).count > 15)
        interval.reset()
        #expect(interval.next(atMost: .seconds(1)) <= .milliseconds(50))
    }

    // MARK: What waits to be asked for

    @Test("Edits of one file replace each other until they are asked for; contact comes after them")
    func mailbox() async {
        let mailbox = StoreMailbox()
        mailbox.post([FileEdit("a", [1]), FileEdit("b", [1])], revision: 5, grants: [])
        mailbox.post([FileEdit("a", [2])], revision: 6, grants: [])
        mailbox.postContact()
        #expect(Self.line(await mailbox.next()) == "6 a [2] b [1]")
        #expect(Self.line(await mailbox.next()) == "contact")
        mailbox.post(all: ["a": [2], "c": [3]], revision: 7, grants: [])
        #expect(Self.line(await mailbox.next()) == "7 b gone c [3]")
        mailbox.postContact()
        mailbox.postFailure("x")
        #expect(Self.line(await mailbox.next()) == "failure x")
        mailbox.postFailure("x")
        mailbox.stop()
        #expect(Self.line(await mailbox.next()) == "end")
    }

    @Test("The end of a grant is told as such unless the store has said something, too, and hides no failure")
    func lapses() async {
        let mailbox = StoreMailbox()
        mailbox.postFailure("x")
        mailbox.post([FileEdit("a", nil)], revision: 5, grants: [], isLapse: true)
        #expect(Self.line(await mailbox.next()) == "5 lapse a gone")
        #expect(Self.line(await mailbox.next()) == "failure x")
        mailbox.post([FileEdit("b", nil)], revision: 5, grants: [], isLapse: true)
        mailbox.post([FileEdit("c", [1])], revision: 6, grants: [])
        #expect(Self.line(await mailbox.next()) == "6 b gone c [1]")
    }

    private static func line(_ item: StoreMailbox.Item) -> String {
        switch item {
        case .edits(let news):
            "\(news.revision) "
                + (news.isLapse ? "lapse " : "")
                + news.edits.map { "\($0.path) \($0.contents.map { "\($0)" } ?? "gone")" }.joined(
                    separator: " "
                )
        case .contact: "contact"
        case .failure(let message): "failure \(message)"
        case .end: "end"
        }
    }
}
