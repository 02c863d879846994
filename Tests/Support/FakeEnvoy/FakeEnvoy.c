#include "fake_envoy.h"

#include <string.h>

static fake_request request;
static fake_result result;
static char object;

fake_request *fake_envoy_request(void) { return &request; }
fake_result *fake_envoy_result(void) { return &result; }
void fake_envoy_set_attribute(long attribute, envoy_text value) { request.attributes[attribute & 63] = value; }
void *fake_envoy_address(void) { return &object; }

#define CALLBACK(name) envoy_dynamic_module_callback_##name

void CALLBACK(log)(int level, envoy_text message) {
    size_t count = message.count < sizeof result.log - 1 ? message.count : sizeof result.log - 1;
    memcpy(result.log, message.bytes, count);
    result.log[count] = 0;
}
uint32_t CALLBACK(get_concurrency)(void) { return 1; }
bool CALLBACK(is_validation_mode)(void) { return false; }

static int define(size_t *identifier) {
    static size_t next;
    *identifier = next++;
    return 0;
}
int CALLBACK(http_filter_config_define_counter)(
    void *configuration, envoy_text name, envoy_text *labels, size_t label_count, size_t *counter) {
    return define(counter);
}
int CALLBACK(http_filter_config_define_gauge)(
    void *configuration, envoy_text name, envoy_text *labels, size_t label_count, size_t *gauge) {
    return define(gauge);
}
int CALLBACK(http_filter_increment_counter)(
    void *filter, size_t counter, envoy_text *labels, size_t label_count, uint64_t amount) {
    result.increment_count++;
    return 0;
}
int CALLBACK(http_filter_set_gauge)(
    void *filter, size_t gauge, envoy_text *labels, size_t label_count, uint64_t value) {
    return 0;
}

uint32_t CALLBACK(http_filter_get_worker_index)(void *filter) { return request.worker_index; }
const void *CALLBACK(get_most_specific_route_config)(void *filter) { return request.route; }
bool CALLBACK(http_filter_get_attribute_string)(void *filter, int attribute, envoy_text *value) {
    *value = request.attributes[attribute & 63];
    return value->bytes != NULL || value->count != 0;
}

size_t CALLBACK(http_get_headers_size)(void *filter, int headers) { return request.header_count; }
bool CALLBACK(http_get_headers)(void *filter, int headers, envoy_field *fields) {
    if (request.hides_headers) return false;
    memcpy(fields, request.headers, request.header_count * sizeof *fields);
    return true;
}
bool CALLBACK(http_set_header)(void *filter, int headers, envoy_text name, envoy_text value) {
    if (value.bytes == NULL) result.removed_count++;
    return true;
}

void CALLBACK(http_set_dynamic_metadata_string_batch)(
    void *filter, envoy_text space, const envoy_field *entries, size_t entry_count) {
    result.metadata_count += entry_count;
}
bool CALLBACK(http_get_metadata_string)(
    void *filter, int source, envoy_text space, envoy_text key, envoy_text *value) {
    return false;
}

void CALLBACK(http_send_response)(
    void *filter, uint32_t status, envoy_field *fields, size_t field_count, envoy_text body, envoy_text details) {
    result.status = status;
    result.body_count = body.count < sizeof result.body ? body.count : 0;
    memcpy(result.body, body.bytes, result.body_count);
}
