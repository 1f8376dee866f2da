"""The tables of the data folder's SQLite database, and the numbered migrations that lead to them."""

import sqlite3
from typing import Final

# What an earlier version made of an empty folder. It numbered nothing: its databases have the user_version 0 too.
_FIRST: Final = """
    CREATE TABLE IF NOT EXISTS probed (one INTEGER);

    CREATE TABLE IF NOT EXISTS watched (channel INTEGER PRIMARY KEY, mode TEXT NOT NULL);
    CREATE TABLE IF NOT EXISTS replies (
        message INTEGER PRIMARY KEY, channel INTEGER NOT NULL, reply INTEGER, entry TEXT,
        way TEXT NOT NULL DEFAULT 'asked', edited TEXT, at REAL NOT NULL
    );
    CREATE TABLE IF NOT EXISTS there (one INTEGER PRIMARY KEY CHECK (one = 1), at REAL NOT NULL);
    CREATE INDEX IF NOT EXISTS sent ON replies (reply) WHERE reply IS NOT NULL;
    CREATE INDEX IF NOT EXISTS aged ON replies (at);
    DROP INDEX IF EXISTS answered;

    CREATE TABLE IF NOT EXISTS inbox (
        number INTEGER PRIMARY KEY, at REAL NOT NULL, text TEXT NOT NULL, reason TEXT NOT NULL, entry TEXT,
        message INTEGER, draft INTEGER, settled INTEGER
    );
    CREATE INDEX IF NOT EXISTS received ON inbox (at);
    CREATE INDEX IF NOT EXISTS asked_in ON inbox (message);

    CREATE TABLE IF NOT EXISTS counts (
        day TEXT, what TEXT, surface TEXT, entry TEXT, count INTEGER NOT NULL, PRIMARY KEY (day, what, surface, entry)
    ) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS votes (mark BLOB PRIMARY KEY, day TEXT NOT NULL, helpful INTEGER NOT NULL) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS digests (one INTEGER PRIMARY KEY CHECK (one = 1), day TEXT NOT NULL);

    CREATE TABLE IF NOT EXISTS changes (
        number INTEGER PRIMARY KEY AUTOINCREMENT, at REAL NOT NULL, who INTEGER, what TEXT NOT NULL, undoes INTEGER,
        hunks TEXT NOT NULL, leads_to TEXT NOT NULL, done INTEGER NOT NULL
    );
    CREATE TABLE IF NOT EXISTS touched (entry TEXT, change INTEGER, PRIMARY KEY (entry, change)) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS drafts (
        number INTEGER PRIMARY KEY, version INTEGER NOT NULL, at REAL NOT NULL, who INTEGER NOT NULL, edit TEXT NOT NULL
    );
    CREATE TABLE IF NOT EXISTS noted (one INTEGER PRIMARY KEY CHECK (one = 1), data BLOB NOT NULL)
"""

# One word, origin, for how a question came. A claimed message has no origin before its reply is sent, so the column
# has no default any more; SQLite cannot drop one, and the table is made anew.
_ORIGINS: Final = """
    DROP TABLE probed;
    ALTER TABLE there RENAME TO last_seen;

    ALTER TABLE counts RENAME COLUMN what TO event;
    ALTER TABLE counts RENAME COLUMN surface TO origin;

    DROP INDEX sent;
    DROP INDEX aged;
    ALTER TABLE replies RENAME TO old_replies;
    CREATE TABLE replies (
        message INTEGER PRIMARY KEY, channel INTEGER NOT NULL, reply INTEGER, entry TEXT, origin TEXT, edited TEXT,
        at REAL NOT NULL
    );
    INSERT INTO replies SELECT message, channel, reply, entry,
        CASE way WHEN 'overheard' THEN 'watched' WHEN 'posted' THEN 'menu' ELSE 'mention' END, edited, at
        FROM old_replies;
    DROP TABLE old_replies;
    CREATE INDEX replies_by_reply ON replies (reply) WHERE reply IS NOT NULL;
    CREATE INDEX replies_by_time ON replies (at);
    CREATE INDEX replies_by_entry ON replies (channel, entry, at) WHERE entry IS NOT NULL
"""

# Each script leads from one version to the next. SQLite's user_version is how many of them a database has been through.
# Never change a script that was published: add another. No script has a semicolon but at the end of a statement.
STEPS: Final[tuple[str, ...]] = (_FIRST, _ORIGINS)


def version(database: sqlite3.Connection) -> int:
    """Return how many steps a database has been through."""
    return int(database.execute("PRAGMA user_version").fetchone()[0])


def upgrade(database: sqlite3.Connection) -> None:
    """Take a database through the steps that it lacks.

    Each step and its number are written in one transaction: a process that is killed leaves a whole version behind.
    The connection must have no transaction open. Raises sqlite3.Error.
    """
    for number, script in enumerate(STEPS, start=1):
        if version(database) < number:
            with database:  # commits, or rolls back
                database.execute("BEGIN IMMEDIATE")
                if version(database) < number:  # else another process was faster
                    for statement in script.split(";"):
                        database.execute(statement)
                    database.execute(f"PRAGMA user_version = {number}")


def tables(database: sqlite3.Connection) -> list[str]:
    """Return the names of a database's tables, without SQLite's own."""
    found = database.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'")
    return [name for (name,) in found.fetchall()]


def refuse_damaged(database: sqlite3.Connection) -> None:
    """Raise sqlite3.DatabaseError if a database is corrupt."""
    (said,) = database.execute("PRAGMA quick_check(1)").fetchone()
    if said != "ok":
        raise sqlite3.DatabaseError(f"the database is damaged: {said}")
