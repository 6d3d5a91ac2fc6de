-- Add digests, reasons, parts, tokens, incidents and rejections.

-- reason: why it goes there, and when. source: whose page made it. digest_id: the message that carries it, or that asks
-- about it. is_aside: it alone fails, so it holds nobody up. decided_at: when a person answered a flood's question.
ALTER TABLE deliveries ADD COLUMN source TEXT;
ALTER TABLE deliveries ADD COLUMN reason TEXT NOT NULL DEFAULT '';
ALTER TABLE deliveries ADD COLUMN digest_id TEXT REFERENCES deliveries (id);
ALTER TABLE deliveries ADD COLUMN parts_sent INTEGER NOT NULL DEFAULT 0;
ALTER TABLE deliveries ADD COLUMN failing_since TEXT;
ALTER TABLE deliveries ADD COLUMN is_aside INTEGER NOT NULL DEFAULT 0;
ALTER TABLE deliveries ADD COLUMN decided_at TEXT;
CREATE INDEX deliveries_waiting ON deliveries (endpoint, next_attempt_at) WHERE state = 'waiting';
CREATE INDEX deliveries_created ON deliveries (endpoint, created_at);
CREATE INDEX deliveries_digest ON deliveries (digest_id) WHERE digest_id IS NOT NULL;
CREATE INDEX deliveries_announcement ON deliveries (announcement_id);

CREATE TABLE tokens (                   -- what robots were sent lately; a token comes back when its window has passed
    bucket TEXT NOT NULL,               -- the robot, as a hash of its address
    taken_at INTEGER NOT NULL           -- milliseconds since the epoch: quotas count within a second
);
CREATE INDEX tokens_taken ON tokens (bucket, taken_at);

CREATE TABLE closed_buckets (           -- robots that asked for silence
    bucket TEXT PRIMARY KEY,
    until INTEGER NOT NULL              -- milliseconds since the epoch
) WITHOUT ROWID;

CREATE TABLE incidents (                -- what the operator was told
    id INTEGER PRIMARY KEY,
    key TEXT NOT NULL,                  -- what is wrong: endpoint:NAME, delivery:ID
    summary TEXT NOT NULL,
    detail TEXT NOT NULL,
    opened_at TEXT NOT NULL,
    resolved_at TEXT
);
CREATE UNIQUE INDEX incidents_open ON incidents (key) WHERE resolved_at IS NULL;

CREATE TABLE rejections (               -- announcements that a reviewer took back
    announcement_id INTEGER PRIMARY KEY REFERENCES announcements (id),
    reason TEXT NOT NULL,
    rejected_at TEXT NOT NULL
);
