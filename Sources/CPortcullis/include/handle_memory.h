/* For the implementation only; it is not installed. */
#ifndef PORTCULLIS_HANDLE_MEMORY_H
#define PORTCULLIS_HANDLE_MEMORY_H

#include <stdint.h>

/* Room for a million handles of 32 bytes, zeroed; what is not used costs addresses only. */
__attribute__((visibility("hidden"))) extern unsigned char handle_memory[1 << 25];

static inline void *handle_memory_start(void) { return handle_memory; }

/* A number that no other living thread has, without a call. */
static inline uintptr_t calling_thread(void) { return (uintptr_t)__builtin_thread_pointer(); }

#endif
