// XXH3 from Debian's libxxhash-dev, inlined into the caller: Swift cannot call macros, and a call through
// the shared library costs more than hashing forty bytes.
#ifndef PORTCULLIS_CXXHASH_H
#define PORTCULLIS_CXXHASH_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

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

static inline uint64_t portcullis_word(const void *bytes) {
    uint64_t word;
    memcpy(&word, bytes, sizeof word);
    return word;
}

// Equality of two ranges of the same length. The texts compared here mostly begin alike, as ARNs do, so the end
// is compared first; a call of memcmp costs more than all of it.
static inline bool portcullis_equal(const void *left_bytes, const void *right_bytes, size_t count) {
    const char *left = (const char *)left_bytes, *right = (const char *)right_bytes;
    if (count >= 8) {
        size_t place = count - 8;
        if (portcullis_word(left + place) != portcullis_word(right + place)) return false;
        while (place >= 8) {
            place -= 8;
            if (portcullis_word(left + place) != portcullis_word(right + place)) return false;
        }
        return portcullis_word(left) == portcullis_word(right);
    }
    if (count >= 4) {
        uint32_t first[2], last[2];
        memcpy(first, left, 4);
        memcpy(first + 1, right, 4);
        memcpy(last, left + count - 4, 4);
        memcpy(last + 1, right + count - 4, 4);
        return ((first[0] ^ first[1]) | (last[0] ^ last[1])) == 0;
    }
    for (size_t index = 0; index < count; index++)
        if (left[index] != right[index]) return false;
    return true;
}

// Where a byte first stands; `count` where it does not. The carry of the subtraction can mark a byte above the
// first hit wrongly, never one below it.
static inline size_t portcullis_offset(const void *text, size_t count, uint8_t byte) {
    const uint8_t *bytes = (const uint8_t *)text;
    const uint64_t ones = 0x0101010101010101u, tops = 0x8080808080808080u;
    size_t index = 0;
    for (; index + 8 <= count; index += 8) {
        uint64_t rest = portcullis_word(bytes + index) ^ (ones * byte);
        uint64_t hits = (rest - ones) & ~rest & tops;
        if (hits) return index + (size_t)__builtin_ctzll(hits) / 8;
    }
    for (; index < count; index++)
        if (bytes[index] == byte) return index;
    return count;
}

static inline void portcullis_prefetch(const void *address) { __builtin_prefetch(address, 0, 3); }

#endif
