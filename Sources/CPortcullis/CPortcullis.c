#include "handle_memory.h"
#include "portcullis.h"

_Static_assert(sizeof(void *) == 8, "handles have 64 bits");
_Static_assert(sizeof(portcullis_decision) == 32, "the size of a decision is part of the ABI");
_Static_assert(sizeof(portcullis_settings) == 64, "the size of the settings is part of the ABI");

_Alignas(4096) unsigned char handle_memory[1 << 25];
