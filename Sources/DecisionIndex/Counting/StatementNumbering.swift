/// A number for each statement of an image, so that counts of all of them stand in one array.
///
/// INVARIANT: `bases` holds `policyCount` numbers, written once before anybody else sees them, until
/// ``SnapshotCounters`` frees them, which is when nobody reads by its snapshot any more.
@safe struct StatementNumbering: @unchecked Sendable {
    /// For each policy the number of its first statement.
    private let bases: UnsafeMutablePointer<UInt32>
    private let policyCount: Int
    /// How many statements have a number.
    let statementCount: Int

    /// Statements that are counted one by one; of an image with more, those beyond are counted together.
    ///
    /// A reader's counts of so many take 8 MiB.
    static let statementsMax = 1 << 20

    init(_ image: VerifiedImage) {
        let sizes = Self.sizes(image)
        let bases = UnsafeMutablePointer<UInt32>.allocate(capacity: max(1, sizes.count))
        var end: UInt64 = 0
        for policy in sizes.indices {
            unsafe bases[policy] = UInt32(min(end, UInt64(UInt32.max)))
            end += UInt64(sizes[policy])
        }
        unsafe self.bases = bases
        policyCount = sizes.count
        statementCount = Int(min(end, UInt64(Self.statementsMax)))
    }

    func free() { unsafe bases.deallocate() }

    /// For each policy how many statements it has.
    private static func sizes(_ image: VerifiedImage) -> [UInt32] {
        var sizes: [UInt32] = []
        image.forEachChunk { chunk, _ in
            // Positions are dense but for what an image leaves out; a stray one is not worth the memory.
            guard chunk.policyIndex < statementsMax else { return }
            let policy = Int(chunk.policyIndex)
            while sizes.count <= policy { sizes.append(0) }
            sizes[policy] = max(sizes[policy], chunk.firstStatement &+ chunk.statements.count)
        }
        return sizes
    }

    /// The number of a statement; nil for one that has none.
    @inline(__always)
    func number(policy: UInt32, statement: Int) -> Int? {
        guard policy < policyCount else { return nil }
        let number = Int(unsafe bases[Int(policy)]) &+ statement
        return number < statementCount ? number : nil
    }
}

extension VerifiedImage {
    /// Calls `body` with every chunk of policies and the image's bytes.
    func forEachChunk(_ body: (PolicyRecord, ImageView) -> Void) {
        withExtendedLifetime(self) {
            let view = view
            let (chunks, added) = (view.header.policies, view.changes.policies)
            for index in chunks.indices {
                body(view.load(PolicyRecord.self, at: view.load(UInt32.self, chunks, index)), view)
            }
            for index in added.indices {
                body(view.load(PolicyRecord.self, at: view[change: UInt32.self, added, index]), view)
            }
        }
    }
}
