-- Add the reviewers' verdicts.

CREATE TABLE verdicts (                 -- what reviewers said of an article
    id INTEGER PRIMARY KEY,
    article_id INTEGER NOT NULL REFERENCES articles (id),
    verdict TEXT NOT NULL,              -- confirmed | rejected | watch
    who TEXT NOT NULL,
    reason TEXT NOT NULL,
    score REAL NOT NULL,                -- of the article when the verdict was given
    lexicon_version TEXT NOT NULL,
    given_at TEXT NOT NULL,
    undone_at TEXT                      -- NULL while it stands
);
CREATE INDEX verdicts_article ON verdicts (article_id, id);
