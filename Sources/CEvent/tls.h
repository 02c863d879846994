#ifndef PORTCULLIS_TLS_SHIM_H
#define PORTCULLIS_TLS_SHIM_H

// A server's side of TLS by OpenSSL, and libevent's streams over it.

#include <event2/bufferevent_ssl.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <string.h>

static inline int portcullis_tls_no_passphrase(char *buffer, int size, int writes, void *data) {
    (void)buffer, (void)size, (void)writes, (void)data;
    return -1;
}

// What went wrong first, and forgets the rest.
static inline void portcullis_tls_reason(char text[256]) {
    unsigned long code = ERR_get_error();
    if (code == 0) strcpy(text, "unknown reason");
    else ERR_error_string_n(code, text, 256);
    ERR_clear_error();
}

// A server's context: TLS 1.2 and above, no renegotiation, no resumption (a resumed session would not be judged by
// certificates that were loaded meanwhile). With `authorities`, clients show a certificate; without one the handshake
// fails only if it is `required`.
static inline SSL_CTX *portcullis_tls_new(
    const char *certificates, const char *key, const char *authorities, int required, char reason[256]
) {
    ERR_clear_error();
    SSL_CTX *context = SSL_CTX_new(TLS_server_method());
    if (context == NULL) {
        portcullis_tls_reason(reason);
        return NULL;
    }
    SSL_CTX_set_default_passwd_cb(context, portcullis_tls_no_passphrase);
    SSL_CTX_set_options(
        context,
        SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_TICKET | SSL_OP_NO_COMPRESSION | SSL_OP_IGNORE_UNEXPECTED_EOF
            | SSL_OP_CIPHER_SERVER_PREFERENCE
    );
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS);
    int done = SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION) == 1
        && SSL_CTX_set_num_tickets(context, 0) == 1
        && SSL_CTX_set_cipher_list(context, "ECDHE+AESGCM:ECDHE+CHACHA20:!aNULL:!PSK") == 1
        && SSL_CTX_use_certificate_chain_file(context, certificates) == 1
        && SSL_CTX_use_PrivateKey_file(context, key, SSL_FILETYPE_PEM) == 1
        && SSL_CTX_check_private_key(context) == 1;
    if (done && authorities != NULL) {
        STACK_OF(X509_NAME) *names = SSL_load_client_CA_file(authorities);
        done = names != NULL && SSL_CTX_load_verify_file(context, authorities) == 1;
        if (names != NULL) SSL_CTX_set_client_CA_list(context, names);
        SSL_CTX_set_verify(
            context, SSL_VERIFY_PEER | (required ? SSL_VERIFY_FAIL_IF_NO_PEER_CERT : 0), NULL
        );
        if (done) done = SSL_CTX_set_purpose(context, X509_PURPOSE_SSL_CLIENT) == 1;
    }
    if (!done) {
        portcullis_tls_reason(reason);
        SSL_CTX_free(context);
        return NULL;
    }
    ERR_clear_error();
    return context;
}

// The URIs and host names of the other end's verified certificate, each with a zero byte after it; answers how many
// bytes there are, 0 for none, and 0 where they do not fit or one of them holds a zero byte itself.
static inline size_t portcullis_tls_names(const SSL *ssl, char *bytes, size_t capacity) {
    if (SSL_get_verify_result(ssl) != X509_V_OK) return 0;
    X509 *certificate = SSL_get1_peer_certificate(ssl);
    if (certificate == NULL) return 0;
    GENERAL_NAMES *names = (GENERAL_NAMES *)X509_get_ext_d2i(certificate, NID_subject_alt_name, NULL, NULL);
    size_t count = 0;
    for (int i = 0; names != NULL && i < sk_GENERAL_NAME_num(names); i++) {
        const GENERAL_NAME *name = sk_GENERAL_NAME_value(names, i);
        const ASN1_IA5STRING *text;
        if (name->type == GEN_URI) text = name->d.uniformResourceIdentifier;
        else if (name->type == GEN_DNS) text = name->d.dNSName;
        else continue;
        const unsigned char *data = ASN1_STRING_get0_data(text);
        size_t length = (size_t)ASN1_STRING_length(text);
        if (length == 0 || memchr(data, 0, length) != NULL || length + 1 > capacity - count) {
            count = 0;
            break;
        }
        memcpy(bytes + count, data, length);
        bytes[count + length] = 0;
        count += length + 1;
    }
    GENERAL_NAMES_free(names);
    X509_free(certificate);
    ERR_clear_error();
    return count;
}

// Tells the other end that nothing follows.
static inline void portcullis_tls_close(SSL *ssl) {
    if (SSL_is_init_finished(ssl)) SSL_shutdown(ssl);
    ERR_clear_error();
}

static inline int portcullis_equal_bytes(const void *one, const void *other, size_t count) {
    return CRYPTO_memcmp(one, other, count) == 0;
}

#endif
