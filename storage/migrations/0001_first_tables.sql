-- Create everything that version 0.1 needs.

CREATE TABLE sources (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    region TEXT NOT NULL,               -- GB/T 2260 code of whom the portal belongs to
    level TEXT NOT NULL,
    kind TEXT NOT NULL,
    first_crawled_at TEXT               -- NULL until the first crawl ended well: until then nothing alerts
);

CREATE TABLE hosts (
    host TEXT PRIMARY KEY,
    robots TEXT,                        -- robots.txt as served; empty when there is none
    robots_fetched_at TEXT,
    not_before TEXT                     -- the host asked for silence until then (Retry-After)
);

CREATE TABLE listings (
    url TEXT PRIMARY KEY,
    source TEXT NOT NULL REFERENCES sources (id),
    etag TEXT,
    last_modified TEXT,
    rows_sha256 TEXT,                   -- of its rows when it was last read in full
    polls INTEGER NOT NULL DEFAULT 0,   -- since it was last read in full
    distrusted_at TEXT,                 -- its validators lied: it is never asked with them again
    checked_at TEXT NOT NULL
);

CREATE TABLE links (                    -- rows seen on listing pages
    url TEXT PRIMARY KEY,               -- canonical
    address TEXT NOT NULL,              -- as listed
    source TEXT NOT NULL REFERENCES sources (id),
    title TEXT NOT NULL,
    day TEXT,
    listed_at TEXT NOT NULL,
    is_quiet INTEGER NOT NULL,          -- 1: stood there before anyone watched, so it tells nobody
    attempts INTEGER NOT NULL DEFAULT 0,
    next_attempt_at TEXT,               -- NULL once the page is in the archive or was given up
    error TEXT
);
CREATE INDEX links_due ON links (source, next_attempt_at) WHERE next_attempt_at IS NOT NULL;

CREATE TABLE bodies (                   -- page bytes by content, compressed with zlib
    sha256 TEXT PRIMARY KEY,
    size INTEGER NOT NULL,              -- bytes before compression
    zlib BLOB NOT NULL
) WITHOUT ROWID;

CREATE TABLE pages (                    -- the evidence: what was served, when
    id INTEGER PRIMARY KEY,
    source TEXT NOT NULL,
    url TEXT NOT NULL,
    final_url TEXT NOT NULL,
    fetched_at TEXT NOT NULL,
    status INTEGER NOT NULL,
    headers TEXT NOT NULL,              -- JSON object
    sha256 TEXT NOT NULL REFERENCES bodies (sha256)
);
CREATE INDEX pages_url ON pages (url);

CREATE TABLE articles (
    id INTEGER PRIMARY KEY,
    url TEXT NOT NULL UNIQUE,           -- canonical
    page_id INTEGER NOT NULL REFERENCES pages (id),
    source TEXT NOT NULL,
    title TEXT NOT NULL,
    text TEXT NOT NULL,                 -- paragraphs separated by line feeds; empty: not extracted
    publisher TEXT,
    byline TEXT,
    published_at TEXT,
    published_precision TEXT,           -- day | minute | NULL
    published_from TEXT,
    document_number TEXT,
    attachments TEXT NOT NULL,          -- JSON list of {url, title}
    agreement REAL NOT NULL,
    text_sha256 TEXT NOT NULL,          -- of the normalised text: content identity, never bytes
    first_seen_at TEXT NOT NULL
);
CREATE INDEX articles_text ON articles (text_sha256);
CREATE INDEX articles_seen ON articles (first_seen_at);

CREATE TABLE assessments (
    article_id INTEGER PRIMARY KEY REFERENCES articles (id),
    label TEXT NOT NULL,
    score REAL NOT NULL,
    threshold REAL NOT NULL,
    hits TEXT NOT NULL,                 -- JSON list of {term, place, start, points, sentence}
    lexicon_version TEXT NOT NULL,
    assessed_at TEXT NOT NULL
);
CREATE INDEX assessments_label ON assessments (label, score);

CREATE TABLE facts (
    article_id INTEGER NOT NULL REFERENCES articles (id),
    kind TEXT NOT NULL,
    value TEXT NOT NULL,
    quote TEXT NOT NULL,
    place TEXT NOT NULL,
    start INTEGER NOT NULL,
    year INTEGER
);
CREATE INDEX facts_article ON facts (article_id, kind);
CREATE INDEX facts_value ON facts (kind, value);

CREATE TABLE announcements (            -- one row for each policy act that people are told about
    id INTEGER PRIMARY KEY,
    version INTEGER NOT NULL,
    title TEXT NOT NULL,
    region TEXT,
    region_name TEXT,
    issuers TEXT NOT NULL,              -- JSON lists of strings
    policy_titles TEXT NOT NULL,
    document_number TEXT,
    instrument TEXT,
    act TEXT,
    tracks TEXT NOT NULL,
    targets TEXT NOT NULL,              -- JSON list of {year, text}
    score REAL NOT NULL,
    threshold REAL NOT NULL,
    explanation TEXT NOT NULL,          -- JSON list of hits
    first_published_at TEXT,
    first_seen_at TEXT NOT NULL,
    updated_at TEXT NOT NULL
);

CREATE TABLE announcement_keys (        -- what tells that another page is about the same act
    key TEXT NOT NULL,
    announcement_id INTEGER NOT NULL REFERENCES announcements (id),
    year INTEGER,
    PRIMARY KEY (key, announcement_id)
) WITHOUT ROWID;

CREATE TABLE mentions (                 -- the articles of an announcement
    article_id INTEGER PRIMARY KEY REFERENCES articles (id),
    announcement_id INTEGER NOT NULL REFERENCES announcements (id),
    relation TEXT NOT NULL,
    joined_at TEXT NOT NULL
);
CREATE INDEX mentions_announcement ON mentions (announcement_id);

CREATE TABLE deliveries (               -- the outbox
    id TEXT PRIMARY KEY,                -- the webhook-id, the same on every try
    number INTEGER NOT NULL,            -- order within the endpoint
    announcement_id INTEGER REFERENCES announcements (id),
    version INTEGER,
    endpoint TEXT NOT NULL,
    type TEXT NOT NULL,
    payload TEXT NOT NULL,
    state TEXT NOT NULL,                -- pending | delivered | dead
    attempts INTEGER NOT NULL DEFAULT 0,
    created_at TEXT NOT NULL,
    next_attempt_at TEXT NOT NULL,
    leased_until TEXT,                  -- a sender is at it; passes when the sender died
    delivered_at TEXT,
    last_answer TEXT
);
CREATE INDEX deliveries_pending ON deliveries (endpoint, number) WHERE state = 'pending';

CREATE TABLE runs (
    id INTEGER PRIMARY KEY,
    source TEXT NOT NULL,
    started_at TEXT NOT NULL,
    finished_at TEXT NOT NULL,
    outcome TEXT NOT NULL,
    cause TEXT,                         -- class of an error: dns, tls, timeout, connection, 4xx, 5xx, robots, …
    listed INTEGER NOT NULL,
    new INTEGER NOT NULL,
    announcements INTEGER NOT NULL,
    requests INTEGER NOT NULL,
    error TEXT
);
CREATE INDEX runs_source ON runs (source, started_at);

CREATE TABLE backfills (                -- how far a walk back through a source's listing pages has come
    source TEXT NOT NULL REFERENCES sources (id),
    listing TEXT NOT NULL,              -- the first page of the walk
    since TEXT NOT NULL,
    next_url TEXT,                      -- NULL when the walk is done
    pages INTEGER NOT NULL,
    PRIMARY KEY (source, listing, since)
) WITHOUT ROWID;

CREATE VIEW assessed_articles AS        -- the archive as analysts read it
SELECT a.id, a.url, a.title, a.text, a.publisher, a.published_at, a.published_precision, a.source, a.first_seen_at,
       s.label, s.score, s.threshold, m.announcement_id AS announcement,
       (SELECT f.value FROM facts AS f WHERE f.article_id = a.id AND f.kind = 'region' LIMIT 1) AS region
FROM articles AS a
JOIN assessments AS s ON s.article_id = a.id
LEFT JOIN mentions AS m ON m.article_id = a.id;
