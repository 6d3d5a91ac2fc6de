-- Tell the address that was fetched from the key that recognises it. What was kept as `url` was the key: no portal may
-- serve it. `volatile` are parameters whose value is another one at every visit.

DROP VIEW assessed_articles;
ALTER TABLE articles RENAME COLUMN url TO key;
ALTER TABLE articles ADD COLUMN url TEXT NOT NULL DEFAULT '';
UPDATE articles SET url = coalesce((SELECT nullif(final_url, '') FROM pages WHERE pages.id = articles.page_id), key);
CREATE INDEX articles_url ON articles (url);
ALTER TABLE addresses RENAME COLUMN url TO key;
ALTER TABLE links RENAME COLUMN url TO key;
CREATE INDEX links_queried ON links (source, title) WHERE instr(key, '?');

CREATE TABLE volatile_parameters (      -- of the query of addresses; crawler/dedupe/volatile.py says when they are
    shape TEXT NOT NULL,                -- host and path of the addresses, # for each number
    name TEXT NOT NULL,
    votes INTEGER NOT NULL,             -- how often a row has come back with another value, and with no other change
    learned_at TEXT,                    -- NULL while that is no proof; from then on keys are without it
    PRIMARY KEY (shape, name)
) WITHOUT ROWID;

CREATE VIEW assessed_articles AS        -- the archive as analysts read it
SELECT a.id, a.url, a.title, a.text, a.publisher, a.published_at, a.published_precision, a.source, a.first_seen_at,
       s.label, s.score, s.threshold, m.announcement_id AS announcement,
       (SELECT f.value FROM facts AS f WHERE f.article_id = a.id AND f.kind = 'region' LIMIT 1) AS region
FROM articles AS a
JOIN assessments AS s ON s.article_id = a.id
LEFT JOIN mentions AS m ON m.article_id = a.id;
