import IdentityDirectory
import PolicyLanguage
import ReferenceEvaluator
import Vocabulary

/// Hostile inputs: raw bytes of policies and requests that must be refused, or answered exactly.
extension ConformanceRunner {
    /// The bytes of a vector that keeps them in a file, or makes them from repeated pieces.
    func hostileBytes(_ vector: ConformanceVector) -> [UInt8]? {
        if let pieces = vector.json["gen"] {
            return Self.repeated(pieces, placeholder: vector.json["expand"]?.string)
        }
        guard let file = vector.json["file"]?.string else { return nil }
        return try? SystemFiles.bytes(of: "\(vector.folder)/\(file)", bytesMax: Limits.directoryFileBytesMax)
    }

    /// The JSON object of a vector that keeps its request in a file.
    func hostileFile(_ vector: ConformanceVector) -> JSONValue? {
        guard let bytes = hostileBytes(vector) else { return nil }
        return try? JSONDocument(reading: SourceText(bytes, name: vector.id)).root
    }

    private static func repeated(_ pieces: JSONValue, placeholder: UTF8Text?) -> [UInt8] {
        var bytes: [UInt8] = []
        for piece in pieces.elements {
            let parts = Array(piece.elements)
            guard parts.count == 2, let count = Int(parts[1].text.description) else { continue }
            for number in 0..<count {
                bytes +=
                    placeholder.map { replace($0, in: parts[0].text, with: number) }
                    ?? Array(parts[0].text.bytes)
            }
        }
        return bytes
    }

    private static func replace(_ word: UTF8Text, in text: UTF8Text, with number: Int) -> [UInt8] {
        var bytes: [UInt8] = []
        var offset = 0
        while offset < text.count {
            if text.dropFirst(offset).hasPrefix(word) {
                bytes += Array(String(number).utf8)
                offset += word.count
            } else {
                bytes.append(text[offset])
                offset += 1
            }
        }
        return bytes
    }

    /// A policy to refuse, or to accept and then decide with.
    func hostilePolicy(_ vector: ConformanceVector) throws(InvalidDocument) -> ConformanceResult.Verdict {
        guard let bytes = hostileBytes(vector) else { return .failed("no bytes") }
        let type =
            vector.json["documentType"]?.string.flatMap { PolicyType(rawValue: $0.description) } ?? .identity
        let policy: ValidatedPolicy
        do throws(InvalidDocument) {
            policy = try PolicyReader().read(SourceText(bytes, name: vector.id), as: type)
        } catch {
            return judgeRejection(error, vector)
        }
        guard compare("accept", with: vector) == .passed else {
            return .failed("expected reject (\(vector.json["code"]?.text ?? "")), got accept")
        }
        for value in vector.json["requests"]?.elements.map(\.self) ?? [] {
            let outcome = try decide(value, under: policy, as: type)
            let wanted = value["expect"]?.text.description
            if outcome.name != wanted { return .failed("expected \(wanted ?? ""), got \(outcome.name)") }
        }
        return .passed
    }

    private func judgeRejection(_ error: InvalidDocument, _ vector: ConformanceVector)
        -> ConformanceResult.Verdict
    {
        let codes = Set(error.diagnostics.filter { $0.severity == .error }.map(\.code.rawValue))
        let verdict = compare("reject", with: vector, "\(error)")
        guard verdict == .passed, let code = vector.json["code"]?.string?.description else { return verdict }
        let family = Self.codeFamilies[code] ?? [code]
        return codes.isDisjoint(with: family)
            ? .failed("expected code \(code), got \(codes.sorted())") : .passed
    }

    /// Where the corpus names a fault otherwise than we do.
    private static let codeFamilies: [String: Set<String>] = [
        "json.utf8": ["json.utf8", "json.syntax"],
        "schema.missing": ["schema.missing", "policy.type"],
        "schema.principal": ["schema.principal", "policy.type"],
        "schema.effect": ["schema.effect", "policy.type"],
        "variable.form": ["variable.form", "action.form"],
    ]

    private func decide(
        _ value: JSONValue,
        under policy: ValidatedPolicy,
        as type: PolicyType
    ) throws(InvalidDocument) -> Outcome {
        let principal = value["principal"] == nil ? #""principal":"arn:aws:iam::111111111111:user/bob","# : ""
        let bytes = Array("{\(principal)".utf8) + value.sourceBytes.dropFirst()
        let document = try RequestDocument(
            JSONDocument(reading: SourceText(bytes)).root,
            ignoresUnknownMembers: true
        )
        var policies = EffectivePolicies(
            principal: document.request.principal,
            resourceAccount: document.request.resourceAccount,
            context: document.request.context
        )
        let effective = [EffectivePolicy(name: "policy", policy)]
        policies.identity = type == .resource ? [] : effective
        policies.resource = type == .resource ? effective : nil
        return evaluator.decide(document.request, under: policies, options: .hostileInput).outcome
    }

    /// The raw text of a request.
    func hostileRequest(_ vector: ConformanceVector) throws(InvalidDocument) -> ConformanceResult.Verdict {
        guard let bytes = hostileBytes(vector) else { return .failed("no bytes") }
        let document: RequestDocument
        do throws(InvalidDocument) {
            document = try RequestDocument(reading: SourceText(bytes, name: vector.id))
        } catch {
            return compare("error", with: vector, "\(error)")
        }
        let policies = EffectivePolicies(
            principal: document.request.principal,
            resourceAccount: nil,
            context: document.request.context
        )
        let decision = evaluator.decide(document.request, under: policies, options: .hostileInput)
        return compare(decision.outcome.name, with: vector)
    }

    /// A glob made to be slow.
    func hostileGlob(_ vector: ConformanceVector) -> ConformanceResult.Verdict {
        guard let pattern = vector.json["pattern"], let text = vector.json["text"] else {
            return .failed("no pattern")
        }
        let glob = WildcardPattern(UTF8Text(Self.repeated(pattern, placeholder: nil)))
        let isMatch = glob.matches(UTF8Text(Self.repeated(text, placeholder: nil)))
        return compare(isMatch ? "match" : "nomatch", with: vector)
    }
}
