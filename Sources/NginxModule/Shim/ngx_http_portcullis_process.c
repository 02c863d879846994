#include "ngx_http_portcullis.h"

#include <ngx_channel.h>

// What happens in a worker process, which is where threads may be: gateways start, report and stop here.

#define NGX_HTTP_PORTCULLIS_MESSAGE_MAX  2048

static void ngx_http_portcullis_start(ngx_cycle_t *cycle, ngx_http_portcullis_gateway_t *gateway);
static ngx_int_t ngx_http_portcullis_open_report(ngx_cycle_t *cycle);
static void ngx_http_portcullis_report_handler(ngx_event_t *ev);


static ngx_http_portcullis_main_conf_t *
ngx_http_portcullis_decides_here(ngx_cycle_t *cycle)
{
    if (ngx_process != NGX_PROCESS_WORKER && ngx_process != NGX_PROCESS_SINGLE) {
        return NULL;
    }

    return ngx_http_cycle_get_module_main_conf(cycle, ngx_http_portcullis_module);
}


// Whether a log format or a directive names a variable.
static ngx_uint_t
ngx_http_portcullis_is_asked_for(ngx_http_core_main_conf_t *cmcf, const char *name)
{
    ngx_uint_t            i;
    ngx_http_variable_t  *variables = cmcf->variables.elts;

    for (i = 0; i < cmcf->variables.nelts; i++) {
        if (variables[i].name.len == ngx_strlen(name)
            && ngx_strncmp(variables[i].name.data, name, variables[i].name.len) == 0)
        {
            return 1;
        }
    }

    return 0;
}


ngx_int_t
ngx_http_portcullis_init_process(ngx_cycle_t *cycle)
{
    sigset_t                           all, before;
    ngx_uint_t                         i;
    ngx_http_core_main_conf_t         *cmcf;
    ngx_http_portcullis_gateway_t    **gateways;
    ngx_http_portcullis_main_conf_t   *mcf;

    mcf = ngx_http_portcullis_decides_here(cycle);

    if (mcf == NULL || mcf->gateways.nelts == 0) {
        return NGX_OK;
    }

    cmcf = ngx_http_cycle_get_module_main_conf(cycle, ngx_http_core_module);
    mcf->names_statements = ngx_http_portcullis_is_asked_for(cmcf, "portcullis_statement");
    mcf->names_routes = ngx_http_portcullis_is_asked_for(cmcf, "portcullis_route");

    if (ngx_http_portcullis_init_certificates(cycle) != NGX_OK
        || ngx_http_portcullis_open_report(cycle) != NGX_OK)
    {
        return NGX_ERROR;
    }

    // Threads inherit the mask: signals are for nginx's own thread.
    sigfillset(&all);
    (void) pthread_sigmask(SIG_SETMASK, &all, &before);

    gateways = mcf->gateways.elts;

    for (i = 0; i < mcf->gateways.nelts; i++) {
        ngx_http_portcullis_start(cycle, gateways[i]);
    }

    (void) pthread_sigmask(SIG_SETMASK, &before, NULL);

    return NGX_OK;
}


void
ngx_http_portcullis_exit_process(ngx_cycle_t *cycle)
{
    ngx_uint_t                         i;
    ngx_http_portcullis_gateway_t    **gateways;
    ngx_http_portcullis_main_conf_t   *mcf;

    mcf = ngx_http_portcullis_decides_here(cycle);

    if (mcf == NULL) {
        return;
    }

    gateways = mcf->gateways.elts;

    for (i = 0; i < mcf->gateways.nelts; i++) {
        if (gateways[i]->handle) {
            portcullis_nginx_stop(gateways[i]->handle);
        }
    }

    portcullis_nginx_report_to(-1);
}


static uint32_t
ngx_http_portcullis_hash(uint32_t hash, ngx_str_t *text)
{
    return hash * 31 + ngx_murmur_hash2(text->data, text->len);
}


// The folder of one process and one source: FOLDER/SOURCE/worker-N.
static portcullis_nginx_text
ngx_http_portcullis_keeping_folder(ngx_http_portcullis_settings_t *s, u_char *buffer, size_t capacity)
{
    u_char                 *last;
    uint32_t                source;
    ngx_uint_t              i;
    portcullis_nginx_text   folder = { NULL, 0 };

    if (s->keeping == NULL) {
        return folder;
    }

    source = ngx_http_portcullis_hash(0, &s->policies);
    source = ngx_http_portcullis_hash(source, &s->channel);
    source = source * 31 + s->staleness_limit;
    source = source * 31 + s->interval;

    for (i = 0; s->trusted_keys && i < s->trusted_keys->nelts; i++) {
        source = ngx_http_portcullis_hash(source, (ngx_str_t *) s->trusted_keys->elts + i);
    }

    last = ngx_snprintf(buffer, capacity, "%V/%08xD/worker-%ui", &s->keeping->name, source, ngx_worker);

    folder.bytes = buffer;
    folder.count = last - buffer;

    return folder;
}


static void
ngx_http_portcullis_start(ngx_cycle_t *cycle, ngx_http_portcullis_gateway_t *gateway)
{
    char                      text[NGX_HTTP_PORTCULLIS_MESSAGE_MAX];
    u_char                    path[NGX_MAX_PATH];
    portcullis_nginx_text     folder;
    portcullis_nginx_message  message = { text, sizeof(text) };

    folder = ngx_http_portcullis_keeping_folder(&gateway->settings, path, sizeof(path));

    if (portcullis_nginx_start(gateway->handle, folder, message)) {
        return;
    }

    ngx_log_error(NGX_LOG_CRIT, cycle->log, 0, "portcullis: %s; requests are refused until there are policies",
                  text);
}


// Reports come from threads and are logged by this one.
static ngx_int_t
ngx_http_portcullis_open_report(ngx_cycle_t *cycle)
{
    ngx_fd_t  ends[2];

    if (pipe2(ends, O_CLOEXEC|O_NONBLOCK) == -1) {
        ngx_log_error(NGX_LOG_EMERG, cycle->log, ngx_errno, "pipe2() failed");
        return NGX_ERROR;
    }

    if (ngx_add_channel_event(cycle, ends[0], NGX_READ_EVENT, ngx_http_portcullis_report_handler) == NGX_ERROR) {
        return NGX_ERROR;
    }

    portcullis_nginx_report_to(ends[1]);

    return NGX_OK;
}


static void
ngx_http_portcullis_report_handler(ngx_event_t *ev)
{
    // What is left of a line whose rest has not been read yet.
    static u_char      lines[8192];
    static size_t      count;

    u_char            *line, *end;
    ssize_t            n;
    ngx_uint_t         level;
    ngx_connection_t  *c = ev->data;

    n = read(c->fd, lines + count, sizeof(lines) - count);

    if (n <= 0) {
        return;
    }

    count += n;
    line = lines;

    while ((end = ngx_strlchr(line, lines + count, '\n')) != NULL) {
        level = *line == 'W' ? NGX_LOG_WARN : NGX_LOG_NOTICE;
        ngx_log_error(level, ngx_cycle->log, 0, "portcullis: %*s", (size_t) (end - line - 1), line + 1);
        line = end + 1;
    }

    count -= line - lines;
    ngx_memmove(lines, line, count);

    if (count == sizeof(lines)) {
        count = 0;
    }
}
