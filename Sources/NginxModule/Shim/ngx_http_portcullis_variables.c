#include "ngx_http_portcullis.h"

// What the access log may tell of a decision. Where there was none the variables are empty.

typedef ngx_int_t (*ngx_http_portcullis_teller_pt)(ngx_http_request_t *r, ngx_http_portcullis_ctx_t *ctx,
    ngx_str_t *text);

static ngx_int_t ngx_http_portcullis_variable(ngx_http_request_t *r, ngx_http_variable_value_t *v, uintptr_t data);


static ngx_int_t
ngx_http_portcullis_tell_decision(ngx_http_request_t *r, ngx_http_portcullis_ctx_t *ctx, ngx_str_t *text)
{
    if (ctx->answer.is_allowed) {
        ngx_str_set(text, "allow");

    } else {
        ngx_str_set(text, "deny");
    }

    return NGX_OK;
}


static ngx_int_t
ngx_http_portcullis_tell_reason(ngx_http_request_t *r, ngx_http_portcullis_ctx_t *ctx, ngx_str_t *text)
{
    text->data = (u_char *) ctx->answer.reason_name.bytes;
    text->len = ctx->answer.reason_name.count;

    return NGX_OK;
}


static ngx_int_t
ngx_http_portcullis_tell_dry_run(ngx_http_request_t *r, ngx_http_portcullis_ctx_t *ctx, ngx_str_t *text)
{
    if (ctx->dry_run) {
        ngx_str_set(text, "1");

    } else {
        ngx_str_set(text, "0");
    }

    return NGX_OK;
}


static ngx_int_t
ngx_http_portcullis_tell_statement(ngx_http_request_t *r, ngx_http_portcullis_ctx_t *ctx, ngx_str_t *text)
{
    *text = ctx->statement;

    return NGX_OK;
}


static ngx_int_t
ngx_http_portcullis_tell_route(ngx_http_request_t *r, ngx_http_portcullis_ctx_t *ctx, ngx_str_t *text)
{
    *text = ctx->route;

    return NGX_OK;
}


static ngx_int_t
ngx_http_portcullis_tell_revision(ngx_http_request_t *r, ngx_http_portcullis_ctx_t *ctx, ngx_str_t *text)
{
    if (ctx->answer.revision == 0) {
        return NGX_OK;
    }

    text->data = ngx_pnalloc(r->pool, NGX_INT64_LEN);
    if (text->data == NULL) {
        return NGX_ERROR;
    }

    text->len = ngx_sprintf(text->data, "%uL", ctx->answer.revision) - text->data;

    return NGX_OK;
}


static struct {
    ngx_str_t                      name;
    ngx_http_portcullis_teller_pt  tell;
} ngx_http_portcullis_tellers[] = {
    { ngx_string("portcullis_decision"), ngx_http_portcullis_tell_decision },
    { ngx_string("portcullis_reason"), ngx_http_portcullis_tell_reason },
    { ngx_string("portcullis_revision"), ngx_http_portcullis_tell_revision },
    { ngx_string("portcullis_statement"), ngx_http_portcullis_tell_statement },
    { ngx_string("portcullis_route"), ngx_http_portcullis_tell_route },
    { ngx_string("portcullis_dry_run"), ngx_http_portcullis_tell_dry_run },
    { ngx_null_string, NULL }
};


ngx_int_t
ngx_http_portcullis_add_variables(ngx_conf_t *cf)
{
    ngx_uint_t            i;
    ngx_http_variable_t  *variable;

    for (i = 0; ngx_http_portcullis_tellers[i].tell; i++) {
        // What was asked for before the decision is asked for again after it.
        variable = ngx_http_add_variable(cf, &ngx_http_portcullis_tellers[i].name, NGX_HTTP_VAR_NOCACHEABLE);
        if (variable == NULL) {
            return NGX_ERROR;
        }

        variable->get_handler = ngx_http_portcullis_variable;
        variable->data = i;
    }

    return NGX_OK;
}


static ngx_int_t
ngx_http_portcullis_variable(ngx_http_request_t *r, ngx_http_variable_value_t *v, uintptr_t data)
{
    ngx_str_t                   text = ngx_null_string;
    ngx_http_portcullis_ctx_t  *ctx;

    ctx = ngx_http_portcullis_get_ctx(r->main);

    if (ctx && ctx->gateway && ngx_http_portcullis_tellers[data].tell(r, ctx, &text) != NGX_OK) {
        return NGX_ERROR;
    }

    v->valid = text.len > 0;
    v->not_found = text.len == 0;
    v->no_cacheable = 0;
    v->len = text.len;
    v->data = text.data;

    return NGX_OK;
}
