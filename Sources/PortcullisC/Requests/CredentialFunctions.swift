// The functions are documented in portcullis.h.
// swift-format-ignore-file: AllPublicDeclarationsHaveDocumentation

import CPortcullis
import IdentityDirectory
import Portcullis

// INVARIANT: texts of a caller go to `CallerText` unread.

@c @implementation
public func portcullis_request_set_temporary(_ request: OpaquePointer?, _ is_temporary: Int32) -> Int32 {
    unsafe changing(request) { (request) throws(Failure) in
        request.changeSession { session in
            session = is_temporary == 0 ? nil : session ?? SessionFacts()
        }
    }
}

@c @implementation
public func portcullis_request_set_session_name(
    _ request: OpaquePointer?,
    _ text: UnsafePointer<CChar>?,
    _ length: Int
) -> Int32 {
    unsafe changing(request) { (request) throws(Failure) in
        let name = try unsafe CallerText(text, length, "session_name").text
        request.changeFacts { $0.name = name }
    }
}

@c @implementation
public func portcullis_request_set_mfa(
    _ request: OpaquePointer?,
    _ was_used: Int32,
    _ age_seconds: Int64
) -> Int32 {
    unsafe changing(request) { (request) throws(Failure) in
        guard age_seconds >= -1 else {
            throw Failure(.invalidArgument, "`age_seconds` must be -1 or above, not \(age_seconds)")
        }
        request.changeFacts { facts in
            facts.isMultiFactorAuthenticated = was_used != 0
            facts.multiFactorAuthAgeSeconds = age_seconds < 0 ? nil : age_seconds
        }
    }
}

@c @implementation
public func portcullis_request_set_issued_at(
    _ request: OpaquePointer?,
    _ seconds: Int64,
    _ nanoseconds: UInt32
) -> Int32 {
    unsafe changing(request) { (request) throws(Failure) in
        let time = try Instant.given(seconds, nanoseconds)
        request.changeFacts { $0.issuedAt = time }
    }
}

@c @implementation
public func portcullis_request_set_source_identity(
    _ request: OpaquePointer?,
    _ text: UnsafePointer<CChar>?,
    _ length: Int
) -> Int32 {
    unsafe changing(request) { (request) throws(Failure) in
        let identity = try unsafe CallerText(text, length, "source_identity").text
        request.changeFacts { $0.sourceIdentity = identity }
    }
}

@c @implementation
public func portcullis_request_set_federated_provider(
    _ request: OpaquePointer?,
    _ text: UnsafePointer<CChar>?,
    _ length: Int
) -> Int32 {
    unsafe changing(request) { (request) throws(Failure) in
        let provider = try unsafe CallerText(text, length, "federated_provider").text
        request.changeFacts { $0.federatedProvider = provider }
    }
}

@c @implementation
public func portcullis_request_set_session_tag(
    _ request: OpaquePointer?,
    _ key: UnsafePointer<CChar>?,
    _ key_length: Int,
    _ value: UnsafePointer<CChar>?,
    _ value_length: Int
) -> Int32 {
    unsafe changing(request) { (request) throws(Failure) in
        let key = try unsafe CallerText(key, key_length, "key").text
        let value = try unsafe CallerText(value, value_length, "value").text
        request.changeFacts { $0.tags[key] = value }
    }
}

@c @implementation
public func portcullis_request_add_session_policy(
    _ request: OpaquePointer?,
    _ json: UnsafePointer<CChar>?,
    _ json_length: Int
) -> Int32 {
    unsafe changing(request) { (request) throws(Failure) in
        let text = try unsafe CallerText(json, json_length, "json").text
        let source = SourceText(Array(text.bytes), name: "session policy")
        let policy: ValidatedPolicy
        do throws(InvalidDocument) { policy = try PolicyReader().read(source, as: .session) } catch {
            throw Failure(.invalidPolicies, error.description)
        }
        request.changeFacts { facts in
            let name = UTF8Text("session policy \(facts.policies?.count ?? 0)")
            facts.policies = (facts.policies ?? []) + [EffectivePolicy(name: name, policy)]
        }
    }
}

extension RequestState {
    /// Changes the facts of a credential, which is temporary from then on.
    fileprivate mutating func changeFacts(_ change: (inout SessionFacts) -> Void) {
        changeSession { session in
            var facts = session ?? SessionFacts()
            change(&facts)
            session = facts
        }
    }
}
