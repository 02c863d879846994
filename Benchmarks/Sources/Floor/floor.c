#define XXH_INLINE_ALL
#include <xxhash.h>

#include <stdlib.h>
#include <string.h>

#include "floor.h"

enum { WINDOW = 64, LINE = 64, SEED = 7 };

typedef struct {
    uint32_t tag, record;  // the record's number, counted from 1
} slot;

typedef struct {
    uint64_t bits[4];
    uint32_t policies[8];
} line;

typedef struct {
    uint32_t start;  // in the buffer of strings
    uint16_t counts[3];
} request;

struct floor_tables {
    slot *slots;
    unsigned char *records, *policies, *strings;
    request *requests;
    size_t slot_mask, record_bytes, policy_bytes, policy_count, policy_lines;
    size_t record_count, request_count, request_capacity, string_bytes, string_capacity;
};

static uint64_t mix(uint64_t value) {
    value = (value ^ value >> 31) * 0x9E3779B97F4A7C15u;
    return value ^ value >> 29;
}

static size_t whole_lines(size_t bytes) { return bytes < LINE ? LINE : bytes / LINE * LINE; }

floor_tables *floor_make(size_t principals, size_t principal_bytes, size_t policies, size_t byte_count) {
    floor_tables *tables = calloc(1, sizeof *tables);
    if (!tables) return NULL;
    size_t slots = 8;
    while (slots < principals * 2) slots *= 2;
    tables->slot_mask = slots - 1;
    tables->record_bytes = whole_lines(principal_bytes);
    tables->policy_count = policies ? policies : 1;
    size_t used = slots * sizeof(slot) + principals * tables->record_bytes;
    tables->policy_bytes = whole_lines(used < byte_count ? (byte_count - used) / tables->policy_count : 0);
    tables->policy_lines = tables->policy_bytes / LINE;
    tables->slots = aligned_alloc(LINE, slots * sizeof(slot));
    tables->records = aligned_alloc(LINE, (principals + 1) * tables->record_bytes);
    tables->policies = aligned_alloc(LINE, tables->policy_count * tables->policy_bytes);
    if (!tables->slots || !tables->records || !tables->policies) {
        floor_free(tables);
        return NULL;
    }
    memset(tables->slots, 0, slots * sizeof(slot));
    memset(tables->records, 0, (principals + 1) * tables->record_bytes);
    for (size_t word = 0; word < tables->policy_count * tables->policy_bytes / 8; word++)
        ((uint64_t *)tables->policies)[word] = mix(word + 1);
    return tables;
}

void floor_free(floor_tables *tables) {
    if (!tables) return;
    free(tables->slots);
    free(tables->records);
    free(tables->policies);
    free(tables->strings);
    free(tables->requests);
    free(tables);
}

void floor_add_principal(floor_tables *tables, const void *name, size_t count) {
    uint64_t hash = XXH3_64bits_withSeed(name, count, SEED);
    size_t index = hash & tables->slot_mask;
    while (tables->slots[index].record) index = (index + 1) & tables->slot_mask;
    uint32_t record = (uint32_t)++tables->record_count;
    tables->slots[index] = (slot){(uint32_t)(hash >> 32), record};
    line *place = (line *)(tables->records + record * tables->record_bytes);
    for (int word = 0; word < 4; word++) place->bits[word] = mix(hash + word);
    for (int policy = 0; policy < 8; policy++)
        place->policies[policy] = (uint32_t)(mix(hash + 8 + policy) % tables->policy_count);
}

// Room for `more` items of `size` bytes behind `count`.
static void *grow(void *items, size_t size, size_t count, size_t more, size_t *capacity) {
    if (count + more <= *capacity) return items;
    size_t wanted = (count + more) * 2;
    void *larger = realloc(items, wanted * size);
    if (larger) *capacity = wanted;
    return larger;
}

int floor_add_request(floor_tables *tables, const void *principal, size_t principal_count, const void *action,
                      size_t action_count, const void *resource, size_t resource_count) {
    size_t bytes = principal_count + action_count + resource_count;
    unsigned char *strings = grow(tables->strings, 1, tables->string_bytes, bytes, &tables->string_capacity);
    if (!strings) return 0;
    tables->strings = strings;
    request *requests = grow(tables->requests, sizeof(request), tables->request_count, 1, &tables->request_capacity);
    if (!requests) return 0;
    tables->requests = requests;
    unsigned char *place = strings + tables->string_bytes;
    memcpy(place, principal, principal_count);
    memcpy(place + principal_count, action, action_count);
    memcpy(place + principal_count + action_count, resource, resource_count);
    requests[tables->request_count++] =
        (request){(uint32_t)tables->string_bytes,
                  {(uint16_t)principal_count, (uint16_t)action_count, (uint16_t)resource_count}};
    tables->string_bytes += bytes;
    return 1;
}

typedef struct {
    uint64_t principal, action, resource;
} hashes;

static inline hashes hash(const floor_tables *tables, size_t index) {
    const request *request = &tables->requests[index];
    const unsigned char *principal = tables->strings + request->start;
    const unsigned char *action = principal + request->counts[0];
    const unsigned char *resource = action + request->counts[1];
    return (hashes){XXH3_64bits_withSeed(principal, request->counts[0], SEED),
                    XXH3_64bits_withSeed(action, request->counts[1], SEED),
                    XXH3_64bits_withSeed(resource, request->counts[2], SEED)};
}

static inline uint32_t record_of(const floor_tables *tables, uint64_t hash) {
    size_t index = hash & tables->slot_mask;
    while (tables->slots[index].record && tables->slots[index].tag != (uint32_t)(hash >> 32))
        index = (index + 1) & tables->slot_mask;
    return tables->slots[index].record;
}

static inline const line *principal_line(const floor_tables *tables, uint32_t record) {
    return (const line *)(tables->records + record * tables->record_bytes);
}

static inline const line *policy_line(const floor_tables *tables, const line *principal, const hashes *hashes) {
    size_t policy = principal->policies[hashes->action & 7];
    size_t number = (hashes->resource >> 32) * tables->policy_lines >> 32;
    return (const line *)(tables->policies + policy * tables->policy_bytes + number * LINE);
}

static inline int meets(const line *left, const line *right) {
    uint64_t common = 0;
    for (int word = 0; word < 4; word++) common |= left->bits[word] & right->bits[word];
    return common != 0;
}

uint64_t floor_run(const floor_tables *tables, size_t first, size_t last) {
    uint64_t met = 0;
    for (size_t index = first; index < last; index++) {
        hashes found = hash(tables, index);
        const line *principal = principal_line(tables, record_of(tables, found.principal));
        met += meets(principal, policy_line(tables, principal, &found));
    }
    return met;
}

uint64_t floor_run_batched(const floor_tables *tables, size_t first, size_t last) {
    uint64_t met = 0;
    hashes found[WINDOW];
    const line *principals[WINDOW], *policies[WINDOW];
    for (size_t start = first; start < last; start += WINDOW) {
        size_t count = last - start < WINDOW ? last - start : WINDOW;
        for (size_t index = 0; index < count; index++) {
            found[index] = hash(tables, start + index);
            __builtin_prefetch(&tables->slots[found[index].principal & tables->slot_mask]);
        }
        for (size_t index = 0; index < count; index++) {
            principals[index] = principal_line(tables, record_of(tables, found[index].principal));
            __builtin_prefetch(principals[index]);
        }
        for (size_t index = 0; index < count; index++) {
            policies[index] = policy_line(tables, principals[index], &found[index]);
            __builtin_prefetch(policies[index]);
        }
        for (size_t index = 0; index < count; index++) met += meets(principals[index], policies[index]);
    }
    return met;
}
