-- Add what sites' own searches and sitemaps showed, as paths of their own.

CREATE TABLE site_looks (               -- the last look at a site by each of these paths
    site TEXT NOT NULL,                 -- its home page
    path TEXT NOT NULL,                 -- search | sitemap
    looked_at TEXT NOT NULL,
    since TEXT NOT NULL,                -- from which day on rows were compared
    address TEXT NOT NULL,              -- what was asked, empty where nothing was there to ask
    listed INTEGER NOT NULL,            -- rows
    recent INTEGER NOT NULL,            -- those of the days compared
    lacking INTEGER NOT NULL,           -- those of them that the archive did not have
    reason TEXT NOT NULL,               -- why it could not be asked or showed nothing, empty when all is well
    PRIMARY KEY (site, path)
) WITHOUT ROWID;

CREATE TABLE site_finds (               -- rows that the archive lacked, and those of articles of an announcement
    key TEXT NOT NULL,                  -- as that of articles
    path TEXT NOT NULL,
    site TEXT NOT NULL,
    url TEXT NOT NULL,
    title TEXT NOT NULL,
    day TEXT,
    found_at TEXT NOT NULL,
    was_lacking INTEGER NOT NULL,
    PRIMARY KEY (key, path)
) WITHOUT ROWID;
