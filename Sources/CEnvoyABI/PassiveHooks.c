// Hooks that Envoy demands and in which there is nothing to decide: bodies, trailers and everything about calls that
// this module never makes pass untouched.
#include "envoy_module.h"

#define ON(event) envoy_dynamic_module_on_http_filter_##event

int ON(request_body)(void *envoy, const void *filter, bool is_last) { return ENVOY_CONTINUE; }
int ON(request_trailers)(void *envoy, const void *filter) { return ENVOY_CONTINUE; }
int ON(response_body)(void *envoy, const void *filter, bool is_last) { return ENVOY_CONTINUE; }
int ON(response_trailers)(void *envoy, const void *filter) { return ENVOY_CONTINUE; }
int ON(local_reply)(void *envoy, const void *filter, uint32_t status, envoy_text details, bool is_reset) {
    return ENVOY_CONTINUE;
}

void ON(stream_complete)(void *envoy, const void *filter) {}
// A filter is its configuration; there is nothing of its own to free.
void ON(destroy)(const void *filter) {}
void ON(scheduled)(void *envoy, const void *filter, uint64_t event) {}
void ON(downstream_above_write_buffer_high_watermark)(void *envoy, const void *filter) {}
void ON(downstream_below_write_buffer_low_watermark)(void *envoy, const void *filter) {}

void ON(http_callout_done)(
    void *envoy, const void *filter, uint64_t call, int result, envoy_field *headers, size_t header_count,
    envoy_text *body, size_t body_count) {}
void ON(http_stream_headers)(
    void *envoy, const void *filter, uint64_t stream, envoy_field *headers, size_t header_count, bool is_last) {}
void ON(http_stream_data)(
    void *envoy, const void *filter, uint64_t stream, const envoy_text *data, size_t data_count, bool is_last) {}
void ON(http_stream_trailers)(
    void *envoy, const void *filter, uint64_t stream, envoy_field *trailers, size_t trailer_count) {}
void ON(http_stream_complete)(void *envoy, const void *filter, uint64_t stream) {}
void ON(http_stream_reset)(void *envoy, const void *filter, uint64_t stream, int reason) {}
