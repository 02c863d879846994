#include "ngx_http_portcullis.h"

// The decision about a request. It stands outside of `satisfy`: a denial ends the request whatever other modules say,
// and a permission lets them say what they like.

static ngx_http_portcullis_ctx_t *ngx_http_portcullis_make_ctx(ngx_http_request_t *r);
static ngx_int_t ngx_http_portcullis_decide(ngx_http_request_t *r, ngx_http_portcullis_ctx_t *ctx,
    ngx_http_portcullis_gateway_t *gateway);


ngx_int_t
ngx_http_portcullis_access_handler(ngx_http_request_t *r)
{
    ngx_uint_t                       passes;
    ngx_http_portcullis_ctx_t       *ctx;
    ngx_http_portcullis_loc_conf_t  *lcf;

    lcf = ngx_http_get_module_loc_conf(r, ngx_http_portcullis_module);

    if (lcf->settings.policies.len == 0) {
        return NGX_DECLINED;
    }

    ctx = ngx_http_portcullis_make_ctx(r);
    if (ctx == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    // Services believe what stands in these headers, so clients may not send them, wherever they ask.
    if (!ctx->is_stripped) {
        if (ngx_http_portcullis_strip_headers(r) != NGX_OK) {
            return NGX_HTTP_INTERNAL_SERVER_ERROR;
        }

        ctx->is_stripped = 1;
    }

    if (lcf->mode == NGX_HTTP_PORTCULLIS_OFF) {
        return NGX_DECLINED;
    }

    // A redirection within nginx does not make it another request; another gateway asks again.
    if (ctx->gateway != lcf->gateway) {
        if (ngx_http_portcullis_decide(r, ctx, lcf->gateway) != NGX_OK) {
            return NGX_HTTP_INTERNAL_SERVER_ERROR;
        }

        ngx_http_portcullis_count(r, ctx);
    }

    passes = lcf->mode == NGX_HTTP_PORTCULLIS_DRY_RUN ? ctx->answer.passes_dry_run : ctx->answer.passes;

    ctx->dry_run = passes && !ctx->answer.is_allowed;

    if (passes) {
        return NGX_DECLINED;
    }

    return ngx_http_portcullis_deny(r, ctx, lcf->intercept_errors);
}


// Names are lent until the next request; the access log is written later.
static ngx_int_t
ngx_http_portcullis_note(ngx_http_request_t *r, ngx_http_portcullis_gateway_t *gateway,
    size_t (*name)(portcullis_nginx_gateway *, unsigned char *, size_t), ngx_str_t *text)
{
    u_char  bytes[NGX_HTTP_PORTCULLIS_NAME_MAX];

    text->len = name(gateway->handle, bytes, sizeof(bytes));
    text->data = ngx_pnalloc(r->pool, text->len);
    if (text->data == NULL) {
        return NGX_ERROR;
    }

    ngx_memcpy(text->data, bytes, text->len);

    return NGX_OK;
}


static ngx_int_t
ngx_http_portcullis_decide(ngx_http_request_t *r, ngx_http_portcullis_ctx_t *ctx,
    ngx_http_portcullis_gateway_t *gateway)
{
    portcullis_nginx_request          request;
    ngx_http_portcullis_main_conf_t  *mcf;

    ngx_str_null(&ctx->statement);
    ngx_str_null(&ctx->route);

    switch (ngx_http_portcullis_read_request(r, &request)) {

    case NGX_HTTP_PORTCULLIS_UNKNOWN:
        return NGX_ERROR;

    case NGX_HTTP_PORTCULLIS_AMBIGUOUS:
        portcullis_nginx_refuse_ambiguous(&ctx->answer);
        ctx->gateway = gateway;
        return NGX_OK;

    case NGX_HTTP_PORTCULLIS_CLEAR:
        break;
    }

    portcullis_nginx_decide(gateway->handle, &request, &ctx->answer);
    ctx->gateway = gateway;

    mcf = ngx_http_get_module_main_conf(r, ngx_http_portcullis_module);

    if (mcf->names_statements
        && ngx_http_portcullis_note(r, gateway, portcullis_nginx_statement, &ctx->statement) != NGX_OK)
    {
        return NGX_ERROR;
    }

    if (mcf->names_routes
        && ngx_http_portcullis_note(r, gateway, portcullis_nginx_route, &ctx->route) != NGX_OK)
    {
        return NGX_ERROR;
    }

    return NGX_OK;
}


static void
ngx_http_portcullis_cleanup(void *data)
{
    // Marks the context among the cleanups of a request; there is nothing to clean up.
}


// An internal redirection forgets the contexts of modules, but not the cleanups of the request.
ngx_http_portcullis_ctx_t *
ngx_http_portcullis_get_ctx(ngx_http_request_t *r)
{
    ngx_pool_cleanup_t         *cln;
    ngx_http_portcullis_ctx_t  *ctx;

    ctx = ngx_http_get_module_ctx(r, ngx_http_portcullis_module);

    if (ctx || !(r->internal || r->filter_finalize)) {
        return ctx;
    }

    for (cln = r->pool->cleanup; cln; cln = cln->next) {
        if (cln->handler == ngx_http_portcullis_cleanup) {
            return cln->data;
        }
    }

    return NULL;
}


static ngx_http_portcullis_ctx_t *
ngx_http_portcullis_make_ctx(ngx_http_request_t *r)
{
    ngx_pool_cleanup_t         *cln;
    ngx_http_portcullis_ctx_t  *ctx;

    ctx = ngx_http_portcullis_get_ctx(r);

    if (ctx == NULL) {
        cln = ngx_pool_cleanup_add(r->pool, sizeof(ngx_http_portcullis_ctx_t));
        if (cln == NULL) {
            return NULL;
        }

        cln->handler = ngx_http_portcullis_cleanup;
        ctx = cln->data;
        ngx_memzero(ctx, sizeof(ngx_http_portcullis_ctx_t));
    }

    ngx_http_set_ctx(r, ctx, ngx_http_portcullis_module);

    return ctx;
}
