#ifndef PORTCULLIS_NGINX_H
#define PORTCULLIS_NGINX_H

// What the C half of the module for nginx asks of the Swift half. Nothing here knows nginx.
//
// Texts are lent for the time of a call and need no end mark; a text without bytes may have no address. Messages are
// written into memory of the caller, cut to its size, and end with a zero byte. No function may be called by two
// threads at once.

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

// Addresses are those of something, unless they are marked.
#ifdef __clang__
#define PORTCULLIS_NGINX_NULLABLE _Nullable
#pragma clang assume_nonnull begin
#else
#define PORTCULLIS_NGINX_NULLABLE
#endif

/// A text of another's.
typedef struct {
    const unsigned char *PORTCULLIS_NGINX_NULLABLE bytes;
    size_t count;
} portcullis_nginx_text;

/// Memory for a message.
typedef struct {
    char *PORTCULLIS_NGINX_NULLABLE bytes;
    size_t capacity;
} portcullis_nginx_message;

/// Where policies and routes come from; the members of `GatewayConfiguration`.
typedef struct {
    /// A folder or file of policies, or the address of a pointer.
    portcullis_nginx_text policies;
    /// The file of the mapping.
    portcullis_nginx_text mapping;
    /// Files of public keys.
    const portcullis_nginx_text *PORTCULLIS_NGINX_NULLABLE trusted_keys;
    size_t trusted_key_count;
    /// The channel of signed policies; empty for any.
    portcullis_nginx_text channel;
    /// Seconds of silence after which everything is denied; 0 for never.
    double staleness_limit;
    /// Seconds between two looks at the source; 0 for the default.
    double interval;
    /// Seconds that a start waits for the first policies.
    double start_limit;
} portcullis_nginx_settings;

/// A gateway, and the one thread's worker that decides for it.
typedef struct portcullis_nginx_gateway portcullis_nginx_gateway;

/// Checks settings and reads the mapping; starts no thread, so that the process may fork afterwards.
/// Returns NULL with a message for what is at fault.
portcullis_nginx_gateway *PORTCULLIS_NGINX_NULLABLE
portcullis_nginx_open(const portcullis_nginx_settings *settings, portcullis_nginx_message message);

/// Gives a gateway back; it is stopped where it runs.
void portcullis_nginx_close(portcullis_nginx_gateway *gateway);

/// Sends what gateways of this process report to a pipe or file, from now on: one write a line, which begins with `I`
/// for information or `W` for a warning, is at most 1024 bytes long, and is dropped rather than waited for where the
/// descriptor does not block. A negative descriptor ends it.
void portcullis_nginx_report_to(int descriptor);

/// Follows policies and mapping in threads of this process, and waits for the first policies.
///
/// The keeping folder may be empty; it belongs to this process alone. Returns false with a message where there are no
/// policies in time; requests are then answered by `notReady` until there are some.
bool portcullis_nginx_start(portcullis_nginx_gateway *gateway, portcullis_nginx_text keeping_folder,
                            portcullis_nginx_message message);

/// Ends the threads, and waits for them.
void portcullis_nginx_stop(portcullis_nginx_gateway *gateway);

/// What kind a name of a certificate is; the values of `HTTPRequestBuffer.CertificateName.Kind`.
enum {
    PORTCULLIS_NGINX_NAME_URI = 0,
    PORTCULLIS_NGINX_NAME_DNS = 1,
    PORTCULLIS_NGINX_NAME_SUBJECT = 2
};

/// A header line.
typedef struct {
    portcullis_nginx_text name;
    portcullis_nginx_text value;
} portcullis_nginx_header;

/// A name of a verified client certificate.
typedef struct {
    int kind;
    portcullis_nginx_text text;
} portcullis_nginx_certificate_name;

/// A request as the client sent it.
typedef struct {
    portcullis_nginx_text method;
    /// Path and query of the request line.
    portcullis_nginx_text target;
    portcullis_nginx_text authority;
    /// The address of the connection's other end.
    portcullis_nginx_text peer_address;
    portcullis_nginx_text tls_version;
    portcullis_nginx_text tls_server_name;
    const portcullis_nginx_header *PORTCULLIS_NGINX_NULLABLE headers;
    size_t header_count;
    const portcullis_nginx_certificate_name *PORTCULLIS_NGINX_NULLABLE certificate_names;
    size_t certificate_name_count;
} portcullis_nginx_request;

/// The most headers that are looked at; a request with more is refused.
enum { PORTCULLIS_NGINX_HEADER_COUNT_MAX = 512 };

/// How many reasons there are; the values of `GateAnswer.Reason` lie below.
enum { PORTCULLIS_NGINX_REASON_COUNT = 11 };

/// What to do with a request, and why.
typedef struct {
    /// The name of the reason; lives for ever.
    portcullis_nginx_text reason_name;
    /// The revision of the policies; 0 where they were not asked.
    uint64_t revision;
    /// The status that refuses.
    uint16_t status;
    uint8_t reason;
    /// Whether what should prove the caller does not.
    bool is_bad_credential;
    /// Whether policies or mapping let the request through.
    bool is_allowed;
    /// Whether the mapping says that the route only reports.
    bool is_dry_run;
    /// Whether the request may go on in a location that enforces, and in one that only reports.
    bool passes;
    bool passes_dry_run;
} portcullis_nginx_answer;

/// Decides a request of a started gateway. One that was not started answers by `notReady`.
void portcullis_nginx_decide(portcullis_nginx_gateway *gateway, const portcullis_nginx_request *request,
                             portcullis_nginx_answer *answer);

/// The answer to a request that can be read in two ways, without asking anybody.
void portcullis_nginx_refuse_ambiguous(portcullis_nginx_answer *answer);

/// Writes the name of what decided the gateway's last request; returns its length, at most the capacity.
size_t portcullis_nginx_statement(portcullis_nginx_gateway *gateway, unsigned char *bytes, size_t capacity);

/// Writes the name of the last request's route; returns its length, at most the capacity.
size_t portcullis_nginx_route(portcullis_nginx_gateway *gateway, unsigned char *bytes, size_t capacity);

/// The name of a reason, by its value; lives for ever.
portcullis_nginx_text portcullis_nginx_reason_name(uint8_t reason);

/// How a gateway stands in this process.
typedef struct {
    bool is_ready;
    /// The revision of the engine, as decisions name it.
    uint64_t policy_revision;
    /// Counts the mappings that were in force, from 1.
    uint64_t mapping_revision;
    /// Whether the mapping's files as they are now were refused.
    bool has_mapping_failure;
} portcullis_nginx_condition;

/// How a gateway stands in this process.
void portcullis_nginx_inspect(portcullis_nginx_gateway *gateway, portcullis_nginx_condition *condition);

#ifdef __clang__
#pragma clang assume_nonnull end
#endif

#ifdef __cplusplus
}
#endif

#endif
