import IdentityDirectory
import PolicyLanguage
import Testing
import Vocabulary

/// Short names for what every test of this room needs.
let account: AccountID = AccountID(unchecked: "111122223333")
let noon = "2026-03-01T12:00:00Z"

let allowAll = #"{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}"#
let trustAccount = """
    {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "sts:AssumeRole",
     "Principal": {"AWS": "111122223333"}}}
    """

/// A policy that allows one action on everything.
func allow(_ action: String) -> String {
    #"{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "\#(action)", "Resource": "*"}}"#
}

/// A directory from files in memory.
func directory(
    _ files: [String: String],
    mode: ValidationMode = .strict
) throws(InvalidDirectory) -> Directory {
    try Directory(files: files.mapValues { Array($0.utf8) }, reader: PolicyReader(mode: mode))
}

/// The faults that refuse these files; empty where they are accepted.
func faults(_ files: [String: String], mode: ValidationMode = .strict) -> [Diagnostic] {
    do throws(InvalidDirectory) {
        _ = try directory(files, mode: mode)
        return []
    } catch {
        return error.diagnostics
    }
}

/// The faults that refuse these pages of authorization details.
func faults(pages: String...) -> [Diagnostic] {
    do throws(InvalidDirectory) {
        _ = try Directory(
            authorizationDetails: pages.enumerated().map { SourceText($1, name: "page-\($0).json") }
        )
        return []
    } catch {
        return error.diagnostics
    }
}

/// Describes faults as `code file:line`, which is what a reader of the message acts on.
func summary(_ faults: [Diagnostic]) -> [String] {
    faults.map { "\($0.code.rawValue) \($0.location.source):\($0.location.line)" }
}

extension Directory {
    /// What bears on a request at noon.
    func effective(
        _ principal: RequestPrincipal?,
        _ action: UTF8Text = "s3:GetObject",
        on resource: UTF8Text = "*",
        owner: UTF8Text? = nil,
        context: [(key: UTF8Text, value: ContextValue)] = [],
        session: SessionFacts? = nil
    ) throws -> EffectivePolicies {
        let request = AuthorizationRequest(
            principal: try #require(principal),
            action: action,
            resource: resource,
            resourceAccount: owner.flatMap { AccountID($0) },
            context: try RequestContext(context)
        )
        return try effectivePolicies(
            for: request,
            session: session,
            at: try #require(Instant(UTF8Text(noon)))
        )
    }
}

extension EffectivePolicies {
    func value(_ key: UTF8Text) -> ContextValue? { context[key] }
}

/// A principal by its ARN or other name.
func principal(_ text: String) -> RequestPrincipal? { RequestPrincipal(UTF8Text(text)) }

/// Names of policies, for comparing.
func names(_ policies: [EffectivePolicy]?) -> [String]? { policies.map { $0.map(\.name.description) } }

/// Names of policies by level, for comparing.
func names(_ levels: [OrganizationLevel]?) -> [String]? {
    levels.map {
        $0.map { level in "\(level.id): \(level.policies.map(\.name.description).joined(separator: ", "))" }
    }
}
