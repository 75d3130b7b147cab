/* A plain loop over SQLite: WAL, synchronous=FULL, the rows of a submitted call, so many calls a
   commit.

   Usage: sqlite CAPTURED-DATABASE DIRECTORY SECONDS CALLS-A-COMMIT */
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "capture.h"

static sqlite3 *database;

static void check(int code, const char *what) {
    if (code != SQLITE_OK && code != SQLITE_DONE) die("%s: %s", what, sqlite3_errmsg(database));
}

static void run(const char *sql) { check(sqlite3_exec(database, sql, NULL, NULL, NULL), sql); }

static sqlite3_stmt *prepare(const char *sql) {
    sqlite3_stmt *statement;
    check(sqlite3_prepare_v3(database, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement, NULL), sql);
    return statement;
}

static sqlite3_stmt *prepare_insert(const struct row *row) {
    struct bytes sql = {0};
    char text[128];
    int count = snprintf(text, sizeof text, "INSERT INTO %s VALUES (", row->table);
    bytes_add(&sql, text, (size_t)count);
    for (int i = 0; i < row->count; i++) bytes_add(&sql, i ? ",?" : "?", i ? 2 : 1);
    bytes_add(&sql, ")", 2);
    sqlite3_stmt *statement = prepare((char *)sql.data);
    bytes_free(&sql);
    return statement;
}

static void bind(sqlite3_stmt *statement, int index, const struct column *column,
                 const struct identity *identity) {
    switch (column->role) {
    case ROLE_KEY:
        sqlite3_bind_int64(statement, index, identity->key);
        return;
    case ROLE_ID:
        sqlite3_bind_blob(statement, index, identity->id, sizeof identity->id, SQLITE_STATIC);
        return;
    case ROLE_NUMBER:
        sqlite3_bind_int64(statement, index, identity->number);
        return;
    case ROLE_REQUEST_ID:
        sqlite3_bind_text(statement, index, identity->request_id,
                          (int)identity->request_id_count, SQLITE_STATIC);
        return;
    case ROLE_POSITION:
        sqlite3_bind_null(statement, index);
        return;
    case ROLE_SAME:
        break;
    }
    switch (column->kind) {
    case KIND_NULL:
        sqlite3_bind_null(statement, index);
        break;
    case KIND_INTEGER:
        sqlite3_bind_int64(statement, index, column->integer);
        break;
    case KIND_TEXT:
        sqlite3_bind_text(statement, index, (char *)column->data, (int)column->count,
                          SQLITE_STATIC);
        break;
    case KIND_BLOB:
        sqlite3_bind_blob(statement, index, column->data, (int)column->count, SQLITE_STATIC);
        break;
    }
}

static void remove_files(const char *path) {
    static const char *const ends[] = {"", "-wal", "-shm"};
    char name[4200];
    for (int i = 0; i < 3; i++) {
        snprintf(name, sizeof name, "%s%s", path, ends[i]);
        unlink(name);
    }
}

int main(int argc, char **argv) {
    if (argc < 5) die("usage: sqlite CAPTURED-DATABASE DIRECTORY SECONDS CALLS-A-COMMIT");
    struct capture *capture = capture_read(argv[1]);
    char path[4096];
    snprintf(path, sizeof path, "%s/loop.db", argv[2]);
    remove_files(path);
    if (sqlite3_open_v2(path, &database,
                        SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, NULL)) {
        die("%s: %s", path, sqlite3_errmsg(database));
    }
    run("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -8192");
    run(capture->schema);
    sqlite3_stmt *begin = prepare("BEGIN IMMEDIATE"), *commit = prepare("COMMIT");
    sqlite3_stmt *inserts[ROWS_MAX];
    for (int i = 0; i < capture->count; i++) inserts[i] = prepare_insert(&capture->rows[i]);
    int batch = atoi(argv[4]);
    struct samples commits = {0};
    int64_t began = now_ns(), until = began + (int64_t)(atof(argv[3]) * 1e9), now = began;
    int64_t ordinal = 0;
    while (now < until) {
        check(sqlite3_step(begin), "begin");
        sqlite3_reset(begin);
        for (int call = 0; call < batch; call++) {
            struct identity identity;
            identify(&identity, capture, ++ordinal);
            for (int i = 0; i < capture->count; i++) {
                const struct row *row = &capture->rows[i];
                for (int j = 0; j < row->count; j++) {
                    bind(inserts[i], j + 1, &row->columns[j], &identity);
                }
                check(sqlite3_step(inserts[i]), row->table);
                sqlite3_reset(inserts[i]);
            }
        }
        check(sqlite3_step(commit), "commit");
        sqlite3_reset(commit);
        int64_t done = now_ns();
        samples_add(&commits, done - now);
        now = done;
    }
    printf("{\"calls_per_second\": %.0f, ", (double)ordinal / ((double)(now - began) / 1e9));
    samples_print(&commits, "commit");
    printf("}\n");
    remove_files(path);
    return 0;
}
