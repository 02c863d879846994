#include "ngx_http_portcullis.h"

// The gateways of a configuration: locations with equal settings share one. They are opened in the process that reads
// the configuration, which starts no thread; their policies are tried in a process of its own.

#define NGX_HTTP_PORTCULLIS_MESSAGE_MAX  2048

static ngx_int_t ngx_http_portcullis_open(ngx_conf_t *cf, ngx_http_portcullis_gateway_t *gateway);
static ngx_int_t ngx_http_portcullis_check_policies(ngx_conf_t *cf, ngx_http_portcullis_gateway_t *gateway);
static void ngx_http_portcullis_close(void *data);


ngx_uint_t
ngx_http_portcullis_is_address(ngx_str_t *policies)
{
    return ngx_strnstr(policies->data, "://", policies->len) != NULL;
}


static ngx_uint_t
ngx_http_portcullis_same_text(ngx_str_t *a, ngx_str_t *b)
{
    return a->len == b->len && ngx_memcmp(a->data, b->data, a->len) == 0;
}


static ngx_uint_t
ngx_http_portcullis_same_keys(ngx_array_t *a, ngx_array_t *b)
{
    ngx_uint_t  i;

    if (a == NULL || b == NULL) {
        return a == b;
    }

    if (a->nelts != b->nelts) {
        return 0;
    }

    for (i = 0; i < a->nelts; i++) {
        if (!ngx_http_portcullis_same_text((ngx_str_t *) a->elts + i, (ngx_str_t *) b->elts + i)) {
            return 0;
        }
    }

    return 1;
}


static ngx_uint_t
ngx_http_portcullis_same_settings(ngx_http_portcullis_settings_t *a, ngx_http_portcullis_settings_t *b)
{
    return ngx_http_portcullis_same_text(&a->policies, &b->policies)
           && ngx_http_portcullis_same_text(&a->mapping, &b->mapping)
           && ngx_http_portcullis_same_text(&a->channel, &b->channel)
           && ngx_http_portcullis_same_keys(a->trusted_keys, b->trusted_keys)
           && a->keeping == b->keeping
           && a->staleness_limit == b->staleness_limit
           && a->interval == b->interval
           && a->start_limit == b->start_limit;
}


char *
ngx_http_portcullis_find_gateway(ngx_conf_t *cf, ngx_http_portcullis_loc_conf_t *conf)
{
    const char                        *missing;
    ngx_uint_t                         i;
    ngx_http_portcullis_gateway_t     *gateway, **gateways;
    ngx_http_portcullis_main_conf_t   *mcf;

    missing = conf->settings.policies.len == 0 ? "portcullis_directory"
              : conf->settings.mapping.len == 0 ? "portcullis_mapping" : NULL;

    if (missing) {
        ngx_log_error(NGX_LOG_EMERG, cf->log, 0, "\"portcullis\" needs \"%s\" in %s:%ui",
                      missing, conf->place.file, conf->place.line);
        return NGX_CONF_ERROR;
    }

    mcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_portcullis_module);
    gateways = mcf->gateways.elts;

    for (i = 0; i < mcf->gateways.nelts; i++) {
        if (ngx_http_portcullis_same_settings(&gateways[i]->settings, &conf->settings)) {
            conf->gateway = gateways[i];
            return NGX_CONF_OK;
        }
    }

    gateway = ngx_pcalloc(cf->pool, sizeof(ngx_http_portcullis_gateway_t));
    gateways = ngx_array_push(&mcf->gateways);
    if (gateway == NULL || gateways == NULL) {
        return NGX_CONF_ERROR;
    }

    gateway->settings = conf->settings;
    gateway->place = conf->place;
    *gateways = gateway;
    conf->gateway = gateway;

    return NGX_CONF_OK;
}


ngx_int_t
ngx_http_portcullis_open_gateways(ngx_conf_t *cf)
{
    ngx_uint_t                         i;
    ngx_http_portcullis_gateway_t    **gateways;
    ngx_http_portcullis_main_conf_t   *mcf;

    mcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_portcullis_module);
    gateways = mcf->gateways.elts;

    for (i = 0; i < mcf->gateways.nelts; i++) {
        if (ngx_http_portcullis_open(cf, gateways[i]) == NGX_OK
            && ngx_http_portcullis_check_policies(cf, gateways[i]) == NGX_OK)
        {
            continue;
        }

        // A server whose mapping was spoilt while it runs can still be told to stop.
        if (ngx_process != NGX_PROCESS_SIGNALLER) {
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}


static ngx_int_t
ngx_http_portcullis_open(ngx_conf_t *cf, ngx_http_portcullis_gateway_t *gateway)
{
    char                             text[NGX_HTTP_PORTCULLIS_MESSAGE_MAX];
    ngx_str_t                       *keys;
    ngx_uint_t                       i;
    ngx_pool_cleanup_t              *cln;
    portcullis_nginx_text           *trusted;
    portcullis_nginx_message         message = { text, sizeof(text) };
    portcullis_nginx_settings        settings;
    ngx_http_portcullis_settings_t  *s = &gateway->settings;

    ngx_memzero(&settings, sizeof(settings));
    settings.policies = ngx_http_portcullis_text(s->policies);
    settings.mapping = ngx_http_portcullis_text(s->mapping);
    settings.channel = ngx_http_portcullis_text(s->channel);
    settings.staleness_limit = s->staleness_limit / 1000.0;
    settings.interval = s->interval / 1000.0;
    settings.start_limit = s->start_limit / 1000.0;

    if (s->trusted_keys) {
        keys = s->trusted_keys->elts;

        trusted = ngx_palloc(cf->temp_pool, s->trusted_keys->nelts * sizeof(portcullis_nginx_text));
        if (trusted == NULL) {
            return NGX_ERROR;
        }

        for (i = 0; i < s->trusted_keys->nelts; i++) {
            trusted[i] = ngx_http_portcullis_text(keys[i]);
        }

        settings.trusted_keys = trusted;
        settings.trusted_key_count = i;
    }

    cln = ngx_pool_cleanup_add(cf->cycle->pool, 0);
    if (cln == NULL) {
        return NGX_ERROR;
    }

    gateway->handle = portcullis_nginx_open(&settings, message);

    if (gateway->handle == NULL) {
        ngx_log_error(NGX_LOG_EMERG, cf->log, 0, "portcullis: %s in %s:%ui",
                      text, gateway->place.file, gateway->place.line);
        return NGX_ERROR;
    }

    cln->handler = ngx_http_portcullis_close;
    cln->data = gateway->handle;

    return NGX_OK;
}


static void
ngx_http_portcullis_close(void *data)
{
    portcullis_nginx_close(data);
}


// Starts the gateway in a child, which says what is wrong, or nothing.
static ssize_t
ngx_http_portcullis_try(ngx_conf_t *cf, ngx_http_portcullis_gateway_t *gateway, char *text, size_t capacity)
{
    int                       ends[2];
    pid_t                     pid;
    size_t                    count;
    ssize_t                   n;
    portcullis_nginx_text     nowhere = { NULL, 0 };
    portcullis_nginx_message  message = { text, capacity };

    if (pipe(ends) == -1) {
        ngx_log_error(NGX_LOG_EMERG, cf->log, ngx_errno, "pipe() failed");
        return NGX_ERROR;
    }

    pid = fork();

    switch (pid) {

    case -1:
        ngx_log_error(NGX_LOG_EMERG, cf->log, ngx_errno, "fork() failed");
        (void) close(ends[0]);
        (void) close(ends[1]);
        return NGX_ERROR;

    case 0:
        if (!portcullis_nginx_start(gateway->handle, nowhere, message)) {
            n = write(ends[1], text, ngx_strlen(text));
            _exit(n <= 0);
        }

        _exit(0);

    default:
        break;
    }

    (void) close(ends[1]);

    for (count = 0; count < capacity - 1; count += n) {
        do {
            n = read(ends[0], text + count, capacity - 1 - count);
        } while (n == -1 && ngx_errno == NGX_EINTR);

        if (n <= 0) {
            break;
        }
    }

    (void) close(ends[0]);
    text[count] = '\0';

    // The master process may have been told of the child's end already.
    while (waitpid(pid, NULL, 0) == -1 && ngx_errno == NGX_EINTR) { /* void */ }

    return count;
}


// Policies that cannot be had from a server, or that an earlier run has kept, do not hinder a start: requests are
// refused until there are some. Policies of this machine that are at fault do, so that a reload leaves what runs alone.
static ngx_int_t
ngx_http_portcullis_check_policies(ngx_conf_t *cf, ngx_http_portcullis_gateway_t *gateway)
{
    char        text[NGX_HTTP_PORTCULLIS_MESSAGE_MAX];
    ssize_t     n;
    ngx_uint_t  is_address, hinders, level;

    is_address = ngx_http_portcullis_is_address(&gateway->settings.policies);

    if (ngx_process == NGX_PROCESS_SIGNALLER || (is_address && !ngx_test_config)) {
        return NGX_OK;
    }

    n = ngx_http_portcullis_try(cf, gateway, text, sizeof(text));

    if (n == 0) {
        return NGX_OK;
    }

    if (n == NGX_ERROR) {
        return NGX_ERROR;
    }

    hinders = !is_address && (ngx_test_config || gateway->settings.keeping == NULL);

    level = hinders ? NGX_LOG_EMERG : NGX_LOG_WARN;

    ngx_log_error(level, cf->log, 0, "portcullis: %s in %s:%ui",
                  text, gateway->place.file, gateway->place.line);

    return hinders ? NGX_ERROR : NGX_OK;
}
