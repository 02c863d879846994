// The functions are documented in portcullis.h.
// swift-format-ignore-file: AllPublicDeclarationsHaveDocumentation

public import CPortcullis
import PolicyLanguage
import Vocabulary

// INVARIANT: pointers of a caller go to `CallerText`, `CallerBuffer`, `EngineSettings` and `EngineRegister` unread; an
// address for an answer is where the caller gave room for one, as the header demands.

@c @implementation
public func portcullis_open(
    _ source: UnsafePointer<CChar>?,
    _ source_length: Int,
    _ settings: UnsafePointer<portcullis_settings>?,
    _ engine: UnsafeMutablePointer<OpaquePointer?>?
) -> Int32 {
    unsafe answer(engine) { () throws(Failure) in
        let source = try unsafe CallerText(source, source_length, "source").text.description
        return try .open(try unsafe EngineSettings(source: source, settings))
    }
}

@c @implementation
public func portcullis_follow(
    _ source: UnsafePointer<CChar>?,
    _ source_length: Int,
    _ settings: UnsafePointer<portcullis_settings>?,
    _ engine: UnsafeMutablePointer<OpaquePointer?>?
) -> Int32 {
    unsafe answer(engine) { () throws(Failure) in
        let source = try unsafe CallerText(source, source_length, "source").text.description
        return try .follow(try unsafe EngineSettings(source: source, settings))
    }
}

/// Hands a new engine to the caller.
private func answer(
    _ place: UnsafeMutablePointer<OpaquePointer?>?,
    _ make: () throws(Failure) -> EngineState
) -> Int32 {
    resultCode { () throws(Failure) in
        guard let place = unsafe place else { throw .isNull("engine") }
        unsafe place.pointee = nil
        let engine = try make()
        do throws(Failure) {
            unsafe place.pointee = try EngineRegister.shared.insert(engine).pointer
        } catch {
            engine.close()
            throw error
        }
    }
}

@c @implementation
public func portcullis_reload(_ engine: OpaquePointer?) -> Int32 {
    resultCode { () throws(Failure) in try unsafe EngineRegister.shared.engine(engine).reload() }
}

@c @implementation
public func portcullis_close(_ engine: OpaquePointer?) -> Int32 {
    resultCode { () throws(Failure) in try unsafe EngineRegister.shared.remove(engine).close() }
}

@c @implementation
public func portcullis_status(
    _ engine: OpaquePointer?,
    _ buffer: UnsafeMutablePointer<CChar>?,
    _ capacity: Int,
    _ length: UnsafeMutablePointer<Int>?
) -> Int32 {
    resultCode { () throws(Failure) in
        let status = try unsafe EngineRegister.shared.engine(engine).status
        try unsafe CallerBuffer(buffer, capacity, length).write(JSONWriter.text(status.json))
    }
}

@c @implementation
public func portcullis_last_message(
    _ buffer: UnsafeMutablePointer<CChar>?,
    _ capacity: Int,
    _ length: UnsafeMutablePointer<Int>?
) -> Int32 {
    // The message stays when it does not fit: the next call is to get it.
    do throws(Failure) {
        try unsafe CallerBuffer(buffer, capacity, length).write(ThreadRecord.current.message)
        return ResultCode.ok.rawValue
    } catch {
        return error.code.rawValue
    }
}

@c @implementation
public func portcullis_result_name(
    _ result: Int32,
    _ buffer: UnsafeMutablePointer<CChar>?,
    _ capacity: Int,
    _ length: UnsafeMutablePointer<Int>?
) -> Int32 {
    resultCode { () throws(Failure) in
        guard let code = ResultCode(rawValue: result) else {
            throw Failure(.invalidArgument, "\(result) is no result")
        }
        try unsafe CallerBuffer(buffer, capacity, length).write(code.name)
    }
}

@c @implementation
public func portcullis_version(
    _ buffer: UnsafeMutablePointer<CChar>?,
    _ capacity: Int,
    _ length: UnsafeMutablePointer<Int>?
) -> Int32 {
    resultCode { () throws(Failure) in
        try unsafe CallerBuffer(buffer, capacity, length).write(PORTCULLIS_VERSION)
    }
}
