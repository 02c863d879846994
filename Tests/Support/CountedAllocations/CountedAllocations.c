// Stands before the C library's allocator in programs that link it, counts, and passes each call on.

#include "CountedAllocations.h"
#include <errno.h>
#include <stddef.h>
#include <string.h>

#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) || __has_feature(memory_sanitizer)
#define SANITIZED 1
#endif
#endif

#if defined(__GLIBC__) && !defined(SANITIZED)

static _Thread_local unsigned long count;
static _Thread_local const void *watched;
static _Thread_local unsigned long long last_bytes;

void *__libc_malloc(size_t);
void *__libc_calloc(size_t, size_t);
void *__libc_realloc(void *, size_t);
void *__libc_memalign(size_t, size_t);
void __libc_free(void *);

void *malloc(size_t size) {
    count++;
    return __libc_malloc(size);
}

void *calloc(size_t number, size_t size) {
    count++;
    return __libc_calloc(number, size);
}

void *realloc(void *memory, size_t size) {
    count++;
    return __libc_realloc(memory, size);
}

void *memalign(size_t alignment, size_t size) {
    count++;
    return __libc_memalign(alignment, size);
}

void *aligned_alloc(size_t alignment, size_t size) { return memalign(alignment, size); }

int posix_memalign(void **memory, size_t alignment, size_t size) {
    void *made = memalign(alignment, size);
    if (!made) return ENOMEM;
    *memory = made;
    return 0;
}

void free(void *memory) {
    if (memory && memory == watched) {
        memcpy(&last_bytes, memory, sizeof last_bytes);
        watched = NULL;
    }
    __libc_free(memory);
}

int counted_allocations_available(void) { return 1; }
unsigned long counted_allocations(void) { return count; }

void watch_free(const void *memory) {
    watched = memory;
    last_bytes = 0;
}

unsigned long long watched_bytes(void) { return last_bytes; }

#else

int counted_allocations_available(void) { return 0; }
unsigned long counted_allocations(void) { return 0; }
void watch_free(const void *memory) { (void)memory; }
unsigned long long watched_bytes(void) { return 0; }

#endif
