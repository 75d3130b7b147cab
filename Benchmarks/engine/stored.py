"""Fills a database with ended calls like one that the daemon followed to its end."""

import os
import sqlite3

TABLES = [("calls", "key"), ("requests", "call"), ("events", "call")]
BLOCK = 20_000


def fill(database, count):
    """Makes copies of the newest ended call until there are so many more. The daemon is stopped."""
    connection = sqlite3.connect(database, isolation_level=None)
    for setting in ("journal_mode = OFF", "synchronous = OFF", "cache_size = -262144"):
        connection.execute(f"PRAGMA {setting}")
    (key,) = connection.execute("SELECT max(key) FROM calls WHERE stage = 7").fetchone()
    templates = [rows_of(connection, table, column, key) for table, column in TABLES]
    for begin in range(0, count, BLOCK):
        connection.execute("BEGIN")
        block = range(begin, min(begin + BLOCK, count))
        for (table, _), (names, rows) in zip(TABLES, templates):
            marks = ", ".join("?" * len(names))
            for row in rows:
                connection.executemany(
                    f"INSERT INTO {table} VALUES ({marks})",
                    (copied(table, names, row, key, ordinal) for ordinal in block),
                )
        connection.execute("COMMIT")
    connection.close()


def rows_of(connection, table, column, key):
    """The names of the columns, and the rows that belong to a call."""
    cursor = connection.execute(f"SELECT * FROM {table} WHERE {column} = ?", (key,))
    return [description[0] for description in cursor.description], cursor.fetchall()


def copied(table, names, row, key, ordinal):
    """A row of another call: what names it is changed, and it ended a little earlier."""
    values = dict(zip(names, row))
    other = key + 1 + ordinal
    values["key" if table == "calls" else "call"] = other
    if table == "calls":
        # An identifier of version 7, older than those that are made now.
        values["id"] = (
            (1_700_000_000_000 + ordinal).to_bytes(6, "big") + b"\x70\x00\x80" + os.urandom(7)
        )
        values["ended_at"] -= ordinal % 3_600_000
    if "request_id" in values:
        values["request_id"] = f"stored-{ordinal:012}"
    if "position" in values:
        values["position"] = None
    return tuple(values.values())
