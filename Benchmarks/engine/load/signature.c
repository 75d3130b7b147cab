#include "signature.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/sha.h>
#include <stdio.h>
#include <string.h>

/* Base64 without padding, in the alphabet of URLs. */
static size_t encode(char *out, const void *data, size_t count) {
    size_t length = (size_t)EVP_EncodeBlock((uint8_t *)out, data, (int)count);
    while (length && out[length - 1] == '=') length--;
    for (size_t i = 0; i < length; i++) {
        if (out[i] == '+') out[i] = '-';
        if (out[i] == '/') out[i] = '_';
    }
    return length;
}

size_t sign_webhook(char out[SIGNATURE_MAX], const char *secret, const char *body, size_t count) {
    static const char prefix[] = "Bearer ", header[] = "{\"alg\":\"HS256\",\"typ\":\"JWT\"}";
    static uint64_t serial;
    uint8_t hash[SHA256_DIGEST_LENGTH], code[EVP_MAX_MD_SIZE];
    char hex[2 * SHA256_DIGEST_LENGTH + 1], claims[400];
    SHA256((const uint8_t *)body, count, hash);
    for (size_t i = 0; i < sizeof hash; i++) snprintf(hex + 2 * i, 3, "%02x", hash[i]);
    int length = snprintf(claims, sizeof claims,
                          "{\"iat\":%lld,\"jti\":\"5d1e4c0a-0000-4000-8000-%012llx\","
                          "\"iss\":\"Vonage\",\"payload_hash\":\"%s\",\"api_key\":\"abcd1234\","
                          "\"application_id\":\"684027bc-a2e7-48b1-b4bd-adc02324e09c\"}",
                          (long long)(wall_ms() / 1000), (unsigned long long)++serial, hex);
    char *token = out + sizeof prefix - 1, *end = token;
    memcpy(out, prefix, sizeof prefix - 1);
    end += encode(end, header, sizeof header - 1);
    *end++ = '.';
    end += encode(end, claims, (size_t)length);
    unsigned code_count = 0;
    HMAC(EVP_sha256(), secret, (int)strlen(secret), (uint8_t *)token, (size_t)(end - token), code,
         &code_count);
    *end++ = '.';
    end += encode(end, code, code_count);
    *end = 0;
    return (size_t)(end - out);
}
