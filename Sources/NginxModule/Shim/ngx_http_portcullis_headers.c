#include "ngx_http_portcullis.h"

// Takes headers named x-portcullis and x-portcullis-… out of a request. A server behind may read any other character
// as the dash, as CGI does with the underscore, so each counts as one.

#define NGX_HTTP_PORTCULLIS_PREFIX  "x-portcullis"

static ngx_int_t ngx_http_portcullis_remove(ngx_list_t *list, ngx_list_part_t *before, ngx_list_part_t *part,
    ngx_uint_t i);


static ngx_uint_t
ngx_http_portcullis_is_alphanumeric(u_char c)
{
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}


static ngx_uint_t
ngx_http_portcullis_is_ours(ngx_table_elt_t *header)
{
    size_t  i, count = sizeof(NGX_HTTP_PORTCULLIS_PREFIX) - 1;
    u_char  c;

    if (header->key.len < count || ngx_tolower(header->key.data[0]) != 'x') {
        return 0;
    }

    for (i = 1; i < count; i++) {
        c = ngx_tolower(header->key.data[i]);

        if (ngx_http_portcullis_is_alphanumeric(c) ? c != NGX_HTTP_PORTCULLIS_PREFIX[i]
                                                   : NGX_HTTP_PORTCULLIS_PREFIX[i] != '-')
        {
            return 0;
        }
    }

    return header->key.len == count
           || !ngx_http_portcullis_is_alphanumeric(ngx_tolower(header->key.data[count]));
}


ngx_int_t
ngx_http_portcullis_strip_headers(ngx_http_request_t *r)
{
    ngx_uint_t        i;
    ngx_list_part_t  *part, *before;
    ngx_table_elt_t  *headers;

restart:

    before = NULL;

    for (part = &r->headers_in.headers.part; part; before = part, part = part->next) {
        headers = part->elts;

        for (i = 0; i < part->nelts; i++) {
            if (!ngx_http_portcullis_is_ours(&headers[i])) {
                continue;
            }

            if (ngx_http_portcullis_remove(&r->headers_in.headers, before, part, i) != NGX_OK) {
                return NGX_ERROR;
            }

            goto restart;
        }
    }

    return NGX_OK;
}


// Nothing is moved, since nginx points at headers: the part is cut in two around what goes. No part but the first is
// left empty, for whoever walks a list takes the first of each further part. The last part counts as full, for it need
// not begin any more where it was allocated; there is always room for one.
static ngx_int_t
ngx_http_portcullis_remove(ngx_list_t *list, ngx_list_part_t *before, ngx_list_part_t *part, ngx_uint_t i)
{
    ngx_list_part_t  *rest;
    ngx_table_elt_t  *headers = part->elts;

    if (part->nelts == 1 && before) {
        before->next = part->next;

        if (list->last == part) {
            list->last = before;
        }

    } else if (i == part->nelts - 1) {
        part->nelts--;

    } else if (i == 0) {
        part->elts = headers + 1;
        part->nelts--;

    } else {
        rest = ngx_palloc(list->pool, sizeof(ngx_list_part_t));
        if (rest == NULL) {
            return NGX_ERROR;
        }

        rest->elts = headers + i + 1;
        rest->nelts = part->nelts - i - 1;
        rest->next = part->next;
        part->nelts = i;
        part->next = rest;

        if (list->last == part) {
            list->last = rest;
        }
    }

    list->nalloc = ngx_max(list->last->nelts, 1);

    return NGX_OK;
}
