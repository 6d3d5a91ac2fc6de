-- Index all articles again, with scores to a tenth of a point, and keep one row beside each entry of the index: facets
-- count these rows, and names are compared there. storage/search/index.py fills both, for archives from before 0017 too.
CREATE TABLE search_entries (
    key     INTEGER PRIMARY KEY,        -- articles.search_key
    counted TEXT NOT NULL,              -- JSON list of kind:value, each once
    issuers TEXT NOT NULL               -- their names, each behind U+001F
);
