#include "ngx_http_portcullis.h"

// The request as the client sent it. What rewriting made of it is the configuration's business and is not judged;
// nothing is copied here, and nothing outlives the call that decides.

static ngx_int_t ngx_http_portcullis_read_line(ngx_http_request_t *r, portcullis_nginx_request *request);
static ngx_int_t ngx_http_portcullis_read_authority(ngx_http_request_t *r, portcullis_nginx_request *request);
static ngx_int_t ngx_http_portcullis_read_address(ngx_http_request_t *r, portcullis_nginx_request *request);
static void ngx_http_portcullis_read_headers(ngx_http_request_t *r, portcullis_nginx_request *request);


ngx_http_portcullis_reading_e
ngx_http_portcullis_read_request(ngx_http_request_t *r, portcullis_nginx_request *request)
{
    ngx_memzero(request, sizeof(portcullis_nginx_request));

    if (ngx_http_portcullis_read_line(r, request) != NGX_OK
        || ngx_http_portcullis_read_authority(r, request) != NGX_OK)
    {
        return NGX_HTTP_PORTCULLIS_AMBIGUOUS;
    }

    ngx_http_portcullis_read_headers(r, request);

    if (ngx_http_portcullis_read_address(r, request) != NGX_OK
        || ngx_http_portcullis_read_certificate(r, request) != NGX_OK)
    {
        return NGX_HTTP_PORTCULLIS_UNKNOWN;
    }

    return NGX_HTTP_PORTCULLIS_CLEAR;
}


// The method comes from the request line: `error_page` makes a GET of what it redirects.
static ngx_int_t
ngx_http_portcullis_read_line(ngx_http_request_t *r, portcullis_nginx_request *request)
{
    u_char  *space;

    space = ngx_strlchr(r->request_line.data, r->request_line.data + r->request_line.len, ' ');

    if (space == NULL || r->unparsed_uri.len == 0) {
        return NGX_DECLINED;
    }

    request->method.bytes = r->request_line.data;
    request->method.count = space - r->request_line.data;
    request->target = ngx_http_portcullis_text(r->unparsed_uri);

    // Another module has changed what a service will be asked.
    if (!r->internal
        && (request->method.count != r->method_name.len
            || ngx_memcmp(request->method.bytes, r->method_name.data, r->method_name.len) != 0))
    {
        return NGX_DECLINED;
    }

    return NGX_OK;
}


// A request line may name a host, too; a service that looks at one of them must not see another than was judged.
static ngx_int_t
ngx_http_portcullis_read_authority(ngx_http_request_t *r, portcullis_nginx_request *request)
{
    size_t  count;

    request->authority = ngx_http_portcullis_text(r->headers_in.host ? r->headers_in.host->value
                                                                     : r->headers_in.server);

    if (r->host_start == NULL || r->host_end == NULL) {
        return NGX_OK;
    }

    count = (r->port_end ? r->port_end : r->host_end) - r->host_start;

    if (r->headers_in.host == NULL) {
        request->authority.bytes = r->host_start;
        request->authority.count = count;
        return NGX_OK;
    }

    if (count != request->authority.count
        || ngx_strncasecmp(r->host_start, r->headers_in.host->value.data, count) != 0)
    {
        return NGX_DECLINED;
    }

    return NGX_OK;
}


static ngx_int_t
ngx_http_portcullis_read_address(ngx_http_request_t *r, portcullis_nginx_request *request)
{
    ngx_http_variable_value_t        *address;
    ngx_http_portcullis_loc_conf_t   *lcf;
    ngx_http_portcullis_main_conf_t  *mcf;

    lcf = ngx_http_get_module_loc_conf(r, ngx_http_portcullis_module);
    mcf = ngx_http_get_module_main_conf(r, ngx_http_portcullis_module);

    if (lcf->client_address == NGX_HTTP_PORTCULLIS_CLIENT_REALIP || mcf->socket_address == NGX_ERROR) {
        request->peer_address = ngx_http_portcullis_text(r->connection->addr_text);
        return NGX_OK;
    }

    address = ngx_http_get_indexed_variable(r, mcf->socket_address);

    if (address == NULL || address->not_found) {
        return NGX_ERROR;
    }

    request->peer_address.bytes = address->data;
    request->peer_address.count = address->len;

    return NGX_OK;
}


// One header more than may be looked at is enough to be refused.
static void
ngx_http_portcullis_read_headers(ngx_http_request_t *r, portcullis_nginx_request *request)
{
    static portcullis_nginx_header  headers[PORTCULLIS_NGINX_HEADER_COUNT_MAX + 1];

    size_t            count;
    ngx_uint_t        i;
    ngx_list_part_t  *part;
    ngx_table_elt_t  *lines;

    count = 0;

    for (part = &r->headers_in.headers.part; part; part = part->next) {
        lines = part->elts;

        for (i = 0; i < part->nelts && count <= PORTCULLIS_NGINX_HEADER_COUNT_MAX; i++, count++) {
            headers[count].name = ngx_http_portcullis_text(lines[i].key);
            headers[count].value = ngx_http_portcullis_text(lines[i].value);
        }
    }

    request->headers = headers;
    request->header_count = count;
}
