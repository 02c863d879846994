/// Puts content behind a handle of the calling thread's.
///
/// - INVARIANT: what is allocated here is freed by ``destroy(_:_:_:as:)``, or at once where there is no handle for it.
func insert<Content: ~Copyable>(
    _ content: consuming Content,
    _ kind: Handle.Kind
) throws(Failure) -> Handle {
    let place = UnsafeMutablePointer<Content>.allocate(capacity: 1)
    unsafe place.initialize(to: content)
    do throws(Failure) {
        return try unsafe HandleTable.insert(place, kind)
    } catch {
        unsafe place.deinitialize(count: 1)
        unsafe place.deallocate()
        throw error
    }
}

/// Destroys what stands behind a handle.
func destroy<Content: ~Copyable>(
    _ handle: Handle,
    _ kind: Handle.Kind,
    _ name: StaticString,
    as type: Content.Type
) throws(Failure) {
    let place = unsafe try HandleTable.remove(handle, kind, name, as: type)
    // INVARIANT: the table has just given it up, and made it of this type for this kind.
    unsafe place.deinitialize(count: 1)
    unsafe place.deallocate()
}

/// Changes the request behind a handle.
@inline(__always)
func changing(
    _ pointer: OpaquePointer?,
    _ change: (inout RequestState) throws(Failure) -> Void
) -> Int32 {
    resultCode { () throws(Failure) in
        let handle = unsafe Handle(pointer)
        guard let request = unsafe HandleTable.content(handle, .request, as: RequestState.self) else {
            throw HandleTable.failure(handle, .request, "request")
        }
        // INVARIANT: the calling thread owns it, and is here.
        try change(&(unsafe request.pointee))
    }
}
