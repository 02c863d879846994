import ConformanceSuite
import PolicyLanguage
import Testing

@Suite("Vectors of faulty snapshots")
struct HostileSnapshotTests {
    private func verdict(
        _ op: String,
        _ code: String,
        by evaluator: any ConformanceEvaluator = IndexSubject(),
        expect: String = "reject"
    ) throws -> ConformanceResult.Verdict {
        let line =
            #"{"id": "v", "kind": "snapshot-fault", "expect": "\#(expect)", "code": "\#(code)", "op": "\#(op)"}"#
        let vector = try ConformanceVector(SourceText(Array(line.utf8), name: "v"), folder: ".")
        return ConformanceRunner(evaluator).run(vector).verdict
    }

    @Test(
        "Each fault is refused with its code",
        arguments: [
            ("truncate 0", "truncated"), ("truncate len/2", "truncated"), ("truncate len-1", "truncated"),
            ("truncate to 255", "truncated"), ("append 3 bytes", "bounds"), ("append a byte", "bounds"),
            ("swap two 4 KiB pages", "checksum"), ("zero a 4 KiB page", "checksum"),
            ("zero the header", "magic"),
            ("set magic to another value", "magic"), ("set version to 99, fix the checksum", "version"),
            ("byte-swap every u32, fix the checksum", "endian"), ("flip a bit of the checksum", "checksum"),
            ("set a section offset to 2^64-8, fix the checksum", "bounds"),
            ("set the image size to len+64, fix the checksum", "truncated"),
            ("set statement count to 2^32-1, fix the checksum", "bounds"),
            ("posting id = statement count, fix the checksum", "structure"),
            ("remove a Deny from the postings but leave the statement, fix the checksum", "structure"),
            ("set the seed to 0x10, fix the checksum", "structure"),
            ("condition code = 255, fix the checksum", "structure"),
            ("swap two section offsets, fix the checksum", "structure"),
        ]
    )
    func refused(_ op: String, _ code: String) throws {
        #expect(try verdict(op, "snapshot.\(code)") == .passed)
        #expect(try verdict(op, "snapshot.*", by: BothSubjects()) == .passed)
    }

    @Test("Every cut is refused")
    func sweep() throws {
        #expect(try verdict("for k in 0..<len: truncate k", "snapshot.*") == .passed)
    }

    @Test(
        "Faults of signed bundles are refused with their code",
        arguments: [
            ("strip the signature block", "signature"), ("algorithm field = none", "signature"),
            ("offer version N-1 with a good signature", "rollback"), ("expiry in the past", "expired"),
        ]
    )
    func bundles(_ op: String, _ code: String) throws {
        #expect(try verdict(op, "snapshot.\(code)") == .passed)
        let other = code == "signature" ? "snapshot.expired" : "snapshot.signature"
        #expect(try failure(verdict(op, other))?.hasPrefix("expected code \(other), got") == true)
        #expect(try verdict("tear the \(op)", "snapshot.\(code)") == .failed("unknown op `tear the \(op)`"))
    }

    @Test("Unknown words, faults that change nothing, and other codes than the one wanted fail")
    func failures() throws {
        #expect(try verdict("paint it black", "snapshot.*") == .failed("unknown op `paint it black`"))
        #expect(try verdict("set magic to many", "snapshot.*") == .failed("unknown op `set magic to many`"))
        let nothing = "set version to 1, fix the checksum"
        #expect(try verdict(nothing, "snapshot.*") == .failed("`\(nothing)` changes nothing in the image"))
        #expect(
            try failure(verdict("truncate 0", "snapshot.magic"))?.hasPrefix("expected code snapshot.magic")
                == true
        )
        #expect(try failure(verdict("truncate 0", "snapshot.*", expect: "accept")) != nil)
        let kept = "set the posting to 1, fix the checksum"
        #expect(try failure(verdict(kept, "snapshot.checksum")) != nil)
    }
}
