/* A ttrpc client, as far as a load needs one. */
#ifndef TTRPC_H
#define TTRPC_H

#include "../base.h"

struct ttrpc;

/* A frame that answers a request: its payload, and the status code, which is 0 where all is
   well. For a stream it is called with each message; a code of -1 is its clean end. */
typedef void (*ttrpc_answer)(uint64_t tag, int code, const uint8_t *payload, size_t count);

struct ttrpc *ttrpc_connect(const char *path, ttrpc_answer answer);
/* Sends a request; `tag` comes back with its answer. */
void ttrpc_call(struct ttrpc *client, const char *service, const char *method, uint64_t tag,
                const struct bytes *payload);
/* Opens a two-way stream with its first message. */
void ttrpc_open(struct ttrpc *client, const char *service, const char *method, uint64_t tag,
                const struct bytes *first);

/* Protobuf, as it is written by hand. */
void put_varint(struct bytes *b, uint64_t value);
void put_number(struct bytes *b, int field, uint64_t value);
void put_bytes(struct bytes *b, int field, const void *data, size_t count);
void put_text(struct bytes *b, int field, const char *text);

/* Reads a message: calls for each field; `data` is NULL for a number. False where it is none. */
struct field {
    int number;
    uint64_t value;
    const uint8_t *data;
    size_t count;
};
bool next_field(const uint8_t **at, const uint8_t *end, struct field *field);

#endif
