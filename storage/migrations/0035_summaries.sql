-- Each time that a language model was asked to sum a policy up; a row is written before it is asked, so that it counts.
CREATE TABLE summaries (
    id              INTEGER PRIMARY KEY,
    announcement_id INTEGER NOT NULL REFERENCES announcements (id),
    version         INTEGER NOT NULL,   -- of the announcement
    model           TEXT NOT NULL,
    who             TEXT NOT NULL,      -- the reviewer who asked
    day             TEXT NOT NULL,      -- in China: the bound counts by it
    asked_at        TEXT NOT NULL,
    sent_sha256     TEXT NOT NULL,      -- of the text that was sent
    made_at         TEXT,               -- when the answer was read; NULL: none came
    zh              TEXT NOT NULL DEFAULT '[]',  -- JSON: sentences, each with the quote that carries it
    en              TEXT NOT NULL DEFAULT '[]',
    problem         TEXT                -- why there is no summary: slow, unreachable, http 401, …
);
CREATE INDEX summaries_by_announcement ON summaries (announcement_id, id);
CREATE INDEX summaries_by_day ON summaries (day);
