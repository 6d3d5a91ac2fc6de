-- Bodies are packed with zstd, where it helps against a page of the same source; those of before stay as they are.
CREATE TABLE dictionaries (            -- pages that others of their source are packed against
    id     INTEGER PRIMARY KEY,
    source TEXT NOT NULL,
    packed BLOB NOT NULL               -- the page itself, with zstd
);
CREATE INDEX dictionaries_of_source ON dictionaries (source, id);
ALTER TABLE bodies RENAME COLUMN zlib TO packed;
-- zlib or zstd
ALTER TABLE bodies ADD COLUMN packing TEXT NOT NULL DEFAULT 'zlib';
-- NULL: packed by itself
ALTER TABLE bodies ADD COLUMN dictionary_id INTEGER REFERENCES dictionaries (id);
CREATE INDEX bodies_with_dictionary ON bodies (dictionary_id) WHERE dictionary_id IS NOT NULL;
