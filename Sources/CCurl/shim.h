#ifndef PORTCULLIS_CURL_SHIM_H
#define PORTCULLIS_CURL_SHIM_H

// libcurl, with a function of fixed arguments for each kind of option: Swift calls no variadic ones.

#include <curl/curl.h>

static inline CURLcode portcullis_curl_set_long(CURL *handle, CURLoption option, long value) {
    return curl_easy_setopt(handle, option, value);
}

static inline CURLcode portcullis_curl_set_size(CURL *handle, CURLoption option, curl_off_t value) {
    return curl_easy_setopt(handle, option, value);
}

static inline CURLcode portcullis_curl_set_text(CURL *handle, CURLoption option, const char *value) {
    return curl_easy_setopt(handle, option, value);
}

static inline CURLcode portcullis_curl_set_headers(CURL *handle, struct curl_slist *headers) {
    return curl_easy_setopt(handle, CURLOPT_HTTPHEADER, headers);
}

typedef size_t (*portcullis_curl_receiver)(char *bytes, size_t size, size_t count, void *context);
typedef int (*portcullis_curl_progress)(
    void *context, curl_off_t total, curl_off_t done, curl_off_t up_total, curl_off_t up_done
);

static inline CURLcode portcullis_curl_set_body(CURL *handle, portcullis_curl_receiver body, void *context) {
    CURLcode code = curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, body);
    return code != CURLE_OK ? code : curl_easy_setopt(handle, CURLOPT_WRITEDATA, context);
}

static inline CURLcode portcullis_curl_set_header(CURL *handle, portcullis_curl_receiver line, void *context) {
    CURLcode code = curl_easy_setopt(handle, CURLOPT_HEADERFUNCTION, line);
    return code != CURLE_OK ? code : curl_easy_setopt(handle, CURLOPT_HEADERDATA, context);
}

static inline CURLcode portcullis_curl_set_progress(CURL *handle, portcullis_curl_progress progress, void *context) {
    CURLcode code = curl_easy_setopt(handle, CURLOPT_XFERINFOFUNCTION, progress);
    if (code == CURLE_OK) code = curl_easy_setopt(handle, CURLOPT_XFERINFODATA, context);
    return code != CURLE_OK ? code : curl_easy_setopt(handle, CURLOPT_NOPROGRESS, 0L);
}

static inline CURLcode portcullis_curl_get_status(CURL *handle, long *status) {
    return curl_easy_getinfo(handle, CURLINFO_RESPONSE_CODE, status);
}

#endif
