#ifndef PORTCULLIS_OPENSSL_SHIM_H
#define PORTCULLIS_OPENSSL_SHIM_H

// Ed25519 keys, signatures and SHA-256 of OpenSSL, as functions that take bytes and answer 1 or 0.

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <stddef.h>
#include <string.h>

static inline int portcullis_sha256(const void *bytes, size_t count, unsigned char digest[32]) {
    unsigned int length = 0;
    return EVP_Digest(bytes, count, digest, &length, EVP_sha256(), NULL) == 1 && length == 32;
}

static inline int portcullis_is_ed25519(const EVP_PKEY *key) {
    return key != NULL && EVP_PKEY_get_base_id(key) == EVP_PKEY_ED25519;
}

static inline EVP_PKEY *portcullis_ed25519_generate(void) {
    EVP_PKEY *key = NULL;
    EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_id(EVP_PKEY_ED25519, NULL);
    if (context == NULL) return NULL;
    if (EVP_PKEY_keygen_init(context) != 1 || EVP_PKEY_keygen(context, &key) != 1) key = NULL;
    EVP_PKEY_CTX_free(context);
    return key;
}

static inline int portcullis_ed25519_public(const EVP_PKEY *key, unsigned char bytes[32]) {
    size_t count = 32;
    return EVP_PKEY_get_raw_public_key(key, bytes, &count) == 1 && count == 32;
}

static inline int portcullis_ed25519_sign(
    EVP_PKEY *key, const void *message, size_t count, unsigned char signature[64]
) {
    size_t length = 64;
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    int done = context != NULL
        && EVP_DigestSignInit(context, NULL, NULL, NULL, key) == 1
        && EVP_DigestSign(context, signature, &length, (const unsigned char *)message, count) == 1
        && length == 64;
    EVP_MD_CTX_free(context);
    ERR_clear_error();
    return done;
}

static inline int portcullis_ed25519_verify(
    const unsigned char key_bytes[32], const void *message, size_t count, const unsigned char signature[64]
) {
    EVP_PKEY *key = EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, NULL, key_bytes, 32);
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    int good = key != NULL && context != NULL
        && EVP_DigestVerifyInit(context, NULL, NULL, NULL, key) == 1
        && EVP_DigestVerify(context, signature, 64, (const unsigned char *)message, count) == 1;
    EVP_MD_CTX_free(context);
    EVP_PKEY_free(key);
    ERR_clear_error();
    return good;
}

// An encrypted key must not make a service ask for a passphrase on its terminal.
static inline int portcullis_no_passphrase(char *buffer, int size, int writes, void *data) {
    (void)buffer, (void)size, (void)writes, (void)data;
    return -1;
}

static inline EVP_PKEY *portcullis_read_private_pem(const void *bytes, int count) {
    BIO *input = BIO_new_mem_buf(bytes, count);
    if (input == NULL) return NULL;
    EVP_PKEY *key = PEM_read_bio_PrivateKey(input, NULL, portcullis_no_passphrase, NULL);
    BIO_free(input);
    ERR_clear_error();
    return key;
}

static inline EVP_PKEY *portcullis_read_public_pem(const void *bytes, int count) {
    BIO *input = BIO_new_mem_buf(bytes, count);
    if (input == NULL) return NULL;
    EVP_PKEY *key = PEM_read_bio_PUBKEY(input, NULL, portcullis_no_passphrase, NULL);
    BIO_free(input);
    ERR_clear_error();
    return key;
}

// Writes a key as PEM, a private one as PKCS #8; answers the count of bytes, 0 for a failure.
static inline size_t portcullis_write_pem(EVP_PKEY *key, int is_private, void *bytes, size_t capacity) {
    size_t count = 0;
    BIO *output = BIO_new(BIO_s_secmem());
    if (output == NULL) return 0;
    int done = is_private
        ? PEM_write_bio_PKCS8PrivateKey(output, key, NULL, NULL, 0, NULL, NULL)
        : PEM_write_bio_PUBKEY(output, key);
    char *text = NULL;
    long length = BIO_get_mem_data(output, &text);
    if (done == 1 && length > 0 && (size_t)length <= capacity) {
        count = (size_t)length;
        memcpy(bytes, text, count);
    }
    BIO_free(output);
    ERR_clear_error();
    return count;
}

static inline void portcullis_wipe(void *bytes, size_t count) { OPENSSL_cleanse(bytes, count); }

#endif
