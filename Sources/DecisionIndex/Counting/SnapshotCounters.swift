import Synchronization
import Vocabulary

/// The counts of all readers on one snapshot.
///
/// They belong to the snapshot, whose statements they number: a replacement brings new ones, and once no reader
/// can see the old snapshot, its counts are final.
///
/// INVARIANT: `blocks` never changes; `later` leads to a list that only grows, at its front, of nodes that were
/// written whole before the compare-exchange that put them there; all are freed in deinit.
@safe final class SnapshotCounters: @unchecked Sendable {
    @safe private struct Node {
        let number: Int
        let block: CounterBlock
        let next: UnsafeMutablePointer<Node>?
    }

    let image: VerifiedImage
    let numbering: StatementNumbering
    /// Made with the snapshot, by number of the reader.
    private let blocks: [CounterBlock]
    /// For readers made afterwards.
    private let later = unsafe Atomic<UnsafeMutablePointer<Node>?>(nil)

    init(_ image: VerifiedImage, readerCount: Int) {
        self.image = image
        numbering = StatementNumbering(image)
        var blocks: [CounterBlock] = []
        while blocks.count < readerCount, let block = CounterBlock(statementCount: numbering.statementCount) {
            blocks.append(block)
        }
        self.blocks = blocks
    }

    deinit {
        numbering.free()
        for block in blocks { block.free() }
        var next = unsafe later.load(ordering: .acquiring)
        while let node = unsafe next {
            unsafe next = node.pointee.next
            unsafe node.pointee.block.free()
            unsafe node.deallocate()
        }
    }

    /// The block of a reader; made now for one that came after the snapshot.
    ///
    /// Lock-free. Nil where there is no memory for it.
    func block(ofReader number: Int) -> CounterBlock? {
        if number < blocks.count { return blocks[number] }
        var head = unsafe later.load(ordering: .acquiring)
        var next = unsafe head
        while let node = unsafe next {
            if unsafe node.pointee.number == number { return unsafe node.pointee.block }
            unsafe next = node.pointee.next
        }
        // Only this reader looks for its number, so nobody else makes the same block.
        guard let block = CounterBlock(statementCount: numbering.statementCount) else { return nil }
        let node = UnsafeMutablePointer<Node>.allocate(capacity: 1)
        unsafe node.initialize(to: Node(number: number, block: block, next: head))
        while true {
            let result = unsafe later.compareExchange(
                expected: head,
                desired: node,
                ordering: .acquiringAndReleasing
            )
            if unsafe result.exchanged { return block }
            unsafe head = result.original
            unsafe node.pointee = Node(number: number, block: block, next: head)
        }
    }

    /// Adds everything that was counted so far.
    ///
    /// - Parameter includingUnused: whether the statements of policies in force that decided nothing are added, too.
    func add(to counts: inout DecisionCounts, includingUnused: Bool) {
        var all = blocks
        var next = unsafe later.load(ordering: .acquiring)
        while let node = unsafe next {
            unsafe all.append(node.pointee.block)
            unsafe next = node.pointee.next
        }
        for block in all { counts.addTotals(of: block) }
        let attached = includingUnused ? AttachedPolicies(image) : nil
        image.forEachChunk { chunk, view in
            for bit in 0..<Int(chunk.statements.count) {
                let statement = Int(chunk.firstStatement) + bit
                guard let number = numbering.number(policy: chunk.policyIndex, statement: statement) else {
                    continue
                }
                var sum: UInt64 = 0
                for block in all { sum &+= block.count(statement: number) }
                if sum == 0, attached?.contains(chunk) != true { continue }
                counts.add(sum, to: .init(policy: view.bytes(chunk.name).text, index: statement))
            }
        }
    }
}
