-- Visits that went well and found nothing are kept one by one for a week, then as one row a day and outcome.
CREATE TABLE run_days (
    source           TEXT NOT NULL,
    day              TEXT NOT NULL,     -- in China
    outcome          TEXT NOT NULL,     -- ok or unchanged
    runs             INTEGER NOT NULL,
    first_started_at TEXT NOT NULL,
    last_started_at  TEXT NOT NULL,
    last_finished_at TEXT NOT NULL,
    requests         INTEGER NOT NULL,
    listed           INTEGER NOT NULL,
    PRIMARY KEY (source, day, outcome)
) WITHOUT ROWID;
-- What those visits sent through each exit.
CREATE TABLE exit_days (
    day      TEXT NOT NULL,
    exit     TEXT NOT NULL,
    requests INTEGER NOT NULL,
    failed   INTEGER NOT NULL,
    seconds  REAL NOT NULL,
    PRIMARY KEY (day, exit)
) WITHOUT ROWID;
