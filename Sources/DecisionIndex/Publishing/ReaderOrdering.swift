internal import CEpoch
import Synchronization

/// Who pays for the order "the pin is visible before the current content is read".
package enum ReaderOrdering: Sendable {
    /// The writer, by asking the kernel for a barrier on every running thread. Readers run no barrier.
    case barrierByWriter
    /// Each reader, by a sequentially consistent fence in every read; for kernels that refuse the other way.
    case fenceByReader

    /// The better one that the kernel serves, asked once for the process.
    package static let best: ReaderOrdering =
        epoch_register_barriers() == 0 ? .barrierByWriter : .fenceByReader

    /// The writer's half of the barrier, run between the swap and the scan; whether it took effect.
    func runWriterBarrier() -> Bool {
        switch self {
        case .barrierByWriter:
            return epoch_barrier_on_all_threads() == 0
        case .fenceByReader:
            atomicMemoryFence(ordering: .sequentiallyConsistent)
            return true
        }
    }
}

/// The reader's half: keeps the compiler from reading the current content before it has stored the pin.
@inline(__always)
func keepPinBeforeRead() {
    epoch_compiler_barrier()
}

/// The reader's half where the kernel serves no barrier, out of line to keep the fast path free of it.
@inline(never)
func fencePinBeforeRead() {
    atomicMemoryFence(ordering: .sequentiallyConsistent)
}
