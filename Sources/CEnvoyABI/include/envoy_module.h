// What Portcullis uses of the binary interface between Envoy and its dynamic modules, version v0.1.0.
//
// Function names and numbers are Envoy's; the names of types are ours. Everything that Envoy lends is valid until the
// hook returns or a setter is called. Every callback is weak, so that a module in an Envoy that lacks one can say so
// instead of ending the process.
#ifndef PORTCULLIS_ENVOY_MODULE_H
#define PORTCULLIS_ENVOY_MODULE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PORTCULLIS_ENVOY_ABI_VERSION "v0.1.0"

/// A run of bytes; not terminated, and the address may be NULL where there are none.
typedef struct {
    const char *bytes;
    size_t count;
} envoy_text;

/// A header, or an entry of metadata.
typedef struct {
    const char *name;
    size_t name_count;
    const char *value;
    size_t value_count;
} envoy_field;

/// Which headers are meant.
enum {
    ENVOY_REQUEST_HEADERS = 0,
    ENVOY_RESPONSE_HEADERS = 2,
};

/// How much a line of the log matters.
enum {
    ENVOY_LOG_INFO = 2,
    ENVOY_LOG_WARNING = 3,
    ENVOY_LOG_ERROR = 4,
};

/// Facts about a request and its connection.
enum {
    ENVOY_ATTRIBUTE_REQUEST_ID = 9,
    ENVOY_ATTRIBUTE_SOURCE_ADDRESS = 24,
    ENVOY_ATTRIBUTE_REQUESTED_SERVER_NAME = 30,
    ENVOY_ATTRIBUTE_TLS_VERSION = 31,
    ENVOY_ATTRIBUTE_PEER_SUBJECT = 33,
    ENVOY_ATTRIBUTE_PEER_DNS_NAME = 35,
    ENVOY_ATTRIBUTE_PEER_URI = 37,
};

/// Where metadata lies.
enum { ENVOY_DYNAMIC_METADATA = 0 };

/// What a hook tells Envoy to do next.
enum {
    ENVOY_CONTINUE = 0,
    ENVOY_STOP = 1,
};

#define ENVOY_CALLBACK __attribute__((weak))

ENVOY_CALLBACK void envoy_dynamic_module_callback_log(int level, envoy_text message);
ENVOY_CALLBACK uint32_t envoy_dynamic_module_callback_get_concurrency(void);
ENVOY_CALLBACK bool envoy_dynamic_module_callback_is_validation_mode(void);

ENVOY_CALLBACK int envoy_dynamic_module_callback_http_filter_config_define_counter(
    void *configuration, envoy_text name, envoy_text *labels, size_t label_count, size_t *counter);
ENVOY_CALLBACK int envoy_dynamic_module_callback_http_filter_config_define_gauge(
    void *configuration, envoy_text name, envoy_text *labels, size_t label_count, size_t *gauge);
ENVOY_CALLBACK int envoy_dynamic_module_callback_http_filter_increment_counter(
    void *filter, size_t counter, envoy_text *labels, size_t label_count, uint64_t amount);
ENVOY_CALLBACK int envoy_dynamic_module_callback_http_filter_set_gauge(
    void *filter, size_t gauge, envoy_text *labels, size_t label_count, uint64_t value);

ENVOY_CALLBACK uint32_t envoy_dynamic_module_callback_http_filter_get_worker_index(void *filter);
ENVOY_CALLBACK const void *envoy_dynamic_module_callback_get_most_specific_route_config(void *filter);
ENVOY_CALLBACK bool envoy_dynamic_module_callback_http_filter_get_attribute_string(
    void *filter, int attribute, envoy_text *value);

ENVOY_CALLBACK size_t envoy_dynamic_module_callback_http_get_headers_size(void *filter, int headers);
/// Fills as many fields as the call before says there are.
ENVOY_CALLBACK bool envoy_dynamic_module_callback_http_get_headers(
    void *filter, int headers, envoy_field *fields);
/// Replaces all headers of this name; removes them where the value's address is NULL.
ENVOY_CALLBACK bool envoy_dynamic_module_callback_http_set_header(
    void *filter, int headers, envoy_text name, envoy_text value);

ENVOY_CALLBACK void envoy_dynamic_module_callback_http_set_dynamic_metadata_string_batch(
    void *filter, envoy_text space, const envoy_field *entries, size_t entry_count);
ENVOY_CALLBACK bool envoy_dynamic_module_callback_http_get_metadata_string(
    void *filter, int source, envoy_text space, envoy_text key, envoy_text *value);

ENVOY_CALLBACK void envoy_dynamic_module_callback_http_send_response(
    void *filter, uint32_t status, envoy_field *fields, size_t field_count, envoy_text body,
    envoy_text details);

/// Whether the calling thread is the process's first.
bool envoy_thread_is_first(void);

#endif
