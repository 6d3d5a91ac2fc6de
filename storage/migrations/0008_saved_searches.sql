-- Add the searches that people have saved.

CREATE TABLE saved_searches (           -- a feed each, and an alert rule where an endpoint is named
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    query TEXT NOT NULL,                -- in the filter language: docs/search.md
    endpoint TEXT,                      -- the name of the endpoint that gets what matches, NULL for none
    created_at TEXT NOT NULL,
    created_by TEXT NOT NULL,
    removed_at TEXT                     -- NULL while it stands
);
CREATE UNIQUE INDEX saved_searches_name ON saved_searches (name) WHERE removed_at IS NULL;
