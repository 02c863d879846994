import DecisionServer
import Foundation
import Portcullis

/// The simulator over the shipped example, asked as AWS's clients ask.
struct SimulatorScene {
    let api: SimulatorAPI

    static let ada = "arn:aws:iam::111122223333:user/ada"

    static let acme = Result {
        try Directory(
            contentsOf: URL(fileURLWithPath: #filePath).deletingLastPathComponent()
                .appendingPathComponent("../../Examples/acme").standardized.path
        )
    }

    init(directory: Directory? = nil, limits: SimulatorAPI.Limits = .init()) throws {
        let engine = try AuthorizationEngine(directory: directory ?? Directory())
        api = SimulatorAPI(PoliciesInForce(engine: engine, directory: { directory }), limits: limits)
    }

    static func withAcme() throws -> SimulatorScene { try SimulatorScene(directory: acme.get()) }

    /// Parameters as botocore writes them.
    static func form(_ action: String, _ parameters: [(String, String)]) -> [UInt8] {
        let all = [("Action", action), ("Version", "2010-05-08")] + parameters
        let unreserved = CharacterSet(
            charactersIn: "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~"
        )
        let fields = all.map { field in
            [field.0, field.1].map { $0.addingPercentEncoding(withAllowedCharacters: unreserved) ?? "" }
                .joined(separator: "=")
        }
        return Array(fields.joined(separator: "&").utf8)
    }

    func send(
        _ body: [UInt8],
        method: String = "POST",
        type: String? = "application/x-www-form-urlencoded; charset=utf-8"
    ) -> (status: Int, xml: SimulatorXML) {
        let response = api.respond(
            to: ServerRequest(
                method: method,
                path: "/",
                headers: type.map { [(name: "Content-Type", value: $0)] } ?? [],
                body: body
            )
        )
        return (response.status, SimulatorXML(response.body))
    }

    func custom(_ policies: [String], _ actions: [String], _ more: [(String, String)] = []) -> (
        status: Int, xml: SimulatorXML
    ) {
        send(
            Self.form(
                "SimulateCustomPolicy",
                Self.list("PolicyInputList", policies) + Self.list("ActionNames", actions) + more
            )
        )
    }

    func principal(_ arn: String, _ actions: [String], _ more: [(String, String)] = []) -> (
        status: Int, xml: SimulatorXML
    ) {
        send(
            Self.form(
                "SimulatePrincipalPolicy",
                [("PolicySourceArn", arn)] + Self.list("ActionNames", actions) + more
            )
        )
    }

    static func list(_ name: String, _ values: [String]) -> [(String, String)] {
        values.enumerated().map { ("\(name).member.\($0.offset + 1)", $0.element) }
    }

    static func context(_ entries: [(key: String, type: String, values: [String])]) -> [(String, String)] {
        entries.enumerated().flatMap { index, entry in
            let name = "ContextEntries.member.\(index + 1)"
            return [("\(name).ContextKeyName", entry.key), ("\(name).ContextKeyType", entry.type)]
                + list("\(name).ContextKeyValues", entry.values)
        }
    }

    static func allow(_ actions: String, on resource: String = "*", if condition: String? = nil) -> String {
        let condition = condition.map { ", \"Condition\": \($0)" } ?? ""
        return """
            {"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"\(actions)","Resource":"\(resource)"\(condition)}]}
            """
    }

    static func deny(_ action: String) -> String {
        allow(action).replacingOccurrences(of: "Allow", with: "Deny")
    }
}

/// An answer of the simulator, read as XML.
struct SimulatorXML {
    let text: String
    private let root: Node?

    final class Node {
        let name: String
        var text = ""
        var children: [Node] = []

        init(_ name: String) { self.name = name }

        subscript(names: String...) -> Node? {
            names.reduce(Optional(self)) { node, name in node?.children.first { $0.name == name } }
        }
        var members: [Node] { children.filter { $0.name == "member" } }
        var texts: [String] { members.map(\.text) }
    }

    init(_ bytes: [UInt8]) {
        text = String(decoding: bytes, as: UTF8.self)
        root = Reader.read(text)
    }

    subscript(name: String) -> Node? { root?.name == name ? root : nil }

    var errorCode: String? { root?["Error", "Code"]?.text }
    var errorMessage: String? { root?["Error", "Message"]?.text }
    var result: Node? { root?.children.first { $0.name.hasSuffix("Result") } }
    var results: [Node] { result?["EvaluationResults"]?.members ?? [] }
    var decisions: [String] { results.compactMap { $0["EvalDecision"]?.text } }

    /// Reads elements, text and the five named entities with `&#xD;`: all that is written.
    private enum Reader {
        static func read(_ text: String) -> Node? {
            var open = [Node("")]
            var rest = text[...]
            while let start = rest.firstIndex(of: "<"), let end = rest[start...].firstIndex(of: ">") {
                open[open.count - 1].text += plain(rest[..<start])
                let tag = rest[rest.index(after: start)..<end]
                rest = rest[rest.index(after: end)...]
                if tag.hasPrefix("/") {
                    guard open.count > 1, open.removeLast().name == tag.dropFirst() else { return nil }
                    continue
                }
                let isEmpty = tag.hasSuffix("/")
                let name =
                    tag.split(separator: " ").first.map { $0.hasSuffix("/") ? $0.dropLast() : $0 } ?? ""
                let node = Node(String(name))
                open[open.count - 1].children.append(node)
                if !isEmpty { open.append(node) }
            }
            return open.count == 1 && rest.isEmpty ? open[0].children.first : nil
        }

        private static func plain(_ text: Substring) -> String {
            text.replacingOccurrences(of: "&lt;", with: "<").replacingOccurrences(of: "&gt;", with: ">")
                .replacingOccurrences(of: "&quot;", with: "\"").replacingOccurrences(of: "&apos;", with: "'")
                .replacingOccurrences(of: "&#xD;", with: "\r").replacingOccurrences(of: "&amp;", with: "&")
        }
    }
}
