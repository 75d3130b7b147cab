#include "capture.h"

#include <sqlite3.h>
#include <stdio.h>
#include <string.h>

static enum role role_of(const char *table, const char *column) {
    bool is_call = !strcmp(table, "calls");
    if (is_call && !strcmp(column, "key")) return ROLE_KEY;
    if (!is_call && !strcmp(column, "call")) return ROLE_KEY;
    if (is_call && !strcmp(column, "id")) return ROLE_ID;
    if (is_call && !strcmp(column, "to_number")) return ROLE_NUMBER;
    if (!strcmp(column, "request_id")) return ROLE_REQUEST_ID;
    if (!strcmp(column, "position")) return ROLE_POSITION;
    return ROLE_SAME;
}

static sqlite3_stmt *prepare(sqlite3 *database, const char *sql) {
    sqlite3_stmt *statement;
    if (sqlite3_prepare_v2(database, sql, -1, &statement, NULL)) {
        die("%s: %s", sql, sqlite3_errmsg(database));
    }
    return statement;
}

static void read_rows(struct capture *capture, sqlite3 *database, const char *table,
                      const char *condition) {
    char sql[512];
    snprintf(sql, sizeof sql,
             "WITH newest AS (SELECT max(key) AS key FROM calls WHERE stage = 1) "
             "SELECT * FROM %s WHERE %s = (SELECT key FROM newest)",
             table, condition);
    sqlite3_stmt *statement = prepare(database, sql);
    while (sqlite3_step(statement) == SQLITE_ROW) {
        if (capture->count == ROWS_MAX) die("too many rows of one call");
        struct row *row = &capture->rows[capture->count++];
        snprintf(row->table, sizeof row->table, "%s", table);
        row->count = sqlite3_column_count(statement);
        if (row->count > COLUMNS_MAX) die("too many columns in %s", table);
        for (int i = 0; i < row->count; i++) {
            struct column *column = &row->columns[i];
            snprintf(column->name, sizeof column->name, "%s", sqlite3_column_name(statement, i));
            column->role = role_of(table, column->name);
            switch (sqlite3_column_type(statement, i)) {
            case SQLITE_INTEGER:
                column->kind = KIND_INTEGER;
                column->integer = sqlite3_column_int64(statement, i);
                break;
            case SQLITE_TEXT:
            case SQLITE_BLOB:
                column->kind =
                    sqlite3_column_type(statement, i) == SQLITE_TEXT ? KIND_TEXT : KIND_BLOB;
                column->count = (size_t)sqlite3_column_bytes(statement, i);
                column->data = make(column->count + 1);
                memcpy(column->data, sqlite3_column_blob(statement, i), column->count);
                break;
            default:
                column->kind = KIND_NULL;
            }
        }
    }
    sqlite3_finalize(statement);
}

struct capture *capture_read(const char *path) {
    sqlite3 *database;
    if (sqlite3_open_v2(path, &database, SQLITE_OPEN_READWRITE, NULL)) {
        die("%s: %s", path, sqlite3_errmsg(database));
    }
    struct capture *capture = make(sizeof *capture);
    read_rows(capture, database, "calls", "key");
    read_rows(capture, database, "scripts", "call");
    read_rows(capture, database, "requests", "call");
    read_rows(capture, database, "events", "call");
    if (capture->count < 4) die("%s has no queued call", path);
    struct bytes schema = {0};
    sqlite3_stmt *statement = prepare(
        database,
        "SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%' "
        "ORDER BY rowid");
    while (sqlite3_step(statement) == SQLITE_ROW) {
        const char *sql = (const char *)sqlite3_column_text(statement, 0);
        bytes_add(&schema, sql, strlen(sql));
        bytes_add(&schema, ";\n", 2);
    }
    bytes_add(&schema, "", 1);
    sqlite3_finalize(statement);
    sqlite3_close(database);
    capture->schema = (char *)schema.data;
    return capture;
}

void identify(struct identity *identity, const struct capture *capture, int64_t ordinal) {
    identity->key = ordinal;
    identity->number = 15500000000 + ordinal;
    /* A UUID of version 7: the time, then what is random in life and here a mixed ordinal. */
    uint64_t mixed = (uint64_t)ordinal * 0x9E3779B97F4A7C15u;
    uint64_t high = (uint64_t)wall_ms() << 16 | 0x7000 | (mixed >> 52);
    uint64_t low = 0x8000000000000000u | (mixed & 0x3FFFFFFFFFFFFFFFu);
    for (int i = 0; i < 8; i++) {
        identity->id[i] = (uint8_t)(high >> (56 - 8 * i));
        identity->id[8 + i] = (uint8_t)(low >> (56 - 8 * i));
    }
    size_t count = 0;
    for (int i = 0; i < capture->rows[0].count; i++) {
        const struct column *column = &capture->rows[0].columns[i];
        if (column->role == ROLE_REQUEST_ID) count = column->count;
    }
    if (count >= sizeof identity->request_id) die("the request_id is too long");
    snprintf(identity->request_id, sizeof identity->request_id, "%0*lld", (int)count,
             (long long)ordinal);
    identity->request_id_count = count;
}
