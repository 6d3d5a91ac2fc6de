-- Add further pages and attachments, revisions, re-reads, and the quantities of facts.

CREATE TABLE page_parts (               -- what else was fetched for a page
    page_id INTEGER NOT NULL REFERENCES pages (id),   -- the article's first page
    number INTEGER NOT NULL,            -- in order
    part_id INTEGER REFERENCES pages (id),            -- NULL when nothing was answered
    url TEXT NOT NULL,
    role TEXT NOT NULL,                 -- following (a further page of a divided article) | attachment
    state TEXT,                         -- of an attachment: read | unread | failed
    text TEXT,                          -- of an attachment that was read
    reason TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (page_id, number)
) WITHOUT ROWID;

CREATE TABLE revisions (                -- what an article said before its page was changed
    id INTEGER PRIMARY KEY,
    article_id INTEGER NOT NULL REFERENCES articles (id),
    page_id INTEGER NOT NULL REFERENCES pages (id),   -- the evidence of these words
    title TEXT NOT NULL,
    text TEXT NOT NULL,
    text_sha256 TEXT NOT NULL,
    attachments TEXT NOT NULL,
    label TEXT NOT NULL,                -- as it was assessed then
    score REAL NOT NULL,
    lexicon_version TEXT NOT NULL,
    facts TEXT NOT NULL,                -- JSON list
    replaced_at TEXT NOT NULL           -- when the new words were fetched
);
CREATE INDEX revisions_article ON revisions (article_id, id);

CREATE TABLE rereads (                  -- articles that are read again, in case they are edited silently
    article_id INTEGER PRIMARY KEY REFERENCES articles (id),
    due_at TEXT,                        -- NULL once the last one is done
    number INTEGER NOT NULL DEFAULT 0,  -- how many were done
    answer TEXT                         -- of the last one: unchanged, same, revised, http 404, or an error
);
CREATE INDEX rereads_due ON rereads (due_at) WHERE due_at IS NOT NULL;

ALTER TABLE articles ADD COLUMN index_number TEXT;
ALTER TABLE articles ADD COLUMN document_date TEXT;
ALTER TABLE runs ADD COLUMN not_extracted INTEGER NOT NULL DEFAULT 0;
ALTER TABLE facts ADD COLUMN number REAL;
ALTER TABLE facts ADD COLUMN unit TEXT;
