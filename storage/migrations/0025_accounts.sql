-- Add whose a saved search is, and how people get in: links that let one person in, and who came by which login.

-- owner: the person who alone sees it, NULL when it is shared; those from before are.
ALTER TABLE saved_searches ADD COLUMN owner TEXT;
DROP INDEX saved_searches_name;
CREATE UNIQUE INDEX saved_searches_name ON saved_searches (coalesce(owner, ''), name) WHERE removed_at IS NULL;

CREATE TABLE invitations (              -- links that let one person in, once: storage/invitations.py
    id INTEGER PRIMARY KEY,
    token_hash TEXT NOT NULL UNIQUE,    -- SHA-256 of the link's token, which is kept nowhere
    role TEXT,                          -- of the new account; NULL when it resets the password of one that is there
    name TEXT,                          -- of the account whose password it resets, NULL when it invites
    made_at TEXT NOT NULL,
    made_by TEXT NOT NULL,
    expires_at TEXT NOT NULL,
    used_at TEXT,
    used_by TEXT,
    withdrawn_at TEXT,
    withdrawn_by TEXT
);

CREATE TABLE sign_ins (                 -- people who have logged in: storage/sign_ins.py
    name TEXT PRIMARY KEY,
    subject TEXT,                       -- issuer and sub of OpenID Connect, NULL for who logs in by password
    role TEXT NOT NULL,                 -- at the last login
    last_at TEXT NOT NULL
) WITHOUT ROWID;
CREATE UNIQUE INDEX sign_ins_subject ON sign_ins (subject) WHERE subject IS NOT NULL;
