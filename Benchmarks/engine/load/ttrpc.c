#include "ttrpc.h"

#include <stdlib.h>
#include <string.h>

#include "loop.h"

enum { HEADER = 10, REQUEST = 1, RESPONSE = 2, DATA = 3, REMOTE_OPEN = 2, NO_DATA = 4 };

struct ttrpc {
    struct socket *socket;
    ttrpc_answer answer;
    uint32_t last_stream;
    /* Tags by stream: its id halved, modulo the capacity, which only grows when it must. */
    uint64_t *tags;
    size_t capacity;
};

enum { TAGS = 1 << 20 };

static uint32_t read32(const uint8_t *at) {
    return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

static void write32(uint8_t *at, uint32_t value) {
    at[0] = (uint8_t)(value >> 24);
    at[1] = (uint8_t)(value >> 16);
    at[2] = (uint8_t)(value >> 8);
    at[3] = (uint8_t)value;
}

void put_varint(struct bytes *b, uint64_t value) {
    uint8_t text[10];
    size_t count = 0;
    while (value >= 0x80) {
        text[count++] = (uint8_t)(value | 0x80);
        value >>= 7;
    }
    text[count++] = (uint8_t)value;
    bytes_add(b, text, count);
}

void put_number(struct bytes *b, int field, uint64_t value) {
    put_varint(b, (uint64_t)field << 3);
    put_varint(b, value);
}

void put_bytes(struct bytes *b, int field, const void *data, size_t count) {
    put_varint(b, (uint64_t)field << 3 | 2);
    put_varint(b, count);
    bytes_add(b, data, count);
}

void put_text(struct bytes *b, int field, const char *text) {
    put_bytes(b, field, text, strlen(text));
}

static bool next_varint(const uint8_t **at, const uint8_t *end, uint64_t *value) {
    *value = 0;
    for (int shift = 0; *at < end && shift < 64; shift += 7) {
        uint8_t byte = *(*at)++;
        *value |= (uint64_t)(byte & 0x7F) << shift;
        if (!(byte & 0x80)) return true;
    }
    return false;
}

bool next_field(const uint8_t **at, const uint8_t *end, struct field *field) {
    uint64_t tag;
    if (!next_varint(at, end, &tag)) return false;
    field->number = (int)(tag >> 3);
    field->data = NULL;
    switch (tag & 7) {
    case 0:
        return next_varint(at, end, &field->value);
    case 2:
        if (!next_varint(at, end, &field->value) || field->value > (uint64_t)(end - *at)) {
            return false;
        }
        field->data = *at;
        field->count = field->value;
        *at += field->count;
        return true;
    default:
        return false;
    }
}

static int status_code(const uint8_t *at, size_t count) {
    const uint8_t *end = at + count;
    struct field field;
    while (next_field(&at, end, &field)) {
        if (field.number == 1 && !field.data) return (int)field.value;
    }
    return 0;
}

static void answered(struct ttrpc *client, uint64_t tag, const uint8_t *at, size_t count) {
    const uint8_t *end = at + count;
    struct field field;
    int code = 0;
    const uint8_t *payload = at;
    size_t length = 0;
    while (next_field(&at, end, &field)) {
        if (field.number == 1) code = status_code(field.data, field.count);
        if (field.number == 2) payload = field.data, length = field.count;
    }
    client->answer(tag, code, payload, length);
}

static void received(struct socket *socket) {
    struct ttrpc *client = socket->owner;
    while (bytes_count(&socket->in) >= HEADER) {
        const uint8_t *frame = bytes_front(&socket->in);
        size_t length = read32(frame);
        if (bytes_count(&socket->in) < HEADER + length) return;
        uint64_t tag = client->tags[read32(frame + 4) / 2 % TAGS];
        const uint8_t *data = frame + HEADER;
        /* The answer may send, but never reads: the frame stays where it is. */
        if (frame[8] == RESPONSE) answered(client, tag, data, length);
        if (frame[8] == DATA) client->answer(tag, frame[9] & NO_DATA ? -1 : 0, data, length);
        bytes_take(&socket->in, HEADER + length);
    }
}

static void closed(struct socket *socket) {
    (void)socket;
    die("the daemon closed the connection");
}

struct ttrpc *ttrpc_connect(const char *path, ttrpc_answer answer) {
    struct ttrpc *client = make(sizeof *client);
    client->answer = answer;
    client->tags = make(TAGS * sizeof *client->tags);
    client->last_stream = UINT32_MAX;
    client->socket = socket_make(connect_unix(path), received, closed, client);
    return client;
}

static void send_frame(struct ttrpc *client, uint32_t stream, uint8_t type, uint8_t flags,
                       const struct bytes *data) {
    struct bytes *out = &client->socket->out;
    uint8_t header[HEADER];
    write32(header, (uint32_t)bytes_count(data));
    write32(header + 4, stream);
    header[8] = type;
    header[9] = flags;
    bytes_add(out, header, HEADER);
    bytes_add(out, bytes_front(data), bytes_count(data));
    socket_send(client->socket);
}

static uint32_t request(struct ttrpc *client, const char *service, const char *method,
                        uint64_t tag, const struct bytes *payload, uint8_t flags) {
    static struct bytes envelope;
    envelope.start = envelope.end = 0;
    put_text(&envelope, 1, service);
    put_text(&envelope, 2, method);
    if (payload) put_bytes(&envelope, 3, bytes_front(payload), bytes_count(payload));
    client->last_stream += 2;
    client->tags[client->last_stream / 2 % TAGS] = tag;
    send_frame(client, client->last_stream, REQUEST, flags, &envelope);
    return client->last_stream;
}

void ttrpc_call(struct ttrpc *client, const char *service, const char *method, uint64_t tag,
                const struct bytes *payload) {
    request(client, service, method, tag, payload, 0);
}

void ttrpc_open(struct ttrpc *client, const char *service, const char *method, uint64_t tag,
                const struct bytes *first) {
    uint32_t stream = request(client, service, method, tag, NULL, REMOTE_OPEN);
    send_frame(client, stream, DATA, 0, first);
}
