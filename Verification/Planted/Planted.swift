// Copied into DecisionIndex by Scripts/verify-checks: faults that the checks of the hot path must notice.

internal import CEpoch
import Synchronization

final class PlantedObject: Sendable {
    let count = Atomic<Int>(0)
    let mutex = Mutex<Int>(0)
}

let plantedObject = PlantedObject()

/// Does what no check may do; which of it, `planted` says.
@inline(__always)
func plantFault() {
    switch planted() {
    case 1:
        let memory = UnsafeMutableRawPointer.allocate(byteCount: 64, alignment: 16)
        // INVARIANT: the memory is not read, and freed here.
        unsafe planted_keep(memory)
        unsafe memory.deallocate()
    case 2:
        // INVARIANT: each retain has its release.
        let object = unsafe Unmanaged.passUnretained(plantedObject)
        _ = unsafe object.retain()
        unsafe planted_keep(object.toOpaque())
        unsafe object.release()
    case 3: plantedObject.mutex.withLock { $0 &+= 1 }
    case 4: plantedObject.count.add(1, ordering: .relaxed)
    default: break
    }
}
