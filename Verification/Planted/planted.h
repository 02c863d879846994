#include <stdlib.h>

/// Which fault is planted: one that is compiled in, or else PLANTED in the environment, read once.
static inline int planted(void) {
#ifdef PLANTED_FAULT
    return PLANTED_FAULT;
#endif
    static int fault = -1;
    if (fault < 0) {
        const char *text = getenv("PLANTED");
        fault = text ? atoi(text) : 0;
    }
    return fault;
}

/// Makes the compiler believe that the memory is used.
static inline void planted_keep(void *memory) { __asm__ volatile("" : : "r"(memory) : "memory"); }
