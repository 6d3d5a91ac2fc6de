-- Add the tokens of programs that ask the API or the feeds.

CREATE TABLE api_tokens (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,                 -- of the program that has it
    scope TEXT NOT NULL,                -- read, review or admin; each may do what the one before it may
    sha256 TEXT NOT NULL UNIQUE,        -- of the token, which is kept nowhere
    owner TEXT,                         -- the reviewer whose rights bound it, NULL for the operator
    created_at TEXT NOT NULL,
    created_by TEXT NOT NULL,
    withdrawn_at TEXT                   -- NULL while it is valid
);
