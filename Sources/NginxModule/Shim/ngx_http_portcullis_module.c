#include "ngx_http_portcullis.h"

// Directives, their inheritance, and the module's definition.

static void *ngx_http_portcullis_create_main_conf(ngx_conf_t *cf);
static void *ngx_http_portcullis_create_loc_conf(ngx_conf_t *cf);
static char *ngx_http_portcullis_merge_loc_conf(ngx_conf_t *cf, void *parent, void *child);
static ngx_int_t ngx_http_portcullis_init(ngx_conf_t *cf);
static char *ngx_http_portcullis_set_mode(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);
static char *ngx_http_portcullis_set_path(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);
static char *ngx_http_portcullis_set_key(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);
static char *ngx_http_portcullis_set_keeping(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);
static char *ngx_http_portcullis_set_status(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);

static ngx_conf_enum_t  ngx_http_portcullis_modes[] = {
    { ngx_string("off"), NGX_HTTP_PORTCULLIS_OFF },
    { ngx_string("on"), NGX_HTTP_PORTCULLIS_ON },
    { ngx_string("dry_run"), NGX_HTTP_PORTCULLIS_DRY_RUN },
    { ngx_null_string, 0 }
};

static ngx_conf_enum_t  ngx_http_portcullis_client_addresses[] = {
    { ngx_string("socket"), NGX_HTTP_PORTCULLIS_CLIENT_SOCKET },
    { ngx_string("realip"), NGX_HTTP_PORTCULLIS_CLIENT_REALIP },
    { ngx_null_string, 0 }
};

#define NGX_HTTP_PORTCULLIS_ANYWHERE  NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF

static ngx_command_t  ngx_http_portcullis_commands[] = {

    { ngx_string("portcullis"),
      NGX_HTTP_PORTCULLIS_ANYWHERE|NGX_CONF_TAKE1,
      ngx_http_portcullis_set_mode,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(ngx_http_portcullis_loc_conf_t, mode),
      &ngx_http_portcullis_modes },

    { ngx_string("portcullis_directory"),
      NGX_HTTP_PORTCULLIS_ANYWHERE|NGX_CONF_TAKE1,
      ngx_http_portcullis_set_path,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(ngx_http_portcullis_loc_conf_t, settings.policies),
      NULL },

    { ngx_string("portcullis_mapping"),
      NGX_HTTP_PORTCULLIS_ANYWHERE|NGX_CONF_TAKE1,
      ngx_http_portcullis_set_path,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(ngx_http_portcullis_loc_conf_t, settings.mapping),
      NULL },

    { ngx_string("portcullis_trusted_key"),
      NGX_HTTP_PORTCULLIS_ANYWHERE|NGX_CONF_TAKE1,
      ngx_http_portcullis_set_key,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("portcullis_channel"),
      NGX_HTTP_PORTCULLIS_ANYWHERE|NGX_CONF_TAKE1,
      ngx_conf_set_str_slot,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(ngx_http_portcullis_loc_conf_t, settings.channel),
      NULL },

    { ngx_string("portcullis_keep"),
      NGX_HTTP_PORTCULLIS_ANYWHERE|NGX_CONF_TAKE1,
      ngx_http_portcullis_set_keeping,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("portcullis_staleness_limit"),
      NGX_HTTP_PORTCULLIS_ANYWHERE|NGX_CONF_TAKE1,
      ngx_conf_set_msec_slot,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(ngx_http_portcullis_loc_conf_t, settings.staleness_limit),
      NULL },

    { ngx_string("portcullis_interval"),
      NGX_HTTP_PORTCULLIS_ANYWHERE|NGX_CONF_TAKE1,
      ngx_conf_set_msec_slot,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(ngx_http_portcullis_loc_conf_t, settings.interval),
      NULL },

    { ngx_string("portcullis_start_timeout"),
      NGX_HTTP_PORTCULLIS_ANYWHERE|NGX_CONF_TAKE1,
      ngx_conf_set_msec_slot,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(ngx_http_portcullis_loc_conf_t, settings.start_limit),
      NULL },

    { ngx_string("portcullis_client_address"),
      NGX_HTTP_PORTCULLIS_ANYWHERE|NGX_CONF_TAKE1,
      ngx_conf_set_enum_slot,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(ngx_http_portcullis_loc_conf_t, client_address),
      &ngx_http_portcullis_client_addresses },

    { ngx_string("portcullis_intercept_errors"),
      NGX_HTTP_PORTCULLIS_ANYWHERE|NGX_CONF_FLAG,
      ngx_conf_set_flag_slot,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(ngx_http_portcullis_loc_conf_t, intercept_errors),
      NULL },

    { ngx_string("portcullis_status"),
      NGX_HTTP_LOC_CONF|NGX_CONF_NOARGS,
      ngx_http_portcullis_set_status,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      NULL },

    ngx_null_command
};

static ngx_http_module_t  ngx_http_portcullis_module_ctx = {
    ngx_http_portcullis_add_variables,     /* preconfiguration */
    ngx_http_portcullis_init,              /* postconfiguration */
    ngx_http_portcullis_create_main_conf,  /* create main configuration */
    NULL,                                  /* init main configuration */
    NULL,                                  /* create server configuration */
    NULL,                                  /* merge server configuration */
    ngx_http_portcullis_create_loc_conf,   /* create location configuration */
    ngx_http_portcullis_merge_loc_conf     /* merge location configuration */
};

ngx_module_t  ngx_http_portcullis_module = {
    NGX_MODULE_V1,
    &ngx_http_portcullis_module_ctx,       /* module context */
    ngx_http_portcullis_commands,          /* module directives */
    NGX_HTTP_MODULE,                       /* module type */
    NULL,                                  /* init master */
    NULL,                                  /* init module */
    ngx_http_portcullis_init_process,      /* init process */
    NULL,                                  /* init thread */
    NULL,                                  /* exit thread */
    ngx_http_portcullis_exit_process,      /* exit process */
    NULL,                                  /* exit master */
    NGX_MODULE_V1_PADDING
};


static void *
ngx_http_portcullis_create_main_conf(ngx_conf_t *cf)
{
    ngx_http_portcullis_main_conf_t  *mcf;

    mcf = ngx_pcalloc(cf->pool, sizeof(ngx_http_portcullis_main_conf_t));
    if (mcf == NULL) {
        return NULL;
    }

    if (ngx_array_init(&mcf->gateways, cf->pool, 4, sizeof(ngx_http_portcullis_gateway_t *)) != NGX_OK) {
        return NULL;
    }

    return mcf;
}


static void *
ngx_http_portcullis_create_loc_conf(ngx_conf_t *cf)
{
    ngx_http_portcullis_loc_conf_t  *conf;

    conf = ngx_pcalloc(cf->pool, sizeof(ngx_http_portcullis_loc_conf_t));
    if (conf == NULL) {
        return NULL;
    }

    conf->mode = NGX_CONF_UNSET_UINT;
    conf->client_address = NGX_CONF_UNSET_UINT;
    conf->intercept_errors = NGX_CONF_UNSET;
    conf->settings.keeping = NGX_CONF_UNSET_PTR;
    conf->settings.trusted_keys = NGX_CONF_UNSET_PTR;
    conf->settings.staleness_limit = NGX_CONF_UNSET_MSEC;
    conf->settings.interval = NGX_CONF_UNSET_MSEC;
    conf->settings.start_limit = NGX_CONF_UNSET_MSEC;

    return conf;
}


static char *
ngx_http_portcullis_merge_loc_conf(ngx_conf_t *cf, void *parent, void *child)
{
    ngx_http_portcullis_loc_conf_t  *prev = parent;
    ngx_http_portcullis_loc_conf_t  *conf = child;

    ngx_conf_merge_uint_value(conf->mode, prev->mode, NGX_HTTP_PORTCULLIS_OFF);
    ngx_conf_merge_uint_value(conf->client_address, prev->client_address, NGX_HTTP_PORTCULLIS_CLIENT_SOCKET);
    ngx_conf_merge_value(conf->intercept_errors, prev->intercept_errors, 0);

    ngx_conf_merge_str_value(conf->settings.policies, prev->settings.policies, "");
    ngx_conf_merge_str_value(conf->settings.mapping, prev->settings.mapping, "");
    ngx_conf_merge_str_value(conf->settings.channel, prev->settings.channel, "");
    ngx_conf_merge_ptr_value(conf->settings.keeping, prev->settings.keeping, NULL);
    ngx_conf_merge_ptr_value(conf->settings.trusted_keys, prev->settings.trusted_keys, NULL);
    ngx_conf_merge_msec_value(conf->settings.staleness_limit, prev->settings.staleness_limit, 0);
    ngx_conf_merge_msec_value(conf->settings.interval, prev->settings.interval, 0);
    ngx_conf_merge_msec_value(conf->settings.start_limit, prev->settings.start_limit, 10000);

    if (conf->place.file == NULL) {
        conf->place = prev->place;
    }

    if (conf->mode == NGX_HTTP_PORTCULLIS_OFF) {
        return NGX_CONF_OK;
    }

    return ngx_http_portcullis_find_gateway(cf, conf);
}


static ngx_int_t
ngx_http_portcullis_init(ngx_conf_t *cf)
{
    ngx_str_t                         request_id = ngx_string("request_id");
    ngx_http_handler_pt              *handler;
    ngx_http_core_main_conf_t        *cmcf;
    ngx_http_portcullis_main_conf_t  *mcf;

    mcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_portcullis_module);
    cmcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_core_module);

    // Through an index the identifier is made once a request, so that answer and log show the same.
    mcf->request_id = ngx_http_get_variable_index(cf, &request_id);
    if (mcf->request_id == NGX_ERROR) {
        return NGX_ERROR;
    }

    mcf->socket_address = NGX_ERROR;

#if (NGX_HTTP_REALIP)
    {
    ngx_str_t  socket_address = ngx_string("realip_remote_addr");

    mcf->socket_address = ngx_http_get_variable_index(cf, &socket_address);
    if (mcf->socket_address == NGX_ERROR) {
        return NGX_ERROR;
    }
    }
#endif

    handler = ngx_array_push(&cmcf->phases[NGX_HTTP_ACCESS_PHASE].handlers);
    if (handler == NULL) {
        return NGX_ERROR;
    }

    *handler = ngx_http_portcullis_access_handler;

    if (ngx_http_portcullis_add_counters(cf) != NGX_OK) {
        return NGX_ERROR;
    }

    return ngx_http_portcullis_open_gateways(cf);
}


static void
ngx_http_portcullis_note_place(ngx_conf_t *cf, ngx_http_portcullis_loc_conf_t *conf)
{
    conf->place.file = cf->conf_file->file.name.data;
    conf->place.line = cf->conf_file->line;
}


static char *
ngx_http_portcullis_set_mode(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_http_portcullis_note_place(cf, conf);

    return ngx_conf_set_enum_slot(cf, cmd, conf);
}


static char *
ngx_http_portcullis_set_path(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    char       *rv;
    ngx_str_t  *path;

    ngx_http_portcullis_note_place(cf, conf);

    rv = ngx_conf_set_str_slot(cf, cmd, conf);
    if (rv != NGX_CONF_OK) {
        return rv;
    }

    path = (ngx_str_t *) ((char *) conf + cmd->offset);

    if (path->len == 0) {
        return "must not be empty";
    }

    if (ngx_http_portcullis_is_address(path)) {
        return NGX_CONF_OK;
    }

    return ngx_conf_full_name(cf->cycle, path, 1) == NGX_OK ? NGX_CONF_OK : NGX_CONF_ERROR;
}


static char *
ngx_http_portcullis_set_key(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_str_t                       *value, *key;
    ngx_http_portcullis_loc_conf_t  *lcf = conf;

    ngx_http_portcullis_note_place(cf, lcf);

    if (lcf->settings.trusted_keys == NGX_CONF_UNSET_PTR) {
        lcf->settings.trusted_keys = ngx_array_create(cf->pool, 2, sizeof(ngx_str_t));
        if (lcf->settings.trusted_keys == NULL) {
            return NGX_CONF_ERROR;
        }
    }

    key = ngx_array_push(lcf->settings.trusted_keys);
    if (key == NULL) {
        return NGX_CONF_ERROR;
    }

    value = cf->args->elts;
    *key = value[1];

    return ngx_conf_full_name(cf->cycle, key, 1) == NGX_OK ? NGX_CONF_OK : NGX_CONF_ERROR;
}


// nginx makes the folder, and gives it to the user of its worker processes.
static char *
ngx_http_portcullis_set_keeping(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_str_t                       *value;
    ngx_path_t                      *path;
    ngx_http_portcullis_loc_conf_t  *lcf = conf;

    if (lcf->settings.keeping != NGX_CONF_UNSET_PTR) {
        return "is duplicate";
    }

    value = cf->args->elts;

    if (ngx_strcmp(value[1].data, "off") == 0) {
        lcf->settings.keeping = NULL;
        return NGX_CONF_OK;
    }

    path = ngx_pcalloc(cf->pool, sizeof(ngx_path_t));
    if (path == NULL) {
        return NGX_CONF_ERROR;
    }

    path->name = value[1];

    if (path->name.len > 0 && path->name.data[path->name.len - 1] == '/') {
        path->name.len--;
    }

    if (ngx_conf_full_name(cf->cycle, &path->name, 0) != NGX_OK) {
        return NGX_CONF_ERROR;
    }

    path->conf_file = cf->conf_file->file.name.data;
    path->line = cf->conf_file->line;
    lcf->settings.keeping = path;

    if (ngx_add_path(cf, &lcf->settings.keeping) != NGX_OK) {
        return NGX_CONF_ERROR;
    }

    return NGX_CONF_OK;
}


static char *
ngx_http_portcullis_set_status(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_http_core_loc_conf_t  *clcf;

    clcf = ngx_http_conf_get_module_loc_conf(cf, ngx_http_core_module);
    clcf->handler = ngx_http_portcullis_status_handler;

    return NGX_CONF_OK;
}
