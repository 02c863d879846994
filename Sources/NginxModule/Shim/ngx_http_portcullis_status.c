#include "ngx_http_portcullis.h"

// Counts of all worker processes, in memory that they share and that a reload keeps; and how the gateways of the process
// that answers stand. A process counts in a place of its own, which it may share with one that is being replaced.

#define NGX_HTTP_PORTCULLIS_PLACES     16
#define NGX_HTTP_PORTCULLIS_REASONS    16
#define NGX_HTTP_PORTCULLIS_ZONE_SIZE  (8 * 4096)

typedef struct {
    ngx_atomic_t  counts[NGX_HTTP_PORTCULLIS_PLACES][2][NGX_HTTP_PORTCULLIS_REASONS];
} ngx_http_portcullis_counters_t;

static ngx_int_t ngx_http_portcullis_init_zone(ngx_shm_zone_t *zone, void *data);
static u_char *ngx_http_portcullis_print_gateway(u_char *p, u_char *end, ngx_uint_t i,
    ngx_http_portcullis_gateway_t *gateway);


ngx_int_t
ngx_http_portcullis_add_counters(ngx_conf_t *cf)
{
    ngx_str_t                         name = ngx_string("portcullis_counters");
    ngx_http_portcullis_main_conf_t  *mcf;

    mcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_portcullis_module);

    mcf->zone = ngx_shared_memory_add(cf, &name, NGX_HTTP_PORTCULLIS_ZONE_SIZE, &ngx_http_portcullis_module);
    if (mcf->zone == NULL) {
        return NGX_ERROR;
    }

    mcf->zone->init = ngx_http_portcullis_init_zone;

    return NGX_OK;
}


static ngx_int_t
ngx_http_portcullis_init_zone(ngx_shm_zone_t *zone, void *data)
{
    ngx_slab_pool_t  *pool = (ngx_slab_pool_t *) zone->shm.addr;

    if (data) {
        zone->data = data;
        return NGX_OK;
    }

    if (!zone->shm.exists) {
        pool->data = ngx_slab_calloc(pool, sizeof(ngx_http_portcullis_counters_t));
    }

    zone->data = pool->data;

    return zone->data ? NGX_OK : NGX_ERROR;
}


void
ngx_http_portcullis_count(ngx_http_request_t *r, ngx_http_portcullis_ctx_t *ctx)
{
    ngx_http_portcullis_counters_t   *counters;
    ngx_http_portcullis_loc_conf_t   *lcf;
    ngx_http_portcullis_main_conf_t  *mcf;

    mcf = ngx_http_get_module_main_conf(r, ngx_http_portcullis_module);
    lcf = ngx_http_get_module_loc_conf(r, ngx_http_portcullis_module);
    counters = mcf->zone->data;

    (void) ngx_atomic_fetch_add(&counters->counts[ngx_worker % NGX_HTTP_PORTCULLIS_PLACES]
                                                 [lcf->mode == NGX_HTTP_PORTCULLIS_DRY_RUN || ctx->answer.is_dry_run]
                                                 [ctx->answer.reason % NGX_HTTP_PORTCULLIS_REASONS], 1);
}


static u_char *
ngx_http_portcullis_print_counts(u_char *p, u_char *end, ngx_http_portcullis_counters_t *counters)
{
    uint64_t               sum;
    ngx_uint_t             i, mode, reason;
    portcullis_nginx_text  name;

    p = ngx_slprintf(p, end, "# HELP portcullis_requests_total Requests decided, by all worker processes.\n"
                             "# TYPE portcullis_requests_total counter\n");

    for (mode = 0; mode < 2; mode++) {
        for (reason = 0; reason < PORTCULLIS_NGINX_REASON_COUNT; reason++) {
            sum = 0;

            for (i = 0; i < NGX_HTTP_PORTCULLIS_PLACES; i++) {
                sum += counters->counts[i][mode][reason];
            }

            name = portcullis_nginx_reason_name(reason);
            p = ngx_slprintf(p, end, "portcullis_requests_total{mode=\"%s\",reason=\"%*s\"} %uL\n",
                             mode ? "dry_run" : "on", name.count, name.bytes, sum);
        }
    }

    return p;
}


ngx_int_t
ngx_http_portcullis_status_handler(ngx_http_request_t *r)
{
    size_t                             size;
    ngx_int_t                          rc;
    ngx_buf_t                         *b;
    ngx_uint_t                         i;
    ngx_chain_t                        out;
    ngx_http_portcullis_gateway_t    **gateways;
    ngx_http_portcullis_main_conf_t   *mcf;

    if (!(r->method & (NGX_HTTP_GET|NGX_HTTP_HEAD))) {
        return NGX_HTTP_NOT_ALLOWED;
    }

    rc = ngx_http_discard_request_body(r);
    if (rc != NGX_OK) {
        return rc;
    }

    mcf = ngx_http_get_module_main_conf(r, ngx_http_portcullis_module);
    gateways = mcf->gateways.elts;
    size = 4096;

    for (i = 0; i < mcf->gateways.nelts; i++) {
        // Each byte of a path may be escaped, and each of four lines has both.
        size += 1024 + 8 * (gateways[i]->settings.policies.len + gateways[i]->settings.mapping.len);
    }

    b = ngx_create_temp_buf(r->pool, size);
    if (b == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    b->last = ngx_http_portcullis_print_counts(b->last, b->end, mcf->zone->data);

    for (i = 0; i < mcf->gateways.nelts; i++) {
        b->last = ngx_http_portcullis_print_gateway(b->last, b->end, i, gateways[i]);
    }

    b->last_buf = 1;
    b->last_in_chain = 1;

    r->headers_out.status = NGX_HTTP_OK;
    r->headers_out.content_length_n = b->last - b->pos;
    ngx_str_set(&r->headers_out.content_type, "text/plain; version=0.0.4");
    r->headers_out.content_type_len = sizeof("text/plain") - 1;
    r->headers_out.content_type_lowcase = NULL;

    rc = ngx_http_send_header(r);

    if (rc == NGX_ERROR || rc > NGX_OK || r->header_only) {
        return rc;
    }

    out.buf = b;
    out.next = NULL;

    return ngx_http_output_filter(r, &out);
}


static u_char *
ngx_http_portcullis_print_escaped(u_char *p, u_char *end, ngx_str_t *text)
{
    size_t  i;
    u_char  c;

    for (i = 0; i < text->len && end - p >= 2; i++) {
        c = text->data[i];

        if (c == '"' || c == '\\' || c == '\n') {
            *p++ = '\\';
        }

        *p++ = c == '\n' ? 'n' : c;
    }

    return p;
}


static u_char *
ngx_http_portcullis_print_gauge(u_char *p, u_char *end, const char *name, ngx_http_portcullis_gateway_t *gateway,
    uint64_t value)
{
    p = ngx_slprintf(p, end, "portcullis_%s{worker_pid=\"%P\",policies=\"", name, ngx_pid);
    p = ngx_http_portcullis_print_escaped(p, end, &gateway->settings.policies);
    p = ngx_slprintf(p, end, "\",mapping=\"");
    p = ngx_http_portcullis_print_escaped(p, end, &gateway->settings.mapping);

    return ngx_slprintf(p, end, "\"} %uL\n", value);
}


static u_char *
ngx_http_portcullis_print_gateway(u_char *p, u_char *end, ngx_uint_t i, ngx_http_portcullis_gateway_t *gateway)
{
    portcullis_nginx_condition  condition;

    portcullis_nginx_inspect(gateway->handle, &condition);

    if (i == 0) {
        p = ngx_slprintf(p, end, "# HELP portcullis_ready Whether policies are in force, in the process that answers.\n"
                                 "# TYPE portcullis_ready gauge\n"
                                 "# TYPE portcullis_policy_revision gauge\n"
                                 "# TYPE portcullis_mapping_revision gauge\n"
                                 "# TYPE portcullis_mapping_refused gauge\n");
    }

    p = ngx_http_portcullis_print_gauge(p, end, "ready", gateway, condition.is_ready);
    p = ngx_http_portcullis_print_gauge(p, end, "policy_revision", gateway, condition.policy_revision);
    p = ngx_http_portcullis_print_gauge(p, end, "mapping_revision", gateway, condition.mapping_revision);

    return ngx_http_portcullis_print_gauge(p, end, "mapping_refused", gateway, condition.has_mapping_failure);
}
