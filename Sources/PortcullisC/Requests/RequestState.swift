import IdentityDirectory
import PolicySimulation
import Portcullis

/// What stands behind a request's handle: its parts until it is laid out, and the prepared request afterwards.
struct RequestState: ~Copyable {
    private var principal: RequestPrincipal?
    private var action: UTF8Text?
    private var resource: UTF8Text?
    private var account: AccountID?
    private var context = RequestContext()
    private var session: SessionFacts?
    /// When it is asked; nil for the time of each check.
    private var time: Instant?
    /// The request laid out; what changes then changes there.
    private var prepared: PreparedRequest?

    // MARK: Parts that are looked up once

    mutating func setPrincipal(_ principal: RequestPrincipal) {
        unprepare()
        self.principal = principal
    }

    mutating func setAction(_ action: UTF8Text) {
        unprepare()
        self.action = action
    }

    /// Changes the facts of the credential; nil is a long-term one.
    mutating func changeSession(_ change: (inout SessionFacts?) -> Void) {
        unprepare()
        change(&session)
    }

    /// Takes the parts back out, so that they can be laid out anew.
    private mutating func unprepare() {
        guard let request = prepared?.current else { return }
        (principal, action) = (request.principal, request.action)
        (resource, account, context) = (request.resource, request.resourceAccount, request.context)
        prepared = nil
    }

    // MARK: Parts that change from check to check

    mutating func setResource(_ resource: borrowing UTF8Span, of account: AccountID?) throws(Failure) {
        guard let prepared else {
            (self.resource, self.account) = (UTF8Text(copying: resource), account)
            return
        }
        do throws(RequestError) { try prepared.setResource(resource, account: account) } catch {
            throw Failure(error)
        }
    }

    mutating func setValue(_ value: borrowing UTF8Span, forKey key: borrowing UTF8Span) throws(Failure) {
        guard let prepared else {
            context[UTF8Text(copying: key)] = .single(UTF8Text(copying: value))
            return
        }
        do throws(RequestError) { try prepared.setValue(value, forKey: key) } catch { throw Failure(error) }
    }

    mutating func setValues(_ values: [UTF8Text], forKey key: UTF8Text) throws(Failure) {
        guard let prepared else {
            context[key] = .multi(values)
            return
        }
        do throws(RequestError) { try prepared.setValues(values, forKey: key) } catch { throw Failure(error) }
    }

    mutating func removeValue(forKey key: UTF8Text) {
        guard let prepared else {
            context[key] = nil
            return
        }
        prepared.removeValue(forKey: key)
    }

    mutating func setTime(_ time: Instant?) {
        self.time = time
        if let time { prepared?.setTime(time) }
    }

    // MARK: Asking

    /// Lays the request out, unless it is, and tells it the time.
    ///
    /// - Throws: ``Failure`` for a part that is missing or malformed.
    @inline(__always)
    mutating func prepare() throws(Failure) {
        guard let prepared = unsafe unmanaged else { return try layOut() }
        // INVARIANT: this state holds the request meanwhile.
        if time == nil { unsafe prepared._withUnsafeGuaranteedRef { $0.setTime(.tick) } }
    }

    /// The request as it was prepared; it lives until the state is changed.
    var unmanaged: Unmanaged<PreparedRequest>? {
        @inline(__always) get { unsafe prepared.map { unsafe Unmanaged.passUnretained($0) } }
    }

    @inline(never)
    private mutating func layOut() throws(Failure) {
        let question = try draft
        do {
            let credential = try session.map { try CallerCredential($0, options: EvaluationOptions()) }
            prepared = try PreparedRequest(question, credential: credential, at: time ?? .tick)
        } catch let error as RequestError {
            throw Failure(error)
        } catch {
            throw Failure(.invalidRequest, "\(error)")
        }
    }

    private var draft: AuthorizationRequest {
        get throws(Failure) {
            guard let principal else { throw Failure(.invalidRequest, "the request has no principal") }
            guard let action else { throw Failure(.invalidRequest, "the request has no action") }
            guard let resource else { throw Failure(.invalidRequest, "the request has no resource") }
            return AuthorizationRequest(
                principal: principal,
                action: action,
                resource: resource,
                resourceAccount: account,
                context: context
            )
        }
    }

    /// The request as an explanation takes it.
    var question: ExplainedQuestion {
        get throws(Failure) {
            let request = if let current = prepared?.current { current } else { try draft }
            return ExplainedQuestion(request, session: session, at: time ?? .tick)
        }
    }
}

extension UTF8Text {
    /// A copy of text that is lent.
    init(copying text: borrowing UTF8Span) {
        // INVARIANT: the buffer is that of the span, and read only in the closure.
        let span = text.span
        self.init(unsafe span.withUnsafeBufferPointer { unsafe Array($0) })
    }
}
