#ifndef COUNTED_ALLOCATIONS_H
#define COUNTED_ALLOCATIONS_H

/// Whether allocations are counted: not under sanitizers, which have their own allocator.
int counted_allocations_available(void);

/// How often this thread has asked the C library for memory, Swift's own objects included.
unsigned long counted_allocations(void);

/// Names memory of eight bytes or more, which this thread will free.
void watch_free(const void *memory);

/// The first eight bytes of the watched memory at the moment it was freed; 0 before.
unsigned long long watched_bytes(void);

#endif
