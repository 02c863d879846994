#define _GNU_SOURCE
#include "envoy_module.h"

#include <unistd.h>

bool envoy_thread_is_first(void) { return gettid() == getpid(); }
