// The functions are documented in portcullis.h.
// swift-format-ignore-file: AllPublicDeclarationsHaveDocumentation

public import CPortcullis
import Portcullis

// INVARIANT: texts of a caller go to `CallerText` unread; what a handle stands for is found by `HandleTable`, which hands
// out none but the calling thread's own.

@c @implementation
public func portcullis_request_create(_ request: UnsafeMutablePointer<OpaquePointer?>?) -> Int32 {
    resultCode { () throws(Failure) in
        guard let request = unsafe request else { throw .isNull("request") }
        unsafe request.pointee = nil
        unsafe request.pointee = try insert(RequestState(), .request).pointer
    }
}

@c @implementation
public func portcullis_request_destroy(_ request: OpaquePointer?) -> Int32 {
    resultCode { () throws(Failure) in
        try destroy(unsafe Handle(request), .request, "request", as: RequestState.self)
    }
}

@c @implementation
public func portcullis_request_set_principal(
    _ request: OpaquePointer?,
    _ text: UnsafePointer<CChar>?,
    _ length: Int
) -> Int32 {
    unsafe changing(request) { (request) throws(Failure) in
        let name = try unsafe CallerText(text, length, "principal").text
        guard let principal = RequestPrincipal(name) else {
            throw Failure(RequestError(.malformedPrincipal, in: .principal))
        }
        request.setPrincipal(principal)
    }
}

@c @implementation
public func portcullis_request_set_role_session(
    _ request: OpaquePointer?,
    _ session: UnsafePointer<CChar>?,
    _ session_length: Int,
    _ role: UnsafePointer<CChar>?,
    _ role_length: Int
) -> Int32 {
    unsafe changing(request) { (request) throws(Failure) in
        let session = try unsafe CallerText(session, session_length, "session").text
        let role = try unsafe CallerText(role, role_length, "role").text
        guard case .roleSession(let arn, _)? = RequestPrincipal(session),
            case .role(let roleARN)? = RequestPrincipal(role)
        else { throw Failure(RequestError(.malformedPrincipal, in: .principal)) }
        request.setPrincipal(.roleSession(session: arn, role: roleARN))
    }
}

@c @implementation
public func portcullis_request_set_action(
    _ request: OpaquePointer?,
    _ text: UnsafePointer<CChar>?,
    _ length: Int
) -> Int32 {
    unsafe changing(request) { (request) throws(Failure) in
        request.setAction(try unsafe CallerText(text, length, "action").text)
    }
}

@c @implementation
public func portcullis_request_set_resource(
    _ request: OpaquePointer?,
    _ text: UnsafePointer<CChar>?,
    _ length: Int
) -> Int32 {
    unsafe changing(request) { (request) throws(Failure) in
        try unsafe CallerText(text, length, "resource").withUTF8 { (text) throws(Failure) in
            try request.setResource(text, of: nil)
        }
    }
}

@c @implementation
public func portcullis_request_set_resource_of(
    _ request: OpaquePointer?,
    _ text: UnsafePointer<CChar>?,
    _ length: Int,
    _ account: UnsafePointer<CChar>?,
    _ account_length: Int
) -> Int32 {
    unsafe changing(request) { (request) throws(Failure) in
        let name = try unsafe CallerText(account, account_length, "account").text
        guard let account = AccountID(name) else {
            throw Failure(RequestError(.malformedAccount, in: .resource))
        }
        try unsafe CallerText(text, length, "resource").withUTF8 { (text) throws(Failure) in
            try request.setResource(text, of: account)
        }
    }
}

@c @implementation
public func portcullis_request_set_value(
    _ request: OpaquePointer?,
    _ key: UnsafePointer<CChar>?,
    _ key_length: Int,
    _ value: UnsafePointer<CChar>?,
    _ value_length: Int
) -> Int32 {
    unsafe changing(request) { (request) throws(Failure) in
        try unsafe CallerText(key, key_length, "key").withUTF8 { (key) throws(Failure) in
            try unsafe CallerText(value, value_length, "value").withUTF8 { (value) throws(Failure) in
                try request.setValue(value, forKey: key)
            }
        }
    }
}

@c @implementation
public func portcullis_request_set_values(
    _ request: OpaquePointer?,
    _ key: UnsafePointer<CChar>?,
    _ key_length: Int,
    _ values: UnsafePointer<portcullis_text>?,
    _ count: Int
) -> Int32 {
    unsafe changing(request) { (request) throws(Failure) in
        let key = try unsafe CallerText(key, key_length, "key").text
        guard 0...valueCountMax ~= count else {
            throw Failure(.invalidArgument, "`count` is above \(valueCountMax)")
        }
        var texts: [UTF8Text] = []
        for index in 0..<count {
            guard let values = unsafe values else { throw .isNull("values") }
            // INVARIANT: the caller gave as many texts as it says.
            let value = unsafe values[index]
            texts.append(try unsafe CallerText(value.bytes, value.length, "values").text)
        }
        try request.setValues(texts, forKey: key)
    }
}

/// No request holds more (``Limits/contextBytesMax``).
private let valueCountMax = Limits.contextBytesMax / Limits.contextTextOverhead

@c @implementation
public func portcullis_request_remove_value(
    _ request: OpaquePointer?,
    _ key: UnsafePointer<CChar>?,
    _ key_length: Int
) -> Int32 {
    unsafe changing(request) { (request) throws(Failure) in
        request.removeValue(forKey: try unsafe CallerText(key, key_length, "key").text)
    }
}

@c @implementation
public func portcullis_request_set_time(
    _ request: OpaquePointer?,
    _ seconds: Int64,
    _ nanoseconds: UInt32
) -> Int32 {
    unsafe changing(request) { (request) throws(Failure) in
        request.setTime(try .given(seconds, nanoseconds))
    }
}

@c @implementation
public func portcullis_request_prepare(_ request: OpaquePointer?) -> Int32 {
    unsafe changing(request) { (request) throws(Failure) in try request.prepare() }
}
