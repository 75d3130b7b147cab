// What SQLiteCallStore uses of SQLite (Debian package libsqlite3-dev).
#include <sqlite3.h>

// SQLITE_TRANSIENT and SQLITE_STATIC are casts of integers, which Swift does not import.
static inline sqlite3_destructor_type promptcall_sqlite_transient(void) { return SQLITE_TRANSIENT; }
static inline sqlite3_destructor_type promptcall_sqlite_static(void) { return SQLITE_STATIC; }

// Ends SQLite's own accounts of its memory, which take a lock and a twentieth of each commit. Before
// anything else of SQLite, or it does nothing. sqlite3_config takes variable arguments, which Swift
// does not import.
static inline int promptcall_sqlite_spare_accounts(void) {
    return sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
}
