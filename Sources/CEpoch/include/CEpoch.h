#ifndef CEPOCH_H
#define CEPOCH_H

// The two things the publishing protocol needs and Swift cannot say: a barrier for the compiler alone, and the
// system call that runs a full memory barrier on every core that runs a thread of this process.

#if defined(__linux__)
#include <linux/membarrier.h>
#include <sys/syscall.h>
#include <unistd.h>
#endif

/// Keeps the compiler from moving memory accesses across this point. Emits no instruction.
static inline void epoch_compiler_barrier(void) {
    __atomic_signal_fence(__ATOMIC_SEQ_CST);
}

/// Tells the kernel that this process will ask for barriers. Returns 0 if it will serve them. Safe to repeat.
static inline int epoch_register_barriers(void) {
#if defined(__linux__) && defined(__NR_membarrier)
    return (int)syscall(__NR_membarrier, MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED, 0, 0);
#else
    return -1;
#endif
}

/// A full memory barrier on every running thread of this process, the caller included. Returns 0 if it was done.
static inline int epoch_barrier_on_all_threads(void) {
#if defined(__linux__) && defined(__NR_membarrier)
    return (int)syscall(__NR_membarrier, MEMBARRIER_CMD_PRIVATE_EXPEDITED, 0, 0);
#else
    return -1;
#endif
}

#endif
