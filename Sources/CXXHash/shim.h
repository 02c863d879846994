// XXH3 from Debian's libxxhash-dev, inlined into the caller: Swift cannot call macros, and a call through
// the shared library costs more than hashing forty bytes.
#ifndef PORTCULLIS_CXXHASH_H
#define PORTCULLIS_CXXHASH_H

#define XXH_INLINE_ALL
#include <xxhash.h>

static inline uint64_t portcullis_xxh3(const void *bytes, size_t count, uint64_t seed) {
    return XXH3_64bits_withSeed(bytes, count, seed);
}

// glibc declares memmem only where GNU extensions are asked for; it searches in linear time.
extern void *memmem(const void *haystack, size_t haystack_count, const void *needle, size_t needle_count);

static inline const void *portcullis_find(const void *bytes, size_t count, const void *part, size_t part_count) {
    return memmem(bytes, count, part, part_count);
}

static inline void portcullis_prefetch(const void *address) { __builtin_prefetch(address, 0, 3); }

#endif
