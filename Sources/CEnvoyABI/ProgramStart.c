// The first hook: whether this Envoy can work with this module.
#include "envoy_module.h"

#include <stdio.h>
#include <string.h>

struct callback {
    const char *name;
    const void *address;
};

#define CALLBACK(name) {#name, (const void *)&envoy_dynamic_module_callback_##name}

static const char *missing_callback(void) {
    const struct callback callbacks[] = {
        CALLBACK(log),
        CALLBACK(get_concurrency),
        CALLBACK(is_validation_mode),
        CALLBACK(http_filter_config_define_counter),
        CALLBACK(http_filter_config_define_gauge),
        CALLBACK(http_filter_increment_counter),
        CALLBACK(http_filter_set_gauge),
        CALLBACK(http_filter_get_worker_index),
        CALLBACK(get_most_specific_route_config),
        CALLBACK(http_filter_get_attribute_string),
        CALLBACK(http_get_headers_size),
        CALLBACK(http_get_headers),
        CALLBACK(http_set_header),
        CALLBACK(http_set_dynamic_metadata_string_batch),
        CALLBACK(http_get_metadata_string),
        CALLBACK(http_send_response),
    };
    for (size_t index = 0; index < sizeof callbacks / sizeof *callbacks; index++) {
        if (callbacks[index].address == NULL) return callbacks[index].name;
    }
    return NULL;
}

/// Answers the version of the interface, or NULL, upon which Envoy refuses the module.
const char *envoy_dynamic_module_on_program_init(void) {
    const char *missing = missing_callback();
    if (missing == NULL) return PORTCULLIS_ENVOY_ABI_VERSION;
    char line[256];
    int count = snprintf(
        line, sizeof line, "portcullis: this Envoy lacks envoy_dynamic_module_callback_%s", missing);
    fprintf(stderr, "%s\n", line);
    if (&envoy_dynamic_module_callback_log != NULL && count > 0) {
        envoy_dynamic_module_callback_log(ENVOY_LOG_ERROR, (envoy_text){line, strlen(line)});
    }
    return NULL;
}
