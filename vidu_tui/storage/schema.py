"""The ledger's tables and how each version became the next. Reads and writes no row."""

import sqlite3

_FILE_KEY = """
    gateway TEXT NOT NULL, task TEXT NOT NULL,
    creation INTEGER NOT NULL, asset TEXT NOT NULL, part INTEGER NOT NULL
"""

MIGRATIONS: tuple[tuple[str, ...], ...] = (
    (
        f"""
        CREATE TABLE file ({_FILE_KEY},
            target TEXT NOT NULL, etag TEXT NOT NULL, last_modified TEXT NOT NULL, total INTEGER,
            path TEXT, bytes INTEGER, sha256 TEXT, finished_at REAL,
            PRIMARY KEY (gateway, task, creation, asset, part)
        ) STRICT
        """,
        """
        CREATE TABLE wish (
            gateway TEXT NOT NULL, task TEXT NOT NULL, PRIMARY KEY (gateway, task)
        ) STRICT
        """,
    ),
    (
        """
        CREATE TABLE answer (
            gateway TEXT NOT NULL, task TEXT NOT NULL, body TEXT NOT NULL,
            answered_at REAL, finished_at REAL, since REAL, skew_s REAL NOT NULL,
            is_denied INTEGER NOT NULL,
            PRIMARY KEY (gateway, task)
        ) STRICT
        """,
        """
        CREATE TABLE event (
            number INTEGER PRIMARY KEY,
            gateway TEXT NOT NULL, task TEXT NOT NULL, at REAL NOT NULL, state TEXT NOT NULL
        ) STRICT
        """,
        "CREATE INDEX event_of_task ON event (gateway, task, number)",
        f"""
        CREATE TABLE queue ({_FILE_KEY}, queued_at REAL NOT NULL,
            PRIMARY KEY (gateway, task, creation, asset, part)
        ) STRICT
        """,
        """
        CREATE TABLE choice (
            gateway TEXT NOT NULL, task TEXT NOT NULL, assets TEXT NOT NULL, folder TEXT NOT NULL,
            PRIMARY KEY (gateway, task)
        ) STRICT
        """,
        "ALTER TABLE file ADD COLUMN goal TEXT",
        "ALTER TABLE file ADD COLUMN goal_bytes INTEGER",
        "ALTER TABLE file ADD COLUMN goal_sha256 TEXT",
        "CREATE TABLE note (name TEXT PRIMARY KEY, said_at REAL NOT NULL) STRICT",
    ),
    (
        "ALTER TABLE answer ADD COLUMN trouble TEXT NOT NULL DEFAULT ''",
        """
        CREATE TABLE lease (
            name TEXT PRIMARY KEY, holder TEXT NOT NULL, host TEXT NOT NULL, pid INTEGER NOT NULL,
            can_ask INTEGER NOT NULL, renewed_at REAL NOT NULL, until REAL NOT NULL,
            said TEXT NOT NULL
        ) STRICT
        """,
        """
        CREATE TABLE news (
            number INTEGER PRIMARY KEY AUTOINCREMENT,
            writer TEXT NOT NULL, gateway TEXT NOT NULL, task TEXT NOT NULL
        ) STRICT
        """,
        """
        CREATE TABLE request (
            number INTEGER PRIMARY KEY AUTOINCREMENT,
            kind TEXT NOT NULL, gateway TEXT NOT NULL, task TEXT NOT NULL, at REAL NOT NULL
        ) STRICT
        """,
    ),
    ("ALTER TABLE choice ADD COLUMN muted INTEGER NOT NULL DEFAULT 0",),
    (
        """
        CREATE TABLE told (
            gateway TEXT NOT NULL, task TEXT NOT NULL, event TEXT NOT NULL,
            PRIMARY KEY (gateway, task, event)
        ) STRICT
        """,
        # What has ended before anybody could be told of it is old news by now.
        """
        INSERT OR IGNORE INTO told
            SELECT gateway, task, teller || ' ' || replace(lower(trim(state)), 'lled', 'led')
            FROM event, (SELECT 'notice' AS teller UNION SELECT 'hook')
            WHERE lower(trim(state)) IN ('success', 'failed', 'canceled', 'cancelled')
        """,
        """
        INSERT OR IGNORE INTO told
            SELECT gateway, task, 'hook saved ' || (creation + 1) FROM file WHERE path IS NOT NULL
        """,
    ),
)
"""The statements that lead from each version to the next; forward only."""

VERSION = len(MIGRATIONS)
TABLES = frozenset(
    {
        *("file", "wish", "answer", "event", "queue", "choice"),
        *("note", "lease", "news", "request", "told"),
    }
)


def version_of(db: sqlite3.Connection) -> int:
    """Read the version of a database's schema; 0 for an empty one."""
    return int(db.execute("PRAGMA user_version").fetchone()[0])


def refuse_others(db: sqlite3.Connection) -> None:
    """Raise sqlite3.OperationalError for a newer schema or another program's file, untouched."""
    have = version_of(db)
    if have > VERSION:
        raise sqlite3.OperationalError(f"it was written by a newer vidu-tui (version {have})")
    if not have and db.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone():
        raise sqlite3.OperationalError("it is the file of another program")


def migrate(db: sqlite3.Connection) -> None:
    """Bring the schema up to date, once where two processes start at a time.

    Raise sqlite3.DatabaseError where tables are missing all the same.
    """
    if version_of(db) < VERSION:
        db.execute("BEGIN IMMEDIATE")
        with db:
            for step in MIGRATIONS[version_of(db) :]:
                for statement in step:
                    db.execute(statement)
            db.execute(f"PRAGMA user_version = {VERSION}")
    found = {row[0] for row in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    if not found >= TABLES:
        raise sqlite3.DatabaseError("its tables are missing")
