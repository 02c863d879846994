import PolicyLanguage
import Vocabulary

/// Calls of etcd's v3 API through its JSON gateway, by one thread that waits for each answer.
///
/// A member that cannot be reached is left for the next one.
final class EtcdClient {
    let settings: EtcdSettings
    let loop: TransferLoop
    private var endpointIndex: Int
    private var token: String?
    /// What is done between the turns of a wait; it says for how long the next turn may wait.
    var meanwhile: () -> Duration = { .seconds(60) }
    /// Whether to give up.
    var isStopped: () -> Bool = { false }

    init(_ settings: EtcdSettings) throws(EtcdFailure) {
        self.settings = settings
        loop = try TransferLoop()
        // A fleet that starts at once shall not ask the same member.
        endpointIndex = Int.random(in: 0..<settings.endpoints.count)
        if case .token(let token) = settings.credential { self.token = token }
    }

    /// The member that is asked now.
    var endpoint: String { settings.endpoints[endpointIndex] }

    func useNextEndpoint() { endpointIndex = (endpointIndex + 1) % settings.endpoints.count }

    // MARK: Calls

    /// One call with its answer.
    ///
    /// - Throws: ``EtcdFailure/unreachable(_:)`` when no member answers.
    func call(_ path: String, _ body: JSONWriter.Value) throws(EtcdFailure) -> JSONValue {
        var attemptsLeft = settings.endpoints.count
        while true {
            do throws(EtcdFailure) {
                return try callWithToken(path, body)
            } catch {
                attemptsLeft -= 1
                guard case .unreachable = error, attemptsLeft > 0, !isStopped() else { throw error }
                useNextEndpoint()
            }
        }
    }

    /// Begins a call whose answers come one after the other.
    func stream(_ path: String, _ body: JSONWriter.Value) throws(EtcdFailure) -> Transfer {
        try authenticateIfNeeded()
        return try loop.start(post(path, body, timeout: nil))
    }

    private func callWithToken(_ path: String, _ body: JSONWriter.Value) throws(EtcdFailure) -> JSONValue {
        try authenticateIfNeeded()
        do throws(EtcdFailure) {
            return try callOnce(path, body)
        } catch {
            guard error.isStaleToken, case .user = settings.credential else { throw error }
            forgetToken()
            try authenticateIfNeeded()
            return try callOnce(path, body)
        }
    }

    private func callOnce(_ path: String, _ body: JSONWriter.Value) throws(EtcdFailure) -> JSONValue {
        let transfer = try loop.start(post(path, body, timeout: settings.requestTimeout))
        defer { loop.cancel(transfer) }
        while transfer.outcome == nil {
            guard !isStopped() else { throw .unreachable("stopped") }
            loop.turn(atMost: meanwhile())
        }
        if case .broken(let words) = transfer.outcome { throw .unreachable("\(endpoint): \(words)") }
        do throws(EtcdFailure) {
            return try EtcdMessages.read(transfer.takeReceived())
        } catch {
            switch error {
            // Deadline exceeded, unavailable: this member has lost the others.
            case .refused(let code, let words) where code == 4 || code == 14:
                throw .unreachable("\(endpoint): \(words)")
            default: throw error
            }
        }
    }

    private func post(_ path: String, _ body: JSONWriter.Value, timeout: Duration?) -> HTTPPost {
        HTTPPost(
            url: endpoint + path,
            body: JSONWriter.text(body),
            authorization: token,
            security: settings.tls,
            timeout: timeout,
            connectTimeout: settings.connectTimeout
        )
    }

    // MARK: Authentication

    func forgetToken() {
        if case .user = settings.credential { token = nil }
    }

    private func authenticateIfNeeded() throws(EtcdFailure) {
        guard token == nil, case .user(let name, let password) = settings.credential else { return }
        let body: JSONWriter.Value = .object([("name", .string(name)), ("password", .string(password))])
        let answer = try callOnce("/v3/auth/authenticate", body)
        guard let token = answer["token"]?.string else { throw .malformed("no token") }
        self.token = token.description
    }
}
