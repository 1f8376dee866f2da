"""The copy of the database in memory that takes the place of a file that is out of order."""

import sqlite3
from collections.abc import Iterable, Mapping
from contextlib import suppress
from sqlite3 import DataError, IntegrityError, InterfaceError, ProgrammingError
from typing import Any, Final, TypeAlias

from bot.data import schema

Statement: TypeAlias = tuple[str, tuple[object, ...]]  # with its values
Rows: TypeAlias = list[tuple[Any, ...]]

# Errors that are about a statement or its values, and not about the file.
WRONG: Final = (IntegrityError, ProgrammingError, DataError, InterfaceError, ValueError, OverflowError)


def in_memory(rows: Mapping[str, Rows]) -> sqlite3.Connection:
    """Return a database in memory with the tables of this version and some rows, by table."""
    spare = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
    spare.execute("PRAGMA temp_store = MEMORY")  # large queries use files otherwise, on what may be a full disk
    schema.upgrade(spare)
    _insert(spare, rows)
    return spare


def rows_in(database: sqlite3.Connection) -> dict[str, Rows]:
    """Return all rows that can be read in a database, by table. The connection must have no transaction open.

    There are none if another program has locked it, or if its tables are another version's.
    """
    found: dict[str, Rows] = {}
    with suppress(sqlite3.Error):
        database.execute("PRAGMA busy_timeout = 0")
        database.execute("BEGIN")  # so that all rows are those of one moment
        if schema.version(database) == len(schema.STEPS):
            for table in schema.tables(database):
                with suppress(sqlite3.Error):  # a corrupt file can have tables that are sound
                    found[table] = database.execute(f"SELECT * FROM {table}").fetchall()  # noqa: S608
    roll_back(database)
    return found


def bring_over(spare: sqlite3.Connection, unwritten: Iterable[Statement], file: sqlite3.Connection) -> list[Exception]:
    """Bring a file up to date in one transaction: with the statements that it did not take, or if it has no rows, with
    all rows of the spare database.

    Return the errors of statements that are wrong by themselves, which are left out. Closes the file and raises
    sqlite3.Error if it does not take the rest, or if it is corrupt.
    """
    lost: list[Exception] = []
    try:
        file.execute("BEGIN IMMEDIATE")
        refuse_damaged(file)
        if any(file.execute(f"SELECT 1 FROM {table} LIMIT 1").fetchall() for table in schema.tables(file)):  # noqa: S608
            for sql, values in unwritten:
                try:
                    file.execute(sql, values)
                except WRONG as error:
                    lost.append(error)
        else:
            _insert(file, rows_in(spare))
        file.execute("COMMIT")
    except BaseException:
        file.close()  # which takes back what was not committed
        raise
    return lost


def refuse_damaged(database: sqlite3.Connection) -> None:
    """Raise sqlite3.DatabaseError if a database is corrupt."""
    (said,) = database.execute("PRAGMA quick_check(1)").fetchone()
    if said != "ok":
        raise sqlite3.DatabaseError(f"the database is damaged: {said}")


def roll_back(database: sqlite3.Connection) -> None:
    """Take back the transaction that is open, if any: SQLite has taken back some by itself."""
    with suppress(sqlite3.Error):
        database.rollback()


def _insert(database: sqlite3.Connection, rows: Mapping[str, Rows]) -> None:
    for table in schema.tables(database):
        if found := rows.get(table):
            marks = ", ".join("?" * len(found[0]))
            database.executemany(f"INSERT OR IGNORE INTO {table} VALUES ({marks})", found)  # noqa: S608
