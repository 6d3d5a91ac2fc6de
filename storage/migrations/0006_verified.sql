-- Add what was found when the sources were checked.

CREATE TABLE checks (                   -- what `sources verify` found from here, the last time for each source
    source TEXT PRIMARY KEY,
    checked_at TEXT NOT NULL,
    verified_at TEXT,                   -- when it last worked from here, NULL when it never did
    state TEXT NOT NULL,                -- works | partly | fails
    outcome TEXT NOT NULL,              -- as that of a run, and its cause
    cause TEXT,
    reason TEXT NOT NULL,
    detail TEXT NOT NULL                -- JSON object, for the report
) WITHOUT ROWID;
