#include "ngx_http_portcullis.h"

// The answer that refuses: a status, a word and the request's identifier, and nothing of why.

static ngx_int_t ngx_http_portcullis_challenge(ngx_http_request_t *r, ngx_http_portcullis_ctx_t *ctx);
static ngx_int_t ngx_http_portcullis_send(ngx_http_request_t *r, ngx_uint_t status);


ngx_int_t
ngx_http_portcullis_deny(ngx_http_request_t *r, ngx_http_portcullis_ctx_t *ctx, ngx_uint_t intercepts)
{
    ngx_uint_t  status = ctx->answer.status;

    ngx_log_error(NGX_LOG_INFO, r->connection->log, 0, "portcullis refuses with %ui: %*s",
                  status, ctx->answer.reason_name.count, ctx->answer.reason_name.bytes);

    // An error page may have set another status than the one that refuses.
    r->err_status = 0;

    if (!intercepts) {
        ngx_http_clean_header(r);
    }

    if (status == NGX_HTTP_UNAUTHORIZED && ngx_http_portcullis_challenge(r, ctx) != NGX_OK) {
        ngx_http_finalize_request(r, NGX_HTTP_INTERNAL_SERVER_ERROR);
        return NGX_DONE;
    }

    // The request ends here, so that `satisfy any` cannot make a permission of another module's consent.
    ngx_http_finalize_request(r, intercepts ? (ngx_int_t) status : ngx_http_portcullis_send(r, status));

    return NGX_DONE;
}


static ngx_int_t
ngx_http_portcullis_challenge(ngx_http_request_t *r, ngx_http_portcullis_ctx_t *ctx)
{
    ngx_table_elt_t  *header;

    if (r->headers_out.www_authenticate) {
        return NGX_OK;
    }

    header = ngx_list_push(&r->headers_out.headers);
    if (header == NULL) {
        return NGX_ERROR;
    }

    header->hash = 1;
    ngx_str_set(&header->key, "WWW-Authenticate");

    if (ctx->answer.is_bad_credential) {
        ngx_str_set(&header->value, "Bearer error=\"invalid_token\"");

    } else {
        ngx_str_set(&header->value, "Bearer");
    }

    r->headers_out.www_authenticate = header;

    return NGX_OK;
}


static const char *
ngx_http_portcullis_word(ngx_uint_t status)
{
    switch (status) {
    case 400:
        return "bad_request";
    case 401:
        return "unauthorized";
    case 403:
        return "forbidden";
    case 431:
        return "request_header_fields_too_large";
    default:
        return "unavailable";
    }
}


static ngx_buf_t *
ngx_http_portcullis_body(ngx_http_request_t *r, ngx_uint_t status)
{
    ngx_buf_t                        *b;
    const char                       *word;
    ngx_http_variable_value_t        *id;
    ngx_http_portcullis_main_conf_t  *mcf;

    mcf = ngx_http_get_module_main_conf(r, ngx_http_portcullis_module);

    word = ngx_http_portcullis_word(status);
    id = ngx_http_get_indexed_variable(r, mcf->request_id);

    if (id == NULL || id->not_found) {
        return NULL;
    }

    b = ngx_create_temp_buf(r->pool, sizeof("{\"error\":\"\",\"request_id\":\"\"}\n") - 1
                                     + ngx_strlen(word) + id->len);
    if (b == NULL) {
        return NULL;
    }

    b->last = ngx_sprintf(b->last, "{\"error\":\"%s\",\"request_id\":\"%v\"}\n", word, id);
    b->last_buf = 1;
    b->last_in_chain = 1;

    return b;
}


static ngx_int_t
ngx_http_portcullis_send(ngx_http_request_t *r, ngx_uint_t status)
{
    ngx_int_t         rc;
    ngx_buf_t        *b;
    ngx_chain_t       out;
    ngx_table_elt_t  *header;

    // No invitation to send a body that nobody wants; what comes of it is read and dropped.
    r->expect_tested = 1;

    if (ngx_http_discard_request_body(r) != NGX_OK) {
        r->keepalive = 0;
    }

    // Who cannot be understood may mean something else by what follows.
    if (status == NGX_HTTP_BAD_REQUEST) {
        r->keepalive = 0;
    }

    b = ngx_http_portcullis_body(r, status);
    if (b == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    header = ngx_list_push(&r->headers_out.headers);
    if (header == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    header->hash = 1;
    ngx_str_set(&header->key, "Cache-Control");
    ngx_str_set(&header->value, "no-store");

    r->headers_out.status = status;
    r->headers_out.content_length_n = b->last - b->pos;
    ngx_str_set(&r->headers_out.content_type, "application/json");
    r->headers_out.content_type_len = r->headers_out.content_type.len;
    r->headers_out.content_type_lowcase = NULL;

    rc = ngx_http_send_header(r);

    if (rc == NGX_ERROR || rc > NGX_OK || r->header_only) {
        return rc;
    }

    out.buf = b;
    out.next = NULL;

    return ngx_http_output_filter(r, &out);
}
