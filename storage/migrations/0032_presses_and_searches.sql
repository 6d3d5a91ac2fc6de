-- A button on a card gives one verdict, however often its vendor tells of the press: `press` is the endpoint and the
-- vendor's id of the press, NULL for a verdict that was given elsewhere.
ALTER TABLE verdicts ADD COLUMN press TEXT;
CREATE UNIQUE INDEX verdicts_press ON verdicts (press) WHERE press IS NOT NULL;

-- What a saved search was before it was changed, shared or removed: each can be undone, the latest first.
CREATE TABLE saved_search_changes (
    id INTEGER PRIMARY KEY,
    search_id INTEGER NOT NULL REFERENCES saved_searches(id),
    changed_at TEXT NOT NULL,
    who TEXT NOT NULL,
    before TEXT NOT NULL,
    undone_by TEXT
);
CREATE INDEX saved_search_changes_search ON saved_search_changes (search_id);
