#include "ngx_http_portcullis.h"

#include <openssl/x509v3.h>

// The names of a client certificate that nginx has verified. They are read once a connection and kept with it.

#if (NGX_HTTP_SSL)

typedef struct {
    X509                               *certificate;  /* compared, not used */
    size_t                              count;
    portcullis_nginx_certificate_name   names[];
} ngx_http_portcullis_names_t;

static ngx_http_portcullis_names_t *ngx_http_portcullis_read_names(X509 *certificate);
static void ngx_http_portcullis_free_names(void *parent, void *data, CRYPTO_EX_DATA *ad, int index, long argl,
    void *argp);

static int  ngx_http_portcullis_names_index = -1;


ngx_int_t
ngx_http_portcullis_init_certificates(ngx_cycle_t *cycle)
{
    if (ngx_http_portcullis_names_index == -1) {
        ngx_http_portcullis_names_index = SSL_get_ex_new_index(0, NULL, NULL, NULL, ngx_http_portcullis_free_names);
    }

    if (ngx_http_portcullis_names_index == -1) {
        ngx_log_error(NGX_LOG_EMERG, cycle->log, 0, "SSL_get_ex_new_index() failed");
        return NGX_ERROR;
    }

    return NGX_OK;
}


// A certificate proves a caller to the server that asked for it, by that server's authorities, and to no other.
static X509 *
ngx_http_portcullis_verified_certificate(ngx_http_request_t *r)
{
    SSL                      *ssl = r->connection->ssl->connection;
    const char               *why;
    ngx_http_ssl_srv_conf_t  *sscf;

    sscf = ngx_http_get_module_srv_conf(r, ngx_http_ssl_module);

    if (sscf->verify == 0
        || SSL_get_SSL_CTX(ssl) != sscf->ssl.ctx
        || SSL_get_verify_result(ssl) != X509_V_OK
        || ngx_ssl_ocsp_get_status(r->connection, &why) != NGX_OK)
    {
        return NULL;
    }

    return SSL_get0_peer_certificate(ssl);
}


ngx_int_t
ngx_http_portcullis_read_certificate(ngx_http_request_t *r, portcullis_nginx_request *request)
{
    SSL                          *ssl;
    X509                         *certificate;
    const char                   *name;
    ngx_http_portcullis_names_t  *names;

    if (r->connection->ssl == NULL) {
        return NGX_OK;
    }

    ssl = r->connection->ssl->connection;

    name = SSL_get_version(ssl);
    request->tls_version.bytes = (u_char *) name;
    request->tls_version.count = ngx_strlen(name);

    name = SSL_get_servername(ssl, TLSEXT_NAMETYPE_host_name);

    if (name) {
        request->tls_server_name.bytes = (u_char *) name;
        request->tls_server_name.count = ngx_strlen(name);
    }

    certificate = ngx_http_portcullis_verified_certificate(r);

    if (certificate == NULL) {
        return NGX_OK;
    }

    names = SSL_get_ex_data(ssl, ngx_http_portcullis_names_index);

    if (names == NULL || names->certificate != certificate) {
        ngx_http_portcullis_free_names(NULL, names, NULL, 0, 0, NULL);

        names = ngx_http_portcullis_read_names(certificate);

        if (SSL_set_ex_data(ssl, ngx_http_portcullis_names_index, names) != 1) {
            ngx_http_portcullis_free_names(NULL, names, NULL, 0, 0, NULL);
            return NGX_ERROR;
        }

        if (names == NULL) {
            return NGX_ERROR;
        }
    }

    request->certificate_names = names->names;
    request->certificate_name_count = names->count;

    return NGX_OK;
}


// A name with a control character in it is nobody's.
static void
ngx_http_portcullis_add_name(ngx_http_portcullis_names_t *names, int kind, const u_char *bytes, size_t count)
{
    size_t                              i;
    u_char                             *copy;
    portcullis_nginx_certificate_name  *name;

    for (i = 0; i < count; i++) {
        if (bytes[i] < 0x20 || bytes[i] == 0x7f) {
            return;
        }
    }

    copy = count ? OPENSSL_memdup(bytes, count) : NULL;

    if (copy == NULL) {
        return;
    }

    name = &names->names[names->count++];
    name->kind = kind;
    name->text.bytes = copy;
    name->text.count = count;
}


static void
ngx_http_portcullis_add_subject(ngx_http_portcullis_names_t *names, X509 *certificate)
{
    BIO   *bio;
    long   count;
    char  *bytes;

    bio = BIO_new(BIO_s_mem());

    if (bio == NULL) {
        return;
    }

    if (X509_NAME_print_ex(bio, X509_get_subject_name(certificate), 0, XN_FLAG_RFC2253) >= 0) {
        count = BIO_get_mem_data(bio, &bytes);

        if (count > 0) {
            ngx_http_portcullis_add_name(names, PORTCULLIS_NGINX_NAME_SUBJECT, (u_char *) bytes, count);
        }
    }

    BIO_free(bio);
}


static ngx_http_portcullis_names_t *
ngx_http_portcullis_read_names(X509 *certificate)
{
    int                           i, count, kind;
    GENERAL_NAME                 *alternative;
    GENERAL_NAMES                *alternatives;
    ngx_http_portcullis_names_t  *names;

    alternatives = X509_get_ext_d2i(certificate, NID_subject_alt_name, NULL, NULL);
    count = alternatives ? sk_GENERAL_NAME_num(alternatives) : 0;

    names = OPENSSL_zalloc(sizeof(ngx_http_portcullis_names_t)
                           + (count + 1) * sizeof(portcullis_nginx_certificate_name));
    if (names == NULL) {
        GENERAL_NAMES_free(alternatives);
        return NULL;
    }

    names->certificate = certificate;

    for (i = 0; i < count; i++) {
        alternative = sk_GENERAL_NAME_value(alternatives, i);

        switch (alternative->type) {
        case GEN_URI:
            kind = PORTCULLIS_NGINX_NAME_URI;
            break;
        case GEN_DNS:
            kind = PORTCULLIS_NGINX_NAME_DNS;
            break;
        default:
            continue;
        }

        ngx_http_portcullis_add_name(names, kind, ASN1_STRING_get0_data(alternative->d.ia5),
                                     ASN1_STRING_length(alternative->d.ia5));
    }

    GENERAL_NAMES_free(alternatives);

    ngx_http_portcullis_add_subject(names, certificate);

    return names;
}


static void
ngx_http_portcullis_free_names(void *parent, void *data, CRYPTO_EX_DATA *ad, int index, long argl, void *argp)
{
    size_t                        i;
    ngx_http_portcullis_names_t  *names = data;

    if (names == NULL) {
        return;
    }

    for (i = 0; i < names->count; i++) {
        OPENSSL_free((void *) names->names[i].text.bytes);
    }

    OPENSSL_free(names);
}

#else

ngx_int_t
ngx_http_portcullis_init_certificates(ngx_cycle_t *cycle)
{
    return NGX_OK;
}


ngx_int_t
ngx_http_portcullis_read_certificate(ngx_http_request_t *r, portcullis_nginx_request *request)
{
    return NGX_OK;
}

#endif
