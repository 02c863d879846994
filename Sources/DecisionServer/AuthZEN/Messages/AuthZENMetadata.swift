import Foundation
import Portcullis

/// Where this decision point is, as it says of itself.
public struct AuthZENMetadata: Sendable, Hashable {
    /// Why a URL cannot be the base of a decision point.
    public struct InvalidURL: Error, Sendable, Hashable, CustomStringConvertible {
        /// One sentence for people.
        public let description: String
    }

    /// The base of all URLs, without a slash at the end.
    public let base: String
    /// The path of the base; empty where it has none.
    public let basePath: String

    static let wellKnown = "/.well-known/authzen-configuration"

    /// Takes the identifier of the decision point: an https URL without query and fragment.
    ///
    /// Plain http is for this machine alone: `localhost`, `127.0.0.1`, `[::1]`.
    public init(base text: String) throws(InvalidURL) {
        var text = text
        while text.hasSuffix("/") { text.removeLast() }
        guard let url = URLComponents(string: text), let host = url.host, !host.isEmpty, url.user == nil,
            url.query == nil, url.fragment == nil
        else { throw InvalidURL(description: "`\(text)` is not a URL of a host without query and fragment") }
        let isLocal = ["localhost", "127.0.0.1", "[::1]", "::1"].contains(host)
        guard url.scheme == "https" || url.scheme == "http" && isLocal else {
            throw InvalidURL(description: "`\(text)` is not an https URL")
        }
        base = text
        basePath = url.path
    }

    /// The path of the metadata: the well-known one, then that of the base.
    var path: String { Self.wellKnown + basePath }

    /// The metadata.
    var json: JSONWriter.Value {
        let endpoints = AuthZENEndpoint.allCases.map { endpoint in
            (endpoint.metadataName, JSONWriter.Value?.some(.string(base + endpoint.rawValue)))
        }
        return .object([("policy_decision_point", .string(base))] + endpoints)
    }
}

/// The endpoints by their paths below the base.
public enum AuthZENEndpoint: String, Sendable, Hashable, CaseIterable {
    /// One question.
    case evaluation = "/access/v1/evaluation"
    /// Several questions.
    case evaluations = "/access/v1/evaluations"
    /// Who may?
    case searchSubject = "/access/v1/search/subject"
    /// On what?
    case searchResource = "/access/v1/search/resource"
    /// Do what?
    case searchAction = "/access/v1/search/action"

    var metadataName: String {
        switch self {
        case .evaluation: "access_evaluation_endpoint"
        case .evaluations: "access_evaluations_endpoint"
        case .searchSubject: "search_subject_endpoint"
        case .searchResource: "search_resource_endpoint"
        case .searchAction: "search_action_endpoint"
        }
    }
}
