public import Vocabulary

/// A JSON document as one flat list of nodes in the order of the text.
///
///     {"a": [1, 2], "b": "x"}
///
///     node   0        1     2       3    4    5     6
///     kind   object   key   array   num  num  key   string
///     end    7        2     5       4    5    6     7       (the node after its subtree)
///
/// In an object, keys and values alternate. Text is a slice of the source, or of ``decoded`` where it
/// has escapes.
///
/// A document is an immutable object, so that passing a value of it around costs one reference.
public final class JSONDocument: Sendable {
    /// The bytes the document was read from.
    public let source: SourceText
    let nodes: [JSONNode]
    let decoded: [UInt8]
    /// Whether some scalar of the source is beyond U+00FF.
    let hasWideText: Bool
    /// The nodes of strings and keys in which an escape names U+0000, in order.
    let stringsWithNUL: [Int]

    init(
        source: SourceText,
        nodes: [JSONNode],
        decoded: [UInt8],
        hasWideText: Bool,
        stringsWithNUL: [Int]
    ) {
        self.source = source
        self.nodes = nodes
        self.decoded = decoded
        self.hasWideText = hasWideText
        self.stringsWithNUL = stringsWithNUL
    }

    /// The outermost value.
    public var root: JSONValue { JSONValue(document: self, index: 0) }
}

/// What a JSON value is.
@frozen public enum JSONKind: UInt8, Sendable {
    case object, array, string, number, `true`, `false`, null
}

struct JSONNode: Sendable {
    var kind: JSONKind
    /// Whether the text lies in the decoded bytes and not in the source.
    var isDecoded: Bool
    /// Where the value begins in the source.
    var offset: UInt32
    /// The text of a string without its quotes, or of a number.
    var textStart: UInt32
    var textEnd: UInt32
    /// The node after this one's subtree.
    var end: UInt32
}

/// One value of a document.
public struct JSONValue: Sendable {
    /// The document it is in.
    public let document: JSONDocument
    let index: Int

    var node: JSONNode { document.nodes[index] }

    /// What the value is.
    public var kind: JSONKind { node.kind }

    /// Where the value begins in its source, in bytes.
    public var offset: Int { Int(node.offset) }

    /// Line and column of the value.
    public var location: SourceLocation { document.source.location(of: offset) }

    /// The text of a string or number, or the word of a literal.
    ///
    /// O(1).
    public var text: UTF8Text {
        switch node.kind {
        case .true: return "true"
        case .false: return "false"
        case .null: return "null"
        case .object, .array: return ""
        case .string, .number:
            let range = Int(node.textStart)..<Int(node.textEnd)
            return UTF8Text(node.isDecoded ? document.decoded[range] : document.source.bytes[range])
        }
    }

    /// The text of a string; nil for every other kind.
    public var string: UTF8Text? { kind == .string ? text : nil }

    /// The value of a literal `true` or `false`; nil for every other kind.
    public var bool: Bool? {
        switch kind {
        case .true: true
        case .false: false
        default: nil
        }
    }

    /// Key and value of each member of an object, in order; none for other kinds.
    public var members: JSONMembers { JSONMembers(self) }

    /// The elements of an array, in order; none for other kinds.
    public var elements: JSONElements { JSONElements(self) }

    /// The strings and keys in this value in which an escape names U+0000: JSON allows it, nothing that decides does.
    package var stringsWithNUL: [JSONValue] {
        let all = document.stringsWithNUL
        var (first, end) = (0, all.count)
        while first < end {
            let middle = (first + end) / 2
            if all[middle] < index { first = middle + 1 } else { end = middle }
        }
        return all[first...].prefix { $0 < Int(node.end) }.map { JSONValue(document: document, index: $0) }
    }

    /// The value of the first member of this name.
    public subscript(key: UTF8Text) -> JSONValue? { members.first { $0.key.text == key }?.value }

    /// The path from the root, such as `Statement[2].Condition.StringLike`.
    ///
    /// O(n); for diagnostics.
    public var path: String {
        var path = ""
        var container = document.root
        while container.index < index {
            guard let step = container.step(towards: index) else { break }
            path += path.isEmpty && step.label.first == "." ? String(step.label.dropFirst()) : step.label
            container = step.child
        }
        return path
    }

    private func step(towards target: Int) -> (label: String, child: JSONValue)? {
        if kind == .object {
            for (key, value) in members where target < Int(value.node.end) {
                return (".\(key.text)", target == key.index ? key : value)
            }
        }
        for (position, element) in elements.enumerated() where target < Int(element.node.end) {
            return ("[\(position)]", element)
        }
        return nil
    }
}

/// The members of an object.
public struct JSONMembers: Sequence, IteratorProtocol, Sendable {
    private let document: JSONDocument
    private var cursor: Int
    private let end: Int

    init(_ value: JSONValue) {
        document = value.document
        cursor = value.index + 1
        end = value.kind == .object ? Int(value.node.end) : value.index + 1
    }

    /// The next key and value.
    public mutating func next() -> (key: JSONValue, value: JSONValue)? {
        guard cursor + 1 < end else { return nil }
        let key = JSONValue(document: document, index: cursor)
        let value = JSONValue(document: document, index: cursor + 1)
        cursor = Int(value.node.end)
        return (key, value)
    }
}

/// The elements of an array.
public struct JSONElements: Sequence, IteratorProtocol, Sendable {
    private let document: JSONDocument
    private var cursor: Int
    private let end: Int

    init(_ value: JSONValue) {
        document = value.document
        cursor = value.index + 1
        end = value.kind == .array ? Int(value.node.end) : value.index + 1
    }

    /// The next element.
    public mutating func next() -> JSONValue? {
        guard cursor < end else { return nil }
        let element = JSONValue(document: document, index: cursor)
        cursor = Int(element.node.end)
        return element
    }
}
