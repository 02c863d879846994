#ifndef PORTCULLIS_OPENSSL_SHIM_H
#define PORTCULLIS_OPENSSL_SHIM_H

// Keys, signatures, SHA-256 and HMAC of OpenSSL, as functions that take bytes and answer 1 or 0.

#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/param_build.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <stddef.h>
#include <string.h>

static inline int portcullis_sha256(const void *bytes, size_t count, unsigned char digest[32]) {
    unsigned int length = 0;
    return EVP_Digest(bytes, count, digest, &length, EVP_sha256(), NULL) == 1 && length == 32;
}

static inline int portcullis_hmac_sha256(
    const void *key, size_t key_count, const void *bytes, size_t count, unsigned char mac[32]
) {
    unsigned int length = 0;
    return HMAC(EVP_sha256(), key, (int)key_count, (const unsigned char *)bytes, count, mac, &length) != NULL
        && length == 32;
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

// Makes a public key of its parts and checks it; takes the parts over. NULL for parts that are no key.
static inline EVP_PKEY *portcullis_public_key(const char *type, OSSL_PARAM_BLD *builder) {
    EVP_PKEY *key = NULL;
    OSSL_PARAM *parts = builder == NULL ? NULL : OSSL_PARAM_BLD_to_param(builder);
    EVP_PKEY_CTX *maker = EVP_PKEY_CTX_new_from_name(NULL, type, NULL);
    if (parts == NULL || maker == NULL || EVP_PKEY_fromdata_init(maker) != 1
        || EVP_PKEY_fromdata(maker, &key, EVP_PKEY_PUBLIC_KEY, parts) != 1) key = NULL;
    EVP_PKEY_CTX *checker = key == NULL ? NULL : EVP_PKEY_CTX_new_from_pkey(NULL, key, NULL);
    if (key != NULL && (checker == NULL || EVP_PKEY_public_check(checker) != 1)) {
        EVP_PKEY_free(key);
        key = NULL;
    }
    EVP_PKEY_CTX_free(checker);
    EVP_PKEY_CTX_free(maker);
    OSSL_PARAM_free(parts);
    OSSL_PARAM_BLD_free(builder);
    ERR_clear_error();
    return key;
}

// An RSA key of modulus and exponent, both big-endian.
static inline EVP_PKEY *portcullis_rsa_public(
    const unsigned char *modulus, int modulus_count, const unsigned char *exponent, int exponent_count
) {
    OSSL_PARAM_BLD *builder = OSSL_PARAM_BLD_new();
    BIGNUM *n = BN_bin2bn(modulus, modulus_count, NULL);
    BIGNUM *e = BN_bin2bn(exponent, exponent_count, NULL);
    EVP_PKEY *key = NULL;
    if (builder != NULL && n != NULL && e != NULL
        && OSSL_PARAM_BLD_push_BN(builder, OSSL_PKEY_PARAM_RSA_N, n) == 1
        && OSSL_PARAM_BLD_push_BN(builder, OSSL_PKEY_PARAM_RSA_E, e) == 1) {
        key = portcullis_public_key("RSA", builder);
    } else {
        OSSL_PARAM_BLD_free(builder);
    }
    BN_free(n);
    BN_free(e);
    return key;
}

// A key on a named curve, of its uncompressed point.
static inline EVP_PKEY *portcullis_ec_public(const char *curve, const unsigned char *point, size_t count) {
    OSSL_PARAM_BLD *builder = OSSL_PARAM_BLD_new();
    if (builder != NULL
        && OSSL_PARAM_BLD_push_utf8_string(builder, OSSL_PKEY_PARAM_GROUP_NAME, curve, 0) == 1
        && OSSL_PARAM_BLD_push_octet_string(builder, OSSL_PKEY_PARAM_PUB_KEY, point, count) == 1) {
        return portcullis_public_key("EC", builder);
    }
    OSSL_PARAM_BLD_free(builder);
    return NULL;
}

// Verifies a signature by a key; the digest's name is NULL for Ed25519, and PSS has a salt as long as the digest.
static inline int portcullis_verify(
    EVP_PKEY *key, const char *digest, int is_pss,
    const void *message, size_t count, const unsigned char *signature, size_t signature_count
) {
    EVP_PKEY_CTX *details = NULL;
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    int good = context != NULL
        && EVP_DigestVerifyInit_ex(context, &details, digest, NULL, NULL, key, NULL) == 1
        && (!is_pss
            || (EVP_PKEY_CTX_set_rsa_padding(details, RSA_PKCS1_PSS_PADDING) == 1
                && EVP_PKEY_CTX_set_rsa_pss_saltlen(details, RSA_PSS_SALTLEN_DIGEST) == 1))
        && EVP_DigestVerify(context, signature, signature_count, (const unsigned char *)message, count) == 1;
    EVP_MD_CTX_free(context);
    ERR_clear_error();
    return good;
}

// Writes two numbers, one behind the other, as the DER of an ECDSA signature; answers the count of bytes or 0.
static inline size_t portcullis_ecdsa_der(
    const unsigned char *numbers, int half, unsigned char *der, size_t capacity
) {
    ECDSA_SIG *signature = ECDSA_SIG_new();
    BIGNUM *r = BN_bin2bn(numbers, half, NULL);
    BIGNUM *s = BN_bin2bn(numbers + half, half, NULL);
    size_t count = 0;
    if (signature != NULL && r != NULL && s != NULL && ECDSA_SIG_set0(signature, r, s) == 1) {
        r = s = NULL;
        int length = i2d_ECDSA_SIG(signature, NULL);
        if (length > 0 && (size_t)length <= capacity) {
            unsigned char *end = der;
            count = (size_t)i2d_ECDSA_SIG(signature, &end);
        }
    }
    BN_free(r);
    BN_free(s);
    ECDSA_SIG_free(signature);
    ERR_clear_error();
    return count;
}

static inline void portcullis_wipe(void *bytes, size_t count) { OPENSSL_cleanse(bytes, count); }

#endif
