import Foundation
import Portcullis

/// A workload folder: `policies.jsonl`, `principals.jsonl` and `requests.jsonl`, each request with its answer.
struct Workload {
    let name: String
    let directory: Directory
    let questions: [Question]
    let requests: [CompactRequest]
    let expected: [Outcome]

    init(folder: String, requestsMax: Int = .max) throws {
        name = URL(fileURLWithPath: folder).lastPathComponent
        directory = try Self.directory(folder)
        var questions: [Question] = []
        var expected: [Outcome] = []
        for line in try Self.lines("\(folder)/requests.jsonl").prefix(requestsMax) {
            let root = try JSONDocument(reading: SourceText(line)).root
            questions.append(try Self.question(root, isContextComplete: name == "W4"))
            expected.append(Self.outcome(root["expected"]?.text.description ?? ""))
        }
        self.questions = questions
        requests = try questions.map { try $0.compact() }
        self.expected = expected
    }

    private static func lines(_ path: String) throws -> [[UInt8]] {
        try Array(Data(contentsOf: URL(fileURLWithPath: path))).split(separator: UInt8(ascii: "\n")).map {
            Array($0)
        }
    }

    private static func outcome(_ word: String) -> Outcome {
        switch word {
        case "Allow": .allow
        case "Deny": .explicitDeny
        default: .implicitDeny
        }
    }

    /// The policies and principals as the output of `aws iam get-account-authorization-details`.
    private static func directory(_ folder: String) throws -> Directory {
        var policies: [JSONWriter.Value] = []
        var documents = ""
        var arnByID: [String: String] = [:]
        for line in try lines("\(folder)/policies.jsonl") {
            let root = try JSONDocument(reading: SourceText(line)).root
            let id = root["id"]?.text.description ?? ""
            let arn = "arn:aws:iam::123456789012:policy/\(id)"
            arnByID[id] = arn
            let document = String(decoding: root["document"]?.sourceBytes ?? [], as: UTF8.self)
            documents += (documents.isEmpty ? "" : ",")
            documents +=
                "{\"PolicyName\":\"\(id)\",\"Arn\":\"\(arn)\",\"DefaultVersionId\":\"v1\",\"PolicyVersionList\":"
            documents += "[{\"VersionId\":\"v1\",\"IsDefaultVersion\":true,\"Document\":\(document)}]}"
        }
        policies.removeAll()
        var roles = ""
        let trust =
            #"{"Version":"2012-10-17","Statement":{"Effect":"Deny","Principal":"*","Action":"sts:AssumeRole"}}"#
        for line in try lines("\(folder)/principals.jsonl") {
            let root = try JSONDocument(reading: SourceText(line)).root
            let arn = root["arn"]?.text.description ?? ""
            let name = arn.split(separator: "/").last.map(String.init) ?? ""
            let attached = root["policies"]?.elements.map { policy -> String in
                let id = policy.text.description
                return "{\"PolicyName\":\"\(id)\",\"PolicyArn\":\"\(arnByID[id] ?? "")\"}"
            }
            let tags = root["tags"]?.members.map {
                "{\"Key\":\"\($0.key.text)\",\"Value\":\"\($0.value.text)\"}"
            }
            roles += roles.isEmpty ? "" : ","
            roles +=
                "{\"Path\":\"/\",\"RoleName\":\"\(name)\",\"Arn\":\"\(arn)\",\"RoleId\":\"AROA\(name.hashValue.magnitude)\","
            roles += "\"AssumeRolePolicyDocument\":\(trust),\"RolePolicyList\":[],"
            roles += "\"AttachedManagedPolicies\":[\((attached ?? []).joined(separator: ","))],"
            roles += "\"Tags\":[\((tags ?? []).joined(separator: ","))]}"
        }
        let text =
            "{\"UserDetailList\":[],\"GroupDetailList\":[],\"RoleDetailList\":[\(roles)],\"Policies\":[\(documents)]}"
        return try Directory(authorizationDetails: [SourceText(text, name: folder)])
    }

    /// Facts of the credential and the time, which the workload keeps in the context, go where they belong.
    ///
    /// The requests of W4 state facts that contradict their principals, such as a user name for a role; there
    /// the context is taken for all there is.
    private static func question(_ root: JSONValue, isContextComplete: Bool) throws -> Question {
        var pairs: [(key: UTF8Text, value: ContextValue)] = []
        var credential = CallerCredential()
        var now = Instant(seconds: 0) ?? .distantPast
        for (key, value) in root["context"]?.members.map({ ($0.key, $0.value) }) ?? [] {
            let texts = value.kind == .array ? value.elements.map(\.text) : [value.text]
            switch (key.text.description, texts.first) {
            case ("aws:CurrentTime", let text?) where !isContextComplete: now = Instant(text) ?? now
            case ("aws:MultiFactorAuthPresent", let text?) where !isContextComplete:
                credential.isMultiFactorAuthenticated = text.description == "true"
            case (let name, let text?) where !isContextComplete && name.hasPrefix("aws:PrincipalTag/"):
                credential.tags[UTF8Text(name.dropFirst("aws:PrincipalTag/".count))] = text
            case (_, let text?) where texts.count == 1: pairs.append((key.text, .single(text)))
            default: pairs.append((key.text, .multi(texts)))
            }
        }
        let request = AuthorizationRequest(
            principal: RequestPrincipal(root["principal"]?.text ?? "") ?? .anonymous,
            action: root["action"]?.text ?? "",
            resource: root["resource"]?.text ?? "",
            context: try RequestContext(pairs)
        )
        return Question(
            request: request,
            credential: credential,
            now: now,
            isContextComplete: isContextComplete
        )
    }
}

/// A request before it is laid out.
struct Question {
    var request: AuthorizationRequest
    let credential: CallerCredential
    let now: Instant
    let isContextComplete: Bool

    func compact() throws -> CompactRequest {
        try CompactRequest(request, credential: credential, at: now, isContextComplete: isContextComplete)
    }

    func prepared() throws -> PreparedRequest {
        try PreparedRequest(request, credential: credential, at: now, isContextComplete: isContextComplete)
    }
}
