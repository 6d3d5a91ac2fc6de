-- Keep by what a page below the threshold is found when the act that it tells of opens later.

-- seen: the day on which it was first read; they wait some weeks. region: of the page, NULL where it tells none.
CREATE TABLE waiting_keys (
    key TEXT NOT NULL,
    article_id INTEGER NOT NULL REFERENCES articles (id),
    region TEXT,
    seen TEXT NOT NULL,
    PRIMARY KEY (key, article_id)
) WITHOUT ROWID;
CREATE INDEX waiting_keys_article ON waiting_keys (article_id);
CREATE INDEX waiting_keys_seen ON waiting_keys (seen);
