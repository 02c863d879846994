import Synchronization

/// The engines that are open, by handle.
///
/// No handle is given out twice. Looking one up takes a lock: checks go through readers, which hold their engine.
struct EngineRegister: ~Copyable {
    private struct Entries {
        var count: UInt64 = 0
        var engines: [UInt64: EngineState] = [:]
    }

    private let entries = Mutex(Entries())

    /// The process's only one.
    static let shared = EngineRegister()

    func insert(_ engine: EngineState) throws(Failure) -> Handle {
        let handle: Handle? = entries.withLock { entries in
            guard entries.engines.count < Handle.indexMax else { return nil }
            entries.count += 1
            let handle = Handle(.engine, index: 0, generation: entries.count)
            entries.engines[handle.word] = engine
            return handle
        }
        guard let handle else { throw Failure(.tooMany, "there are \(Handle.indexMax) engines already") }
        return handle
    }

    // INVARIANT: the pointers are numbers to `Handle`, and never followed.

    func engine(_ pointer: OpaquePointer?) throws(Failure) -> EngineState {
        try find(unsafe Handle(pointer)) { $0.engines[$1] }
    }

    func remove(_ pointer: OpaquePointer?) throws(Failure) -> EngineState {
        try find(unsafe Handle(pointer)) { $0.engines.removeValue(forKey: $1) }
    }

    private func find(
        _ handle: Handle,
        _ search: (inout Entries, UInt64) -> EngineState?
    ) throws(Failure) -> EngineState {
        if handle.word == 0 { throw .isNull("engine") }
        let (engine, count) = entries.withLock { entries in
            (handle.isOf(.engine) ? search(&entries, handle.word) : nil, entries.count)
        }
        if let engine { return engine }
        guard handle.isOf(.engine), handle.index == 0, 1...max(1, count) ~= handle.generation, count > 0
        else {
            throw Failure(.invalidHandle, "`engine` is no handle of an engine")
        }
        throw Failure(.closed, "`engine` was closed")
    }
}
