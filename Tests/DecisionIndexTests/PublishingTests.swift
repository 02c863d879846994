import DecisionIndex
import Testing

@Suite("Publishing on one thread", .timeLimit(.minutes(1)))
struct PublishingTests {
    static let orderings: [ReaderOrdering] = [.best, .fenceByReader]

    @Test("The first content has revision 1, and each publication the next", arguments: orderings)
    func revisions(_ ordering: ReaderOrdering) {
        let twin = TwinCell(ordering)
        #expect(twin.cell.revision == 1)
        #expect(twin.publish() == 2)
        #expect(twin.publish() == 3)
        #expect(twin.cell.revision == 3)
    }

    @Test("A content carries the revision that publishing returned", arguments: orderings)
    func contentCarriesRevision(_ ordering: ReaderOrdering) {
        let twin = TwinCell(ordering)
        let reader = twin.cell.makeReader()
        for _ in 0..<5 {
            let revision = twin.publish()
            #expect(reader.withSnapshot { $0.revision } == revision)
            #expect(twin.cell.withSnapshot { $0.revision } == revision)
        }
    }

    @Test("The same content can be published again", arguments: orderings)
    func republish(_ ordering: ReaderOrdering) {
        let live = LiveCount()
        let cell = SnapshotCell(TwinContent(1, live), ordering: ordering)
        let kept = TwinContent(7, live)
        for expected in UInt64(2)...5 { #expect(cell.publish(kept) == expected) }
        cell.publish(TwinContent(8, live))
        #expect(kept.isWhole)
        #expect(cell.reclaim() == 0)
        #expect(live.now == 2)
    }

    @Test("A content whose making fails changes nothing")
    func failure() {
        struct Refused: Error {}
        let twin = TwinCell()
        #expect(throws: Refused.self) {
            try twin.cell.publish { (_) throws(Refused) -> TwinContent in throw Refused() }
        }
        #expect(twin.cell.revision == 1)
        #expect(twin.live.now == 1)
        #expect(twin.publish() == 2)
    }

    @Test("An error inside a read ends the read", arguments: orderings)
    func errorInRead(_ ordering: ReaderOrdering) {
        struct Stop: Error {}
        let twin = TwinCell(ordering)
        let reader = twin.cell.makeReader()
        #expect(throws: Stop.self) { try reader.withSnapshot { _ throws(Stop) in throw Stop() } }
        #expect(throws: Stop.self) { try twin.cell.withSnapshot { _ throws(Stop) in throw Stop() } }
        twin.publish()
        #expect(twin.live.now == 1)
    }

    @Test("A replaced content that nobody reads is let go at once", arguments: orderings)
    func immediateRelease(_ ordering: ReaderOrdering) {
        let twin = TwinCell(ordering)
        for _ in 0..<100 {
            twin.publish()
            #expect(twin.live.now == 1)
        }
        #expect(twin.cell.retiredCount == 0)
    }

    @Test("An idle reader keeps no old content", arguments: orderings)
    func idleReader(_ ordering: ReaderOrdering) {
        let twin = TwinCell(ordering)
        let reader = twin.cell.makeReader()
        #expect(reader.withSnapshot { $0.revision } == 1)
        twin.publish()
        #expect(twin.live.now == 1)
        #expect(reader.withSnapshot { $0.revision } == 2)
    }

    @Test("A destroyed reader keeps no old content, but a reader keeps its cell")
    func destroyedReader() {
        let live = LiveCount()
        do {
            let reader = SnapshotCell { TwinContent($0, live) }.makeReader()
            #expect(live.now == 1)
            #expect(reader.withSnapshot { $0.isWhole })
        }
        #expect(live.now == 0)
    }

    @Test("A content in use outlives its replacement and is let go by the next reclaim", arguments: orderings)
    func contentInUse(_ ordering: ReaderOrdering) {
        let twin = TwinCell(ordering)
        let reader = twin.cell.makeReader()
        reader.withSnapshot { content in
            #expect(twin.publish() == 2)
            #expect(twin.publish() == 3)
            #expect(content.revision == 1)
            #expect(content.isWhole)
            #expect(twin.cell.reclaim() == 1)
        }
        #expect(twin.live.now == 2)
        #expect(twin.cell.reclaim() == 0)
        #expect(twin.live.now == 1)
    }

    @Test("A long read keeps the content it uses and none that came after", arguments: orderings)
    func longRead(_ ordering: ReaderOrdering) {
        let twin = TwinCell(ordering)
        let reader = twin.cell.makeReader()
        reader.withSnapshot { first in
            for _ in 0..<50 { twin.publish() }
            #expect(twin.live.now == 2)
            twin.cell.withSnapshot { second in
                for _ in 0..<50 { twin.publish() }
                #expect(first.revision == 1 && second.revision == 51)
                #expect(first.isWhole && second.isWhole)
                #expect(twin.live.now == 3)
            }
        }
        #expect(twin.cell.reclaim() == 0)
        #expect(twin.live.now == 1)
    }

    @Test("Publishing lets go what earlier publications had to keep", arguments: orderings)
    func laterPublication(_ ordering: ReaderOrdering) {
        let twin = TwinCell(ordering)
        twin.cell.withSnapshot { content in
            twin.publish()
            #expect(content.isWhole)
        }
        #expect(twin.cell.retiredCount == 1)
        twin.publish()
        #expect(twin.cell.retiredCount == 0)
        #expect(twin.live.now == 1)
    }

    @Test("A read that began later does not keep earlier contents", arguments: orderings)
    func laterRead(_ ordering: ReaderOrdering) {
        let twin = TwinCell(ordering)
        let reader = twin.cell.makeReader()
        let other = twin.cell.makeReader()
        reader.withSnapshot { _ in _ = twin.publish() }
        other.withSnapshot { content in
            #expect(content.revision == 2)
            #expect(twin.cell.reclaim() == 0)
            twin.publish()
            #expect(content.isWhole)
            #expect(twin.live.now == 2)
        }
    }

    @Test("Reads nest, and the inner one may see a newer content", arguments: orderings)
    func nestedReads(_ ordering: ReaderOrdering) {
        let twin = TwinCell(ordering)
        let reader = twin.cell.makeReader()
        reader.withSnapshot { outer in
            twin.publish()
            reader.withSnapshot { inner in
                #expect(inner.revision == 2)
                twin.publish()
                #expect(inner.isWhole && outer.isWhole)
                #expect(twin.cell.reclaim() == 2)
            }
            twin.publish()
            #expect(twin.cell.reclaim() == 1)
            #expect(outer.revision == 1 && outer.isWhole)
            #expect(reader.withSnapshot { $0.revision } == 4)
            #expect(outer.isWhole)
        }
        #expect(twin.cell.reclaim() == 0)
        #expect(twin.live.now == 1)
    }

    @Test("The convenience path nests deeper than it has slots", arguments: orderings)
    func deepNesting(_ ordering: ReaderOrdering) {
        let twin = TwinCell(ordering)
        func descend(_ depth: UInt64) {
            twin.cell.withSnapshot { content in
                #expect(content.revision == depth)
                if depth < 200 {
                    twin.publish()
                    descend(depth + 1)
                }
                #expect(content.isWhole)
            }
        }
        descend(1)
        #expect(twin.cell.reclaim() == 0)
        #expect(twin.live.now == 1)
    }

    @Test("There may be more readers than a chunk has slots; each protects its content", arguments: orderings)
    func manyReaders(_ ordering: ReaderOrdering) {
        let twin = TwinCell(ordering)
        func nest(_ depth: UInt64) {
            let reader = twin.cell.makeReader()
            reader.withSnapshot { content in
                #expect(content.revision == depth)
                if depth < 300 {
                    twin.publish()
                    nest(depth + 1)
                }
                #expect(content.isWhole)
            }
        }
        nest(1)
        #expect(twin.live.now == 300)
        #expect(twin.cell.reclaim() == 0)
        #expect(twin.live.now == 1)
    }

    @Test("A slot that was given back serves the next reader", arguments: orderings)
    func slotReuse(_ ordering: ReaderOrdering) {
        let twin = TwinCell(ordering)
        for _ in 0..<1000 {
            let reader = twin.cell.makeReader()
            reader.withSnapshot { content in
                twin.publish()
                #expect(content.isWhole)
            }
        }
        #expect(twin.cell.reclaim() == 0)
        #expect(twin.live.now == 1)
    }

    @Test("A content may publish while it is destroyed")
    func publishAtEnd() {
        let twin = TwinCell()
        let cell = twin.cell
        let live = twin.live
        cell.publish { TwinContent($0, live, atEnd: { cell.publish { TwinContent($0, live) } }) }
        #expect(twin.publish() == 3)
        #expect(cell.revision == 4)
        #expect(live.now == 1)
    }

    @Test("A reference copied inside a read stays valid after it")
    func escape() {
        let twin = TwinCell()
        let kept = twin.cell.withSnapshot { copy $0 }
        twin.publish()
        #expect(kept.isWhole)
        #expect(twin.cell.retiredCount == 0)
    }

    @Test("With its cell every content is gone")
    func cellEnds() {
        let live = LiveCount()
        do {
            let cell = SnapshotCell { TwinContent($0, live) }
            cell.withSnapshot { _ in _ = cell.publish { TwinContent($0, live) } }
            #expect(live.now == 2)
        }
        #expect(live.now == 0)
    }
}
