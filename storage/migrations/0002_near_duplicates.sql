-- Add policies, leads, fingerprints, other addresses, and the record of merges and splits.

-- policy_id: the first announcement of the policy. told_at: when its first message was written, NULL before that.
-- held_back: why nobody must be told, NULL when nothing is against it.
ALTER TABLE announcements ADD COLUMN policy_id INTEGER REFERENCES announcements (id);
ALTER TABLE announcements ADD COLUMN lead_article_id INTEGER REFERENCES articles (id);
ALTER TABLE announcements ADD COLUMN told_at TEXT;
ALTER TABLE announcements ADD COLUMN held_back TEXT;
ALTER TABLE announcements ADD COLUMN merged_into INTEGER REFERENCES announcements (id);
ALTER TABLE mentions ADD COLUMN standing INTEGER NOT NULL DEFAULT 0;
ALTER TABLE mentions ADD COLUMN reason TEXT NOT NULL DEFAULT '';
UPDATE announcements SET policy_id = id,
    told_at = (SELECT min(created_at) FROM deliveries WHERE announcement_id = announcements.id),
    lead_article_id = (SELECT min(article_id) FROM mentions WHERE announcement_id = announcements.id);
CREATE INDEX announcements_policy ON announcements (policy_id);
CREATE INDEX announcements_region ON announcements (region);

CREATE TABLE fingerprints (             -- sampled hashes of the texts of mentioned articles
    key INTEGER NOT NULL,
    article_id INTEGER NOT NULL REFERENCES articles (id),
    PRIMARY KEY (key, article_id)
) WITHOUT ROWID;

CREATE TABLE addresses (                -- other addresses at which an article was found
    url TEXT PRIMARY KEY,
    article_id INTEGER NOT NULL REFERENCES articles (id)
) WITHOUT ROWID;

CREATE TABLE announcement_edits (       -- merges and splits by hand
    id INTEGER PRIMARY KEY,
    made_at TEXT NOT NULL,
    action TEXT NOT NULL,               -- merge | split
    announcement_id INTEGER NOT NULL REFERENCES announcements (id),   -- the one that articles left
    other_id INTEGER NOT NULL REFERENCES announcements (id),          -- the one they came to
    article_ids TEXT NOT NULL,          -- JSON list
    reason TEXT NOT NULL,
    undone_at TEXT
);
