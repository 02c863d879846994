// The least work that a check can be: what no index can leave out, on tables of a workload's size.
//
// For each request the floor
//   - reads its three strings, packed one after the other in one buffer, and hashes each with XXH3;
//   - probes the table of principals by the first hash           (8-byte slots, at most half full);
//   - reads one line of the principal's record, found in the slot (records as large as the index's);
//   - reads one line of a policy that the record and the second hash name; the third hash chooses the line;
//   - ANDs the 256 bits of both lines.
// Each probe needs what the one before it read: three dependent misses where the tables exceed the caches.
//
// It compares no bytes, reads no condition, knows no layer and decides nothing. The tables together are as large
// as the workload's image, and every principal, policy and request of the workload has its place in them.
#ifndef PORTCULLIS_FLOOR_H
#define PORTCULLIS_FLOOR_H

#include <stddef.h>
#include <stdint.h>

typedef struct floor_tables floor_tables;

// Tables for so many principals and policies, together `byte_count` bytes large; a record of a principal takes
// `principal_bytes` of them. Null without memory.
floor_tables *floor_make(size_t principals, size_t principal_bytes, size_t policies, size_t byte_count);
void floor_free(floor_tables *tables);

// Gives a principal its slot and record.
void floor_add_principal(floor_tables *tables, const void *name, size_t count);

// Packs a request behind those added before. Zero without memory.
int floor_add_request(floor_tables *tables, const void *principal, size_t principal_count, const void *action,
                      size_t action_count, const void *resource, size_t resource_count);

// Runs the requests first ..< last one by one; answers how many had a common bit.
uint64_t floor_run(const floor_tables *tables, size_t first, size_t last);

// The same in windows of 64 whose probes are asked for ahead.
uint64_t floor_run_batched(const floor_tables *tables, size_t first, size_t last);

#endif
