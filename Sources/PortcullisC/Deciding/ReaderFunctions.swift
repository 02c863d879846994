// The functions are documented in portcullis.h.
// swift-format-ignore-file: AllPublicDeclarationsHaveDocumentation

public import CPortcullis
import Portcullis

// INVARIANT: what a handle stands for is found by `HandleTable`, which hands out none but the calling thread's own; it is
// there until that thread destroys it, so throughout a call.

@c @implementation
public func portcullis_reader_create(
    _ engine: OpaquePointer?,
    _ reader: UnsafeMutablePointer<OpaquePointer?>?
) -> Int32 {
    resultCode { () throws(Failure) in
        guard let reader = unsafe reader else { throw .isNull("reader") }
        unsafe reader.pointee = nil
        let engine = try unsafe EngineRegister.shared.engine(engine)
        let state = ReaderState(reader: engine.engine.makeReader(), engine: engine)
        unsafe reader.pointee = try insert(state, .reader).pointer
    }
}

@c @implementation
public func portcullis_reader_destroy(_ reader: OpaquePointer?) -> Int32 {
    resultCode { () throws(Failure) in
        try destroy(unsafe Handle(reader), .reader, "reader", as: ReaderState.self)
    }
}

@c @implementation
public func portcullis_check(
    _ reader: OpaquePointer?,
    _ request: OpaquePointer?,
    _ decision: UnsafeMutablePointer<portcullis_decision>?
) -> Int32 {
    resultCode { () throws(Failure) in
        let place = try unsafe CallerDecisions(decision)
        do throws(Failure) {
            let reader = try unsafe openReader(reader)
            let request = try unsafe prepared(request)
            let decision = unsafe request._withUnsafeGuaranteedRef {
                unsafe reader.pointee.reader.authorize($0)
            }
            place.set(0, portcullis_decision(decision))
        } catch {
            place.set(0, .undecided)
            throw error
        }
    }
}

@c @implementation
public func portcullis_check_batch(
    _ reader: OpaquePointer?,
    _ requests: UnsafePointer<OpaquePointer?>?,
    _ decisions: UnsafeMutablePointer<portcullis_decision>?,
    _ count: Int
) -> Int32 {
    resultCode { () throws(Failure) in
        if count == 0 { return }
        guard 0...batchCountMax ~= count else {
            throw Failure(.invalidArgument, "`count` is above \(batchCountMax)")
        }
        let places = try unsafe CallerDecisions(decisions)
        for index in 0..<count { places.set(index, .undecided) }
        guard let requests = unsafe requests else { throw .isNull("requests") }
        let reader = try unsafe openReader(reader)
        for index in 0..<count { _ = try unsafe prepared(requests[index]) }
        unsafe reader.pointee.reader.authorize(
            count: count,
            // The loop above has found and prepared each of them.
            request: { index in try? unsafe prepared(requests[index]) },
            answer: { index, decision in places.set(index, portcullis_decision(decision)) }
        )
    }
}

/// No caller has memory for more decisions.
private let batchCountMax = Int.max / MemoryLayout<portcullis_decision>.stride

// MARK: Behind handles

/// A reader of the calling thread's, of an engine that is open.
@inline(__always)
private func openReader(_ pointer: OpaquePointer?) throws(Failure) -> UnsafeMutablePointer<ReaderState> {
    let handle = unsafe Handle(pointer)
    guard let reader = unsafe HandleTable.content(handle, .reader, as: ReaderState.self) else {
        throw HandleTable.failure(handle, .reader, "reader")
    }
    if unsafe reader.pointee.engine.isClosed { throw Failure(.closed, "the engine of `reader` was closed") }
    return unsafe reader
}

/// A request of the calling thread's, laid out.
@inline(__always)
private func prepared(_ pointer: OpaquePointer?) throws(Failure) -> Unmanaged<PreparedRequest> {
    let handle = unsafe Handle(pointer)
    guard let request = unsafe HandleTable.content(handle, .request, as: RequestState.self) else {
        throw HandleTable.failure(handle, .request, "request")
    }
    try unsafe request.pointee.prepare()
    guard let prepared = unsafe request.pointee.unmanaged else {
        throw Failure(.invalidRequest, "the request cannot be laid out")
    }
    return unsafe prepared
}
