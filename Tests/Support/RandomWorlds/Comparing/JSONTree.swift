package import PolicyLanguage
import Vocabulary

/// A JSON text that can be taken apart; scalars keep the text they were written with.
package indirect enum JSONTree: Sendable {
    /// A string, number or word, as JSON.
    case scalar(String)
    case array([JSONTree])
    case object([(name: String, value: JSONTree)])

    /// Takes a value of a document.
    package init(_ value: JSONValue) {
        switch value.kind {
        case .object: self = .object(value.members.map { ($0.key.text.description, JSONTree($0.value)) })
        case .array: self = .array(value.elements.map { JSONTree($0) })
        case .string: self = .string(value.text.description)
        case .number, .true, .false, .null: self = .scalar(value.text.description)
        }
    }

    /// Reads a text.
    package init(reading text: String) throws {
        self.init(try JSONDocument(reading: SourceText(text), bytesMax: Limits.directoryFileBytesMax).root)
    }

    /// A string.
    static func string(_ text: String) -> JSONTree { .scalar(quoted(text)) }

    /// A string as JSON.
    static func quoted(_ text: String) -> String { JSONWriter.text(.string(text)) }

    /// The whole as JSON on one line.
    package var text: String {
        switch self {
        case .scalar(let text): text
        case .array(let items): "[" + items.map(\.text).joined(separator: ", ") + "]"
        case .object(let members):
            "{" + members.map { "\(Self.quoted($0.name)): \($0.value.text)" }.joined(separator: ", ") + "}"
        }
    }

    /// How many values there are in it, itself included.
    package var size: Int {
        switch self {
        case .scalar: 1
        case .array(let items): items.reduce(1) { $0 + $1.size }
        case .object(let members): members.reduce(1) { $0 + $1.value.size }
        }
    }

    var childCount: Int {
        switch self {
        case .scalar: 0
        case .array(let items): items.count
        case .object(let members): members.count
        }
    }

    /// The value at a path of positions.
    subscript(path: ArraySlice<Int>) -> JSONTree? {
        guard let first = path.first else { return self }
        guard first < childCount else { return nil }
        switch self {
        case .scalar: return nil
        case .array(let items): return items[first][path.dropFirst()]
        case .object(let members): return members[first].value[path.dropFirst()]
        }
    }

    /// The tree without some of its children.
    func removing(_ positions: Range<Int>) -> JSONTree {
        let positions = positions.clamped(to: 0..<childCount)
        switch self {
        case .scalar: return self
        case .array(var items):
            items.removeSubrange(positions)
            return .array(items)
        case .object(var members):
            members.removeSubrange(positions)
            return .object(members)
        }
    }

    /// The tree without the value at a path.
    func removing(_ path: ArraySlice<Int>) -> JSONTree { replacing(path) { _ in nil } }

    /// The tree with another value at a path; nil takes it away.
    func replacing(_ path: ArraySlice<Int>, _ change: (JSONTree) -> JSONTree?) -> JSONTree {
        guard let first = path.first else { return change(self) ?? self }
        let isLast = path.count == 1
        switch self {
        case .scalar: return self
        case .array(var items):
            let child = isLast ? change(items[first]) : items[first].replacing(path.dropFirst(), change)
            if let child { items[first] = child } else { items.remove(at: first) }
            return .array(items)
        case .object(var members):
            let old = members[first].value
            let child = isLast ? change(old) : old.replacing(path.dropFirst(), change)
            if let child { members[first].value = child } else { members.remove(at: first) }
            return .object(members)
        }
    }
}
