/* The `Authorization` header of a signed webhook. */
#ifndef SIGNATURE_H
#define SIGNATURE_H

#include "../base.h"

enum { SIGNATURE_MAX = 1024 };

/* Writes `Bearer …` with a JWT over the body, signed with HS256; returns its length. */
size_t sign_webhook(char out[SIGNATURE_MAX], const char *secret, const char *body, size_t count);

#endif
