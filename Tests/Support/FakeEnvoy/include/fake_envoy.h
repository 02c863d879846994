// Stands in for Envoy around its filter: one request at a time, whose facts a test sets and whose fate it reads.
#ifndef FAKE_ENVOY_H
#define FAKE_ENVOY_H

#include "envoy_module.h"

typedef struct {
    const envoy_field *headers;
    size_t header_count;
    /// What `get_headers` says, instead of succeeding.
    bool hides_headers;
    envoy_text attributes[64];
    uint32_t worker_index;
    const void *route;
} fake_request;

typedef struct {
    uint32_t status;
    size_t removed_count;
    size_t metadata_count;
    size_t increment_count;
    char body[512];
    size_t body_count;
    char log[1024];
} fake_result;

/// The request that hooks are called for.
fake_request *fake_envoy_request(void);
/// Sets a fact about it.
void fake_envoy_set_attribute(long attribute, envoy_text value);
/// What hooks did since it was last cleared.
fake_result *fake_envoy_result(void);
/// The address that stands for Envoy's objects.
void *fake_envoy_address(void);

// The hooks of the module.
const char *envoy_dynamic_module_on_program_init(void);
const void *envoy_dynamic_module_on_http_filter_config_new(void *envoy, envoy_text name, envoy_text text);
void envoy_dynamic_module_on_http_filter_config_destroy(const void *filter);
const void *envoy_dynamic_module_on_http_filter_per_route_config_new(envoy_text name, envoy_text text);
void envoy_dynamic_module_on_http_filter_per_route_config_destroy(const void *route);
int envoy_dynamic_module_on_http_filter_request_headers(void *envoy, const void *filter, bool is_last);

#endif
