/* The rows that the daemon wrote for one submitted call, taken from its database, and more like
   them for as many calls as are wanted. */
#ifndef CAPTURE_H
#define CAPTURE_H

#include "../base.h"

enum { ROWS_MAX = 16, COLUMNS_MAX = 32 };

enum kind { KIND_NULL, KIND_INTEGER, KIND_TEXT, KIND_BLOB };

/* Which values differ from call to call. */
enum role { ROLE_SAME, ROLE_KEY, ROLE_ID, ROLE_REQUEST_ID, ROLE_NUMBER, ROLE_POSITION };

struct column {
    char name[64];
    enum role role;
    enum kind kind;
    int64_t integer;
    uint8_t *data;
    size_t count;
};

struct row {
    char table[64];
    struct column columns[COLUMNS_MAX];
    int count;
};

struct capture {
    /* In the order in which the daemon writes them. */
    struct row rows[ROWS_MAX];
    int count;
    /* What makes the tables, as one text. */
    char *schema;
};

/* Reads the newest queued call of a database. */
struct capture *capture_read(const char *database);

/* What is a call's own, from its ordinal. */
struct identity {
    int64_t key, number;
    uint8_t id[16];
    char request_id[64];
    size_t request_id_count;
};

void identify(struct identity *identity, const struct capture *capture, int64_t ordinal);

#endif
