/* For the implementation only; it is not installed. */
#ifndef PORTCULLIS_CALLING_THREAD_H
#define PORTCULLIS_CALLING_THREAD_H

#include <stdint.h>

/* A number that no other living thread has, without a call. */
static inline uintptr_t portcullis_calling_thread(void) { return (uintptr_t)__builtin_thread_pointer(); }

#endif
