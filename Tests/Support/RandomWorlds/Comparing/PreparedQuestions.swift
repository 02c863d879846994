import DecisionIndex
import Vocabulary

/// Asks questions through prepared requests, each of which was made for another question of the same caller,
/// credential and action, or has been asked others since.
struct PreparedQuestions {
    private struct Key: Hashable {
        let principal: RequestPrincipal
        let action: UTF8Text
        let credential: Int
    }

    private struct Entry {
        let prepared: PreparedRequest
        var context: RequestContext
    }

    private var entries: [Key: Entry] = [:]
    /// The last well-formed question, from whose resource and context the next prepared request starts.
    private var last: (request: AuthorizationRequest, at: Instant)?

    /// The answer to a well-formed question; credentials of the same number are the same.
    mutating func ask(
        _ request: AuthorizationRequest,
        _ credential: CallerCredential?,
        number: Int,
        _ at: Instant,
        _ reader: inout AuthorizationReader
    ) throws(RequestError) -> Decision {
        defer { last = (request, at) }
        let key = Key(principal: request.principal, action: request.action, credential: number)
        var entry: Entry
        if let known = entries[key] { entry = known } else { entry = try start(request, credential, at) }
        // What it was asked before must be found and forgotten.
        _ = reader.authorize(entry.prepared)
        try Self.change(&entry, to: request, at)
        entries[key] = entry
        let decision = reader.authorize(entry.prepared)
        return reader.authorize(entry.prepared) == decision ? decision : .malformedRequest
    }

    /// Whether a malformed question is taken, which it must not be.
    mutating func takes(_ request: AuthorizationRequest, _ credential: CallerCredential?, _ at: Instant)
        -> Bool
    {
        if (try? PreparedRequest(request, credential: credential, at: at)) != nil { return true }
        // The parts that can change must be refused there, too, if they are what is wrong.
        guard var whole = last?.request else { return false }
        (whole.principal, whole.action) = (request.principal, request.action)
        guard let prepared = try? PreparedRequest(whole, credential: credential, at: at) else { return false }
        var entry = Entry(prepared: prepared, context: whole.context)
        return (try? Self.change(&entry, to: request, at)) != nil
    }

    private func start(
        _ request: AuthorizationRequest,
        _ credential: CallerCredential?,
        _ at: Instant
    ) throws(RequestError) -> Entry {
        var other = last?.request ?? request
        (other.principal, other.action) = (request.principal, request.action)
        let prepared = try PreparedRequest(other, credential: credential, at: last?.at ?? at)
        return Entry(prepared: prepared, context: other.context)
    }

    private static func change(
        _ entry: inout Entry,
        to request: AuthorizationRequest,
        _ at: Instant
    ) throws(RequestError) {
        try entry.prepared.setResource(request.resource, account: request.resourceAccount)
        entry.prepared.setTime(at)
        for (key, _) in entry.context.pairs where request.context[key] == nil {
            entry.prepared.removeValue(forKey: key)
        }
        for (key, value) in request.context.pairs {
            switch value {
            case .single(let text): try entry.prepared.setValue(text, forKey: key)
            case .multi(let texts): try entry.prepared.setValues(texts, forKey: key)
            }
        }
        entry.context = request.context
    }
}
