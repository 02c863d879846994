#ifndef NGX_HTTP_PORTCULLIS_H
#define NGX_HTTP_PORTCULLIS_H

// The parts of the module share these. The style is nginx's own.

#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include "portcullis_nginx.h"

#define NGX_HTTP_PORTCULLIS_OFF      0
#define NGX_HTTP_PORTCULLIS_ON       1
#define NGX_HTTP_PORTCULLIS_DRY_RUN  2

#define NGX_HTTP_PORTCULLIS_CLIENT_SOCKET  0
#define NGX_HTTP_PORTCULLIS_CLIENT_REALIP  1

// The longest name of a statement or route that a log line shows.
#define NGX_HTTP_PORTCULLIS_NAME_MAX  512

// Where a directive stands.
typedef struct {
    u_char                          *file;
    ngx_uint_t                       line;
} ngx_http_portcullis_place_t;

// What a location says about its gateway; equal settings share one.
typedef struct {
    ngx_str_t                        policies;
    ngx_str_t                        mapping;
    ngx_str_t                        channel;
    ngx_path_t                      *keeping;
    ngx_array_t                     *trusted_keys;   /* of ngx_str_t */
    ngx_msec_t                       staleness_limit;
    ngx_msec_t                       interval;
    ngx_msec_t                       start_limit;
} ngx_http_portcullis_settings_t;

typedef struct {
    ngx_http_portcullis_settings_t   settings;
    ngx_http_portcullis_place_t      place;
    portcullis_nginx_gateway        *handle;
} ngx_http_portcullis_gateway_t;

typedef struct {
    ngx_array_t                      gateways;       /* of ngx_http_portcullis_gateway_t * */
    ngx_shm_zone_t                  *zone;
    ngx_int_t                        request_id;     /* indices of variables */
    ngx_int_t                        socket_address;
    unsigned                         names_statements:1;
    unsigned                         names_routes:1;
} ngx_http_portcullis_main_conf_t;

typedef struct {
    ngx_uint_t                       mode;
    ngx_uint_t                       client_address;
    ngx_flag_t                       intercept_errors;
    ngx_http_portcullis_settings_t   settings;
    ngx_http_portcullis_place_t      place;          /* of the last directive about it */
    ngx_http_portcullis_gateway_t   *gateway;
} ngx_http_portcullis_loc_conf_t;

// What was decided about a client's request. It outlives internal redirects.
typedef struct {
    ngx_http_portcullis_gateway_t   *gateway;        /* that decided; NULL before */
    portcullis_nginx_answer          answer;
    ngx_str_t                        statement;
    ngx_str_t                        route;
    unsigned                         dry_run:1;      /* denied and let pass */
    unsigned                         is_stripped:1;
} ngx_http_portcullis_ctx_t;

extern ngx_module_t  ngx_http_portcullis_module;

// Gateways of a configuration.
ngx_uint_t ngx_http_portcullis_is_address(ngx_str_t *policies);
char *ngx_http_portcullis_find_gateway(ngx_conf_t *cf, ngx_http_portcullis_loc_conf_t *conf);
ngx_int_t ngx_http_portcullis_open_gateways(ngx_conf_t *cf);

// Life of a worker process.
ngx_int_t ngx_http_portcullis_init_process(ngx_cycle_t *cycle);
void ngx_http_portcullis_exit_process(ngx_cycle_t *cycle);

// Deciding.
ngx_int_t ngx_http_portcullis_access_handler(ngx_http_request_t *r);
ngx_http_portcullis_ctx_t *ngx_http_portcullis_get_ctx(ngx_http_request_t *r);
ngx_int_t ngx_http_portcullis_deny(ngx_http_request_t *r, ngx_http_portcullis_ctx_t *ctx, ngx_uint_t intercepts);

// What is known of a request.
typedef enum {
    NGX_HTTP_PORTCULLIS_CLEAR,
    NGX_HTTP_PORTCULLIS_AMBIGUOUS,
    NGX_HTTP_PORTCULLIS_UNKNOWN      /* out of memory */
} ngx_http_portcullis_reading_e;

ngx_http_portcullis_reading_e ngx_http_portcullis_read_request(ngx_http_request_t *r,
    portcullis_nginx_request *request);
ngx_int_t ngx_http_portcullis_strip_headers(ngx_http_request_t *r);
ngx_int_t ngx_http_portcullis_init_certificates(ngx_cycle_t *cycle);
ngx_int_t ngx_http_portcullis_read_certificate(ngx_http_request_t *r, portcullis_nginx_request *request);

// Telling.
ngx_int_t ngx_http_portcullis_add_variables(ngx_conf_t *cf);
ngx_int_t ngx_http_portcullis_add_counters(ngx_conf_t *cf);
void ngx_http_portcullis_count(ngx_http_request_t *r, ngx_http_portcullis_ctx_t *ctx);
ngx_int_t ngx_http_portcullis_status_handler(ngx_http_request_t *r);

static ngx_inline portcullis_nginx_text
ngx_http_portcullis_text(ngx_str_t text)
{
    portcullis_nginx_text  lent = { text.data, text.len };

    return lent;
}

#endif
