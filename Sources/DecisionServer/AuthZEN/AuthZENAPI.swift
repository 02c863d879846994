import Foundation
import Portcullis

/// The OpenID AuthZEN Authorization API 1.0 over the policies in force.
public struct AuthZENAPI: RequestHandler {
    /// How it answers.
    public struct Settings: Sendable {
        /// Whether administrators are told which policy and statement decided.
        public var disclosesPolicies = false
        /// Whether what would be denied is answered by `true`, with the deny in the answer's context.
        public var isDryRun = false
        /// Bytes of a body.
        public var bodyBytesMax = 1 << 20
        /// Questions of one request.
        public var evaluationsMax = 1_000
        /// Results of one page, and of an answer that no page was asked for.
        public var resultsMax = 1_000
        /// Questions that one request for a search may cost; further ones are left to the next page.
        public var candidatesMax = 4_096

        /// Settings that disclose nothing.
        public init() {}
    }

    let policies: PoliciesInForce
    let mapping: AuthZENMapping
    let settings: Settings
    let key: PagingKey
    let catalog: AuthZENCatalog
    private let metadata: AuthZENMetadata

    /// The API at a base URL.
    public init(
        _ policies: PoliciesInForce,
        mapping: AuthZENMapping,
        metadata: AuthZENMetadata,
        settings: Settings = Settings(),
        key: PagingKey = PagingKey()
    ) {
        self.policies = policies
        self.mapping = mapping
        self.metadata = metadata
        self.settings = settings
        self.key = key
        catalog = AuthZENCatalog(mapping, policies)
    }

    /// The paths that it answers.
    public var paths: [String] {
        let endpoints = AuthZENEndpoint.allCases.map(\.rawValue)
        let below = metadata.basePath.isEmpty ? [] : endpoints.map { metadata.basePath + $0 }
        return [metadata.path] + endpoints + below
    }

    /// Answers a request, in JSON whatever it is.
    public func respond(to request: ServerRequest) -> ServerResponse {
        var response: ServerResponse
        do throws(AuthZENFault) {
            response = try answer(request)
        } catch {
            response = Self.response(error.status, .string(error.message))
            if error.status == 405 {
                response.headers.append(("Allow", request.path == metadata.path ? "GET, HEAD" : "POST"))
            }
        }
        if let id = request.value(of: "X-Request-ID"), id.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }) {
            response.headers.append(("X-Request-ID", id))
        }
        return response
    }

    static func response(_ status: Int, _ value: JSONWriter.Value, caching: String = "no-store")
        -> ServerResponse
    {
        ServerResponse(
            status,
            contentType: "application/json",
            body: Array(JSONWriter.text(value).utf8),
            headers: [("Cache-Control", caching)]
        )
    }

    // MARK: Reading

    private func answer(_ request: ServerRequest) throws(AuthZENFault) -> ServerResponse {
        if request.path == metadata.path {
            guard request.method == "GET" || request.method == "HEAD" else {
                throw AuthZENFault(405, "metadata is read by GET")
            }
            return Self.response(200, metadata.json, caching: "max-age=300")
        }
        guard let endpoint = endpoint(request.path) else { throw AuthZENFault(404, "there is nothing here") }
        guard request.method == "POST" else { throw AuthZENFault(405, "questions are asked by POST") }
        let body = try body(of: request)
        switch endpoint {
        case .evaluation: return Self.response(200, try evaluation(body))
        case .evaluations: return Self.response(200, try evaluations(body))
        case .searchSubject: return Self.response(200, try searchSubjects(body))
        case .searchResource: return Self.response(200, try searchResources(body))
        case .searchAction: return Self.response(200, try searchActions(body))
        }
    }

    private func endpoint(_ path: String) -> AuthZENEndpoint? {
        if let endpoint = AuthZENEndpoint(rawValue: path) { return endpoint }
        guard !metadata.basePath.isEmpty, path.hasPrefix(metadata.basePath) else { return nil }
        return AuthZENEndpoint(rawValue: String(path.dropFirst(metadata.basePath.count)))
    }

    private func body(of request: ServerRequest) throws(AuthZENFault) -> JSONValue {
        guard request.body.count <= settings.bodyBytesMax else {
            throw AuthZENFault(413, "the body has more than \(settings.bodyBytesMax) bytes")
        }
        let encodings = request.values(of: "Content-Encoding")
        guard encodings.allSatisfy({ $0.lowercased() == "identity" }) else {
            throw AuthZENFault(415, "the body is encoded; only plain bodies are read")
        }
        guard let type = request.value(of: "Content-Type"), Self.isJSON(type) else {
            throw .malformed("the Content-Type is not application/json")
        }
        let root: JSONValue
        do throws(InvalidDocument) {
            root = try JSONDocument(reading: SourceText(request.body), bytesMax: settings.bodyBytesMax).root
        } catch {
            throw .malformed("the body is not JSON: \(error.diagnostics.first?.description ?? "")")
        }
        guard root.kind == .object else { throw .malformed("the body is not a JSON object") }
        guard root.stringsWithNUL.isEmpty else { throw .malformed("a string holds U+0000") }
        return root
    }

    /// The type without parameters, or with UTF-8 as the character set.
    private static func isJSON(_ type: String) -> Bool {
        let parts = type.split(separator: ";").map { $0.trimmingCharacters(in: .whitespaces).lowercased() }
        guard parts.first == "application/json" else { return false }
        return parts.dropFirst().allSatisfy { part in
            !part.hasPrefix("charset=") || part == "charset=utf-8" || part == "charset=\"utf-8\""
        }
    }
}
