#include "envoy_module.h"
