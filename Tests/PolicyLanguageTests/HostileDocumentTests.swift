import PolicyLanguage
import Testing
import Vocabulary

/// A good policy, damaged in every small way there is.
@Suite("A damaged policy")
struct HostileDocumentTests {
    static let good = Array(
        """
        {"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:Get*","Resource":\
        "arn:aws:s3:::b/${aws:username}/*","Condition":{"IpAddress":{"aws:SourceIp":["10.0.0.0/8","::1"]}}},\
        {"Sid":"No","Effect":"Deny","NotAction":"s3:List*","Resource":"*","Condition":{"Bool":\
        {"aws:SecureTransport":false}}}]}
        """.utf8
    )

    /// The number of statements read; nil where the document is refused.
    private static func statementCount(_ bytes: [UInt8], mode: ValidationMode = .strict) -> Int? {
        do throws(InvalidDocument) {
            return try PolicyReader(mode: mode).read(SourceText(bytes), as: .identity).document.statements
                .count
        } catch {
            guard error.diagnostics.contains(where: { $0.severity == .error }) else {
                Issue.record("refused without a reason: \(String(decoding: bytes, as: UTF8.self))")
                return nil
            }
            return nil
        }
    }

    @Test("Cut short at any byte, it is refused in every mode", arguments: ValidationMode.allCases)
    func truncation(_ mode: ValidationMode) {
        #expect(Self.statementCount(Self.good, mode: mode) == 2)
        for length in Self.good.indices {
            #expect(Self.statementCount(Array(Self.good[..<length]), mode: mode) == nil, "\(length) bytes")
        }
    }

    @Test(
        "With its beginning cut away at any byte, it is refused in every mode",
        arguments: ValidationMode.allCases
    )
    func beheading(_ mode: ValidationMode) {
        for start in Self.good.indices.dropFirst() {
            #expect(Self.statementCount(Array(Self.good[start...]), mode: mode) == nil, "from \(start)")
        }
    }

    @Test("With any one byte changed, it is refused or still has all of its statements", arguments: 0..<8)
    func everyByteEveryValue(_ slice: Int) {
        var (accepted, refused) = (0, 0)
        for position in stride(from: slice, to: Self.good.count, by: 8) {
            var bytes = Self.good
            for value in UInt8.min...UInt8.max where value != Self.good[position] {
                bytes[position] = value
                switch Self.statementCount(bytes) {
                case 2: accepted += 1
                case nil: refused += 1
                case let count?: Issue.record("byte \(value) at \(position) leaves \(count) statements")
                }
            }
        }
        #expect(accepted > 0 && refused > accepted)
    }

    @Test("With any one byte left out or doubled, it is refused or still has all of its statements")
    func everyByteMissingOrDoubled() {
        for position in Self.good.indices {
            var missing = Self.good
            missing.remove(at: position)
            var doubled = Self.good
            doubled.insert(Self.good[position], at: position)
            for bytes in [missing, doubled] {
                let count = Self.statementCount(bytes, mode: .lenient)
                #expect(count == nil || count == 2, "at \(position)")
            }
        }
    }

    @Test(
        "With two bytes swapped or a stretch repeated at random, it never traps",
        arguments: [1, 2, 3] as [UInt64]
    )
    func random(_ seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<500 {
            var bytes = Self.good
            bytes.swapAt(
                .random(in: bytes.indices, using: &generator),
                .random(in: bytes.indices, using: &generator)
            )
            let start = Int.random(in: bytes.indices, using: &generator)
            let end = Int.random(in: start..<bytes.count, using: &generator)
            bytes.insert(contentsOf: bytes[start...end], at: .random(in: bytes.indices, using: &generator))
            for mode in ValidationMode.allCases {
                let count = Self.statementCount(bytes, mode: mode)
                #expect(count == nil || count ?? 0 >= 1, "seed \(seed)")
            }
        }
    }
}
