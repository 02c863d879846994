// Compiled together with the publishing sources by Scripts/check-read-path, so that the read paths are specialised
// as they are inside DecisionIndex. The functions named probe... are disassembled.

import Synchronization

final class ProbeContent: Sendable {
    let value: UInt64
    let words: [UInt64]

    init(_ value: UInt64) {
        self.value = value
        words = (0..<64).map { value &+ $0 }
    }

    /// Stands for the work of a check, which is too large to be inlined.
    @inline(never)
    func sum(_ rounds: Int) -> UInt64 {
        (0..<rounds).reduce(value) { $0 &* 31 &+ UInt64($1) }
    }
}

struct ProbeError: Error {}

/// One load inside the read.
@inline(never)
func probeReader(_ reader: borrowing SnapshotReader<ProbeContent>) -> UInt64 {
    reader.withSnapshot { $0.value }
}

/// Several uses of the content: a call, a loop, an array, an error.
@inline(never)
func probeReaderWork(
    _ reader: borrowing SnapshotReader<ProbeContent>,
    _ rounds: Int
) throws(ProbeError) -> UInt64 {
    try reader.withSnapshot { content throws(ProbeError) in
        var total: UInt64 = 0
        for round in 0..<rounds { total &+= content.sum(round) &+ content.words[round & 63] }
        guard total != 1 else { throw ProbeError() }
        return total &+ content.value
    }
}

/// A read inside a read.
@inline(never)
func probeReaderNested(_ reader: borrowing SnapshotReader<ProbeContent>) -> UInt64 {
    reader.withSnapshot { outer in reader.withSnapshot { $0.value &- outer.value } }
}

/// The convenience path.
@inline(never)
func probeConvenience(_ cell: SnapshotCell<ProbeContent>) -> UInt64 {
    cell.withSnapshot { $0.value }
}

@main
enum Probe {
    static func main() throws {
        let cell = SnapshotCell(ProbeContent(20))
        let reader = cell.makeReader()
        cell.publish(ProbeContent(21))
        precondition(probeReader(reader) + probeConvenience(cell) == 42)
        precondition(probeReaderNested(reader) == 0)
        let work = try probeReaderWork(reader, CommandLine.arguments.count)
        precondition(work != 0)
    }
}
