-- Add what the schedule learns from and what it owes: ticks, and the times in which there were none.

CREATE TABLE ticks (                    -- one row: when the daemon last looked what is due
    id INTEGER PRIMARY KEY CHECK (id = 1),
    ticked_at TEXT NOT NULL
);

CREATE TABLE gaps (                     -- times in which nothing was visited though it was due
    id INTEGER PRIMARY KEY,
    started_at TEXT NOT NULL,           -- of the last tick before
    ended_at TEXT NOT NULL,             -- of the first tick after
    cause TEXT NOT NULL,                -- stopped (no daemon ran) | asleep (suspended, or the clock was set forward) | busy
    missed INTEGER NOT NULL             -- visits that were due meanwhile; each source is visited once for all of its own
);
CREATE INDEX gaps_ended ON gaps (ended_at);

-- Which items were new, source by source: rhythms are learned from them, and freshness.
CREATE INDEX links_new ON links (source, listed_at) WHERE is_quiet = 0;

-- The order in which runs were recorded, which a clock that was set back does not change.
CREATE INDEX runs_recorded ON runs (source);
