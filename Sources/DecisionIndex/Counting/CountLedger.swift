/// What an engine has counted: of snapshots that are gone, and where the counts of the others stand.
final class CountLedger: Sendable {
    private struct State {
        var past = DecisionCounts()
        var present: [SnapshotCounters] = []
        /// Which numbers readers have; the last is in use.
        var numbers: [Bool] = []
    }

    private let state = Guarded(State())

    // MARK: Readers

    /// The smallest number that no reader has.
    func takeNumber() -> Int {
        state.withLock { state in
            let number = state.numbers.firstIndex(of: false) ?? state.numbers.count
            if number == state.numbers.count {
                state.numbers.append(true)
            } else {
                state.numbers[number] = true
            }
            return number
        }
    }

    /// Takes a number back; what its reader counted stays.
    func giveBack(_ number: Int) {
        state.withLock { state in
            state.numbers[number] = false
            while state.numbers.last == false { state.numbers.removeLast() }
        }
    }

    // MARK: Snapshots

    /// Counters for a snapshot to be published, with a block for each reader there is.
    func makeCounters(_ image: VerifiedImage) -> SnapshotCounters {
        let counters = SnapshotCounters(image, readerCount: state.withLock { $0.numbers.count })
        state.withLock { $0.present.append(counters) }
        return counters
    }

    /// Takes over the counts of a snapshot by which nobody reads any more.
    func close(_ counters: SnapshotCounters) {
        state.withLock { state in
            counters.add(to: &state.past, includingUnused: false)
            state.present.removeAll { $0 === counters }
        }
    }

    /// Everything that was counted so far, once each; of the newest snapshot also what decided nothing, if wanted.
    func counts(includingUnused: Bool) -> DecisionCounts {
        state.withLock { state in
            var counts = state.past
            for counters in state.present {
                let isNewest = counters === state.present.last
                counters.add(to: &counts, includingUnused: includingUnused && isNewest)
            }
            return counts
        }
    }
}
