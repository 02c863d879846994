import Portcullis

/// All path templates as one deterministic machine: a path costs one step a segment.
///
///     /v1/models            node 0 ─v1─▶ 1 ─models─▶ 2 ─search─▶ 3
///     /v1/models/{model}                              └──other──▶ 4
///     /v1/models/search
///
/// Below a literal stands everything that a capture in its place leads to as well, so that nothing is ever tried twice.
struct RouteTrie: Sendable {
    private struct Node {
        var firstChild = 0
        var childCount = 0
        /// Where segments without a child of their own lead; -1 for nowhere.
        var other = -1
        var firstRoute = 0
        var routeCount = 0
        /// Whether whatever follows stays here.
        var isRest = false
    }

    private struct Child {
        let textStart: Int
        let textCount: Int
        var node: Int
    }

    private var nodes: [Node] = []
    private var children: [Child] = []
    private var text: [UInt8] = []
    private var routes: [Int] = []

    /// More nodes than these templates need, unless captures beside literals multiply.
    private let nodeCountMax: Int

    struct TooManyNodes: Error {}

    init(_ templates: [PathTemplate]) throws(TooManyNodes) {
        nodeCountMax = 1_024 + 8 * templates.reduce(0) { $0 + $1.segments.count }
        let order = templates.indices.sorted { templates[$0].comes(before: templates[$1]) }
        _ = try add(order, depth: 0, templates)
    }

    /// What a path leads to.
    enum Match {
        case none
        /// Routes for the path, the most specific first, as positions for ``subscript(_:)``.
        case routes(Range<Int>)
        /// An escaped segment that equals a literal.
        case ambiguous
    }

    /// The route at a position of a match.
    subscript(position: Int) -> Int { routes[position] }

    /// Walks along the segments of a path.
    func match(_ target: borrowing RequestTarget) -> Match {
        var current = nodes[0]
        let path = target.path.span
        for segment in target.segments {
            let text = path.extracting(segment.range)
            if current.isRest { continue }
            let next: Int
            if let child = child(of: current, text) {
                if segment.isDecoded { return .ambiguous }
                next = child
            } else {
                guard !text.isEmpty, current.other >= 0 else { return .none }
                next = current.other
            }
            current = nodes[next]
        }
        // What a rest takes does not end in a slash.
        if current.isRest, let last = target.segments.last, last.range.isEmpty { return .none }
        return .routes(current.firstRoute..<(current.firstRoute + current.routeCount))
    }

    private func child(of node: Node, _ segment: Span<UInt8>) -> Int? {
        var (low, high) = (node.firstChild, node.firstChild + node.childCount)
        while low < high {
            let middle = (low + high) / 2
            let order = order(of: children[middle], segment)
            if order == 0 { return children[middle].node }
            if order < 0 { low = middle + 1 } else { high = middle }
        }
        return nil
    }

    /// Below, at or above 0, as a child's text stands to a segment: shorter first, then by bytes.
    private func order(of child: Child, _ segment: Span<UInt8>) -> Int {
        guard child.textCount == segment.count else { return child.textCount - segment.count }
        for index in segment.indices {
            let byte = text[child.textStart + index]
            if byte != segment[index] { return Int(byte) - Int(segment[index]) }
        }
        return 0
    }

    // MARK: Building

    private mutating func add(
        _ items: [Int],
        depth: Int,
        _ templates: [PathTemplate]
    ) throws(TooManyNodes) -> Int {
        guard nodes.count < nodeCountMax else { throw TooManyNodes() }
        let node = nodes.count
        nodes.append(Node())
        nodes[node].firstRoute = routes.count
        func isInRest(_ item: Int) -> Bool { templates[item].restIndex.map { $0 < depth } ?? false }
        routes += items.filter { isInRest($0) || templates[$0].segments.count == depth }
        nodes[node].routeCount = routes.count - nodes[node].firstRoute
        nodes[node].isRest = items.allSatisfy(isInRest)
        if nodes[node].isRest { return node }

        var (literals, others): ([UTF8Text: [Int]], [Int]) = ([:], [])
        for item in items {
            if isInRest(item) {
                others.append(item)
            } else if depth < templates[item].segments.count {
                if case .literal(let text) = templates[item].segments[depth] {
                    literals[text] = []
                } else {
                    others.append(item)
                }
            }
        }
        for literal in literals.keys {
            literals[literal] = items.filter { item in
                if isInRest(item) { return !literal.isEmpty }
                guard depth < templates[item].segments.count else { return false }
                if case .literal(let text) = templates[item].segments[depth] { return text == literal }
                return !literal.isEmpty
            }
        }
        let sorted = literals.sorted { ($0.key.count, $0.key) < ($1.key.count, $1.key) }
        nodes[node].firstChild = children.count
        nodes[node].childCount = sorted.count
        for (literal, _) in sorted {
            children.append(Child(textStart: text.count, textCount: literal.count, node: 0))
            text += literal.bytes
        }
        for (index, entry) in sorted.enumerated() {
            let child = try add(entry.value, depth: depth + 1, templates)
            children[nodes[node].firstChild + index].node = child
        }
        if !others.isEmpty { nodes[node].other = try add(others, depth: depth + 1, templates) }
        return node
    }
}
