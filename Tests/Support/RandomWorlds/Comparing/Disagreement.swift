import IdentityDirectory
package import PolicyLanguage
import ReferenceEvaluator
package import Vocabulary

/// A request on which the reference and the index differ, as a conformance vector of kind `directory`.
package struct Disagreement: Sendable {
    /// The vector's `options`, `mode`, `files` and `request`.
    package private(set) var tree: JSONTree

    /// Describes a question to a world.
    package init(_ question: RandomRequest, _ world: RandomWorld) {
        self.init(question.json, files: world.files, mode: world.mode, options: world.options)
    }

    /// Describes a question to a folder of files.
    package init(
        _ request: JSONTree,
        files: [String: String],
        mode: ValidationMode,
        options: EvaluationOptions
    ) {
        let trees = files.sorted { $0.key < $1.key }.compactMap { path, text in
            (try? JSONTree(reading: text)).map { (name: path, value: $0) }
        }
        tree = .object([
            ("options", options.json), ("mode", .string(mode.rawValue)), ("files", .object(trees)),
            ("request", request),
        ])
    }

    /// What the two say; nil where the vector cannot be asked.
    package var answers: (reference: Answer, index: Answer)? { Self.answers(to: tree) }

    private static func answers(to tree: JSONTree) -> (reference: Answer, index: Answer)? {
        guard case .object(let members) = tree,
            let root = try? JSONDocument(reading: SourceText(tree.text)).root,
            let request = root["request"],
            let document = try? RequestDocument(request, ignoresUnknownMembers: true)
        else { return nil }
        var options = EvaluationOptions()
        for (name, value) in root["options"]?.members.map({ ($0.key, $0.value) }) ?? [] {
            _ = options.set(name.text.description, to: value.text.description)
        }
        var files: [String: [UInt8]] = [:]
        if let tree = members.first(where: { $0.name == "files" }), case .object(let entries) = tree.value {
            for (path, content) in entries { files[path] = Array(content.text.utf8) }
        }
        let mode = ValidationMode(rawValue: root["mode"]?.text.description ?? "") ?? .strict
        guard let directory = try? Directory(files: files, reader: PolicyReader(mode: mode)),
            var both = try? SideBySide(directory, options, seed: 1)
        else { return nil }
        return both.ask(document.request, session: document.session, at: document.at ?? RandomWorld.noon)
    }

    /// Takes away whatever the disagreement does not need: files, statements, levels, keys, values, options.
    ///
    /// - Complexity: O(size of the vector) comparisons a round, of which few are needed; ends after 20 seconds.
    package mutating func shrink() { shrink { $0.reference != $0.index } }

    /// Takes away whatever is not needed for the answers to be as wanted.
    package mutating func shrink(while isWanted: (_ answers: (reference: Answer, index: Answer)) -> Bool) {
        func differs(_ tree: JSONTree) -> Bool { Self.answers(to: tree).map(isWanted) ?? false }
        guard differs(tree) else { return }
        let end = ContinuousClock.now + .seconds(20)
        var size = Int.max
        while tree.size < size, ContinuousClock.now < end {
            size = tree.size
            Self.visit([], &tree) { ContinuousClock.now < end && differs($0) }
        }
    }

    /// Tries to remove the children of a value, the largest first, then goes into those that are needed.
    private static func visit(_ path: [Int], _ tree: inout JSONTree, _ differs: (JSONTree) -> Bool) {
        guard let node = tree[path[...]] else { return }
        // Long lists lose whole stretches first.
        var stretch = node.childCount / 2
        while stretch > 2 {
            var first = tree[path[...]]?.childCount ?? 0
            while first > 0 {
                first = max(0, first - stretch)
                let smaller = tree.replacing(path[...]) { $0.removing(first..<(first + stretch)) }
                if !path.isEmpty, differs(smaller) { tree = smaller }
            }
            stretch /= 2
        }
        var position = tree[path[...]]?.childCount ?? 0
        while position > 0 {
            position -= 1
            let child = path + [position]
            let smaller = tree.removing(child[...])
            if differs(smaller) { tree = smaller } else { visit(child, &tree, differs) }
        }
        // A list of one may stand without brackets.
        if case .array(let items)? = tree[path[...]], items.count == 1 {
            let unwrapped = tree.replacing(path[...]) { _ in items[0] }
            if !path.isEmpty, differs(unwrapped) { tree = unwrapped }
        }
    }

    /// One line for a conformance file, with the reference's answer.
    package func vector(id: String) -> String {
        let answers = answers
        var members: [(name: String, value: JSONTree)] = [
            ("id", .string(id)), ("rule", .string("D8")), ("source", .string("our choice")),
            (
                "description",
                .string("reference: \(text(answers?.reference)); index: \(text(answers?.index))")
            ),
            ("kind", .string("directory")),
        ]
        if case .object(let own) = tree {
            members += own.filter { !($0.name == "mode" && $0.value.text == JSONTree.string("strict").text) }
        }
        members.append(("expect", .string(answers?.reference.outcome.name ?? "error")))
        if let layer = answers?.reference.layer { members.append(("expectDecidedBy", .string(layer.name))) }
        return JSONTree.object(members).text
    }

    private func text(_ answer: Answer?) -> String { answer?.description ?? "unreadable" }
}

extension EvaluationOptions {
    /// The options that are not the defaults, as vectors spell them.
    fileprivate var json: JSONTree {
        let base = EvaluationOptions()
        var members: [(name: String, value: JSONTree)] = []
        func add(_ name: String, _ isOther: Bool, _ value: JSONTree) {
            if isOther { members.append((name, value)) }
        }
        add("arnWildcards", arnWildcards != base.arnWildcards, .string(arnWildcards.rawValue))
        add("notPrincipal", notPrincipal != base.notPrincipal, .string(notPrincipal.rawValue))
        add(
            "forAnyValueIfExistsMissing",
            forAnyValueIfExistsMissing != base.forAnyValueIfExistsMissing,
            .scalar("\(forAnyValueIfExistsMissing)")
        )
        add("rootUser", rootUser != base.rootUser, .scalar("\(rootUser)"))
        add(
            "unparsableRequestValue",
            unparsableRequestValue != base.unparsableRequestValue,
            .string(unparsableRequestValue.rawValue)
        )
        add("ipv4MappedIPv6", ipv4MappedIPv6 != base.ipv4MappedIPv6, .string(ipv4MappedIPv6.rawValue))
        return .object(members)
    }
}
