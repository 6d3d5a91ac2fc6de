"""The archive's tables, as an append-only list of migrations. docs/archive.md describes them for people.

Times are RFC 3339 in UTC (`2024-02-29T01:30:00Z`); a publication known to the day only is `2024-02-29`.
"""

from __future__ import annotations

from sqlite_utils import Database, Migrations

APPLICATION_ID = 0x46575443  # "FWTC": lets `file` and other programs tell the archive from any SQLite file

migrations = Migrations("futurewatch")

TABLES = """
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
"""


@migrations()
def first_tables(db: Database) -> None:
    """Create everything that version 0.1 needs."""
    for statement in TABLES.split(";\n"):
        if statement.strip():
            db.execute(statement)


NEAR_DUPLICATES = """
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
)
"""


@migrations()
def near_duplicates(db: Database) -> None:
    """Add policies, leads, fingerprints, other addresses, and the record of merges and splits."""
    for statement in NEAR_DUPLICATES.split(";\n"):
        db.execute(statement)


DELIVERY = """
-- reason: why it goes there, and when. source: whose page made it. digest_id: the message that carries it, or that asks
-- about it. is_aside: it alone fails, so it holds nobody up. decided_at: when a person answered a flood's question.
ALTER TABLE deliveries ADD COLUMN source TEXT;
ALTER TABLE deliveries ADD COLUMN reason TEXT NOT NULL DEFAULT '';
ALTER TABLE deliveries ADD COLUMN digest_id TEXT REFERENCES deliveries (id);
ALTER TABLE deliveries ADD COLUMN parts_sent INTEGER NOT NULL DEFAULT 0;
ALTER TABLE deliveries ADD COLUMN failing_since TEXT;
ALTER TABLE deliveries ADD COLUMN is_aside INTEGER NOT NULL DEFAULT 0;
ALTER TABLE deliveries ADD COLUMN decided_at TEXT;
CREATE INDEX deliveries_waiting ON deliveries (endpoint, next_attempt_at) WHERE state = 'waiting';
CREATE INDEX deliveries_created ON deliveries (endpoint, created_at);
CREATE INDEX deliveries_digest ON deliveries (digest_id) WHERE digest_id IS NOT NULL;
CREATE INDEX deliveries_announcement ON deliveries (announcement_id);

CREATE TABLE tokens (                   -- what robots were sent lately; a token comes back when its window has passed
    bucket TEXT NOT NULL,               -- the robot, as a hash of its address
    taken_at INTEGER NOT NULL           -- milliseconds since the epoch: quotas count within a second
);
CREATE INDEX tokens_taken ON tokens (bucket, taken_at);

CREATE TABLE closed_buckets (           -- robots that asked for silence
    bucket TEXT PRIMARY KEY,
    until INTEGER NOT NULL              -- milliseconds since the epoch
) WITHOUT ROWID;

CREATE TABLE incidents (                -- what the operator was told
    id INTEGER PRIMARY KEY,
    key TEXT NOT NULL,                  -- what is wrong: endpoint:NAME, delivery:ID
    summary TEXT NOT NULL,
    detail TEXT NOT NULL,
    opened_at TEXT NOT NULL,
    resolved_at TEXT
);
CREATE UNIQUE INDEX incidents_open ON incidents (key) WHERE resolved_at IS NULL;

CREATE TABLE rejections (               -- announcements that a reviewer took back
    announcement_id INTEGER PRIMARY KEY REFERENCES announcements (id),
    reason TEXT NOT NULL,
    rejected_at TEXT NOT NULL
)
"""


@migrations()
def delivery(db: Database) -> None:
    """Add digests, reasons, parts, tokens, incidents and rejections."""
    for statement in DELIVERY.split(";\n"):
        db.execute(statement)


EVIDENCE = """
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
ALTER TABLE facts ADD COLUMN unit TEXT
"""


@migrations()
def evidence(db: Database) -> None:
    """Add further pages and attachments, revisions, re-reads, and the quantities of facts."""
    for statement in EVIDENCE.split(";\n"):
        db.execute(statement)


VERDICTS = """
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
CREATE INDEX verdicts_article ON verdicts (article_id, id)
"""


@migrations()
def verdicts(db: Database) -> None:
    """Add the reviewers' verdicts."""
    for statement in VERDICTS.split(";\n"):
        db.execute(statement)


VERIFIED = """
CREATE TABLE checks (                   -- what `sources verify` found from here, the last time for each source
    source TEXT PRIMARY KEY,
    checked_at TEXT NOT NULL,
    verified_at TEXT,                   -- when it last worked from here, NULL when it never did
    state TEXT NOT NULL,                -- works | partly | fails
    outcome TEXT NOT NULL,              -- as that of a run, and its cause
    cause TEXT,
    reason TEXT NOT NULL,
    detail TEXT NOT NULL                -- JSON object, for the report
) WITHOUT ROWID
"""


@migrations()
def verified(db: Database) -> None:
    """Add what was found when the sources were checked."""
    for statement in VERIFIED.split(";\n"):
        db.execute(statement)
