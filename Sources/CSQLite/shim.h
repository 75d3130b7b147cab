// What SQLiteCallStore uses of SQLite (Debian package libsqlite3-dev).
#include <sqlite3.h>

// SQLITE_TRANSIENT and SQLITE_STATIC are casts of integers, which Swift does not import.
static inline sqlite3_destructor_type promptcall_sqlite_transient(void) { return SQLITE_TRANSIENT; }
static inline sqlite3_destructor_type promptcall_sqlite_static(void) { return SQLITE_STATIC; }
