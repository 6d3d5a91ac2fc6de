-- Add whom an incident is about and who saw it, what listings showed last, and when sources had something new.

-- told_at: when the operator was last told that it stands. acknowledged_at: from then on it is silent until it is
-- resolved. merged_into: the incident that took it up.
ALTER TABLE incidents ADD COLUMN hint TEXT NOT NULL DEFAULT '';
ALTER TABLE incidents ADD COLUMN told_at TEXT;
ALTER TABLE incidents ADD COLUMN acknowledged_at TEXT;
ALTER TABLE incidents ADD COLUMN acknowledged_by TEXT;
ALTER TABLE incidents ADD COLUMN merged_into INTEGER REFERENCES incidents (id);
UPDATE incidents SET told_at = opened_at;
CREATE INDEX incidents_key ON incidents (key, opened_at);

CREATE TABLE incident_members (         -- the sources that an incident is about
    incident_id INTEGER NOT NULL REFERENCES incidents (id),
    source TEXT NOT NULL,
    detail TEXT NOT NULL,
    joined_at TEXT NOT NULL,
    left_at TEXT,                       -- NULL while the source is still ill
    PRIMARY KEY (incident_id, source)
) WITHOUT ROWID;

CREATE TABLE shown (                    -- what a listing page showed when it last had something new
    source TEXT NOT NULL REFERENCES sources (id),
    listing TEXT NOT NULL,
    rows TEXT NOT NULL,                 -- JSON list of {url (canonical), title, day}
    moved_at TEXT NOT NULL,             -- when it had something new
    read_at TEXT NOT NULL,              -- when it was last read and nothing was wrong with it
    PRIMARY KEY (source, listing)
) WITHOUT ROWID;

CREATE TABLE moves (                    -- when a source had something new; what its normal gaps are learned from
    source TEXT NOT NULL,
    at TEXT NOT NULL,                   -- when it was seen, or noon of the row's day where it stood there before
    rows INTEGER NOT NULL,
    PRIMARY KEY (source, at)
) WITHOUT ROWID;
INSERT INTO moves (source, at, rows)
    SELECT source, CASE WHEN is_quiet THEN day || 'T04:00:00Z' ELSE listed_at END AS seen, count(*)
    FROM links WHERE day IS NOT NULL OR NOT is_quiet GROUP BY source, seen;

-- by how much the portal's clock was ahead of ours
ALTER TABLE runs ADD COLUMN clock_offset_seconds REAL;
