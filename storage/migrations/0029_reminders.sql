-- The reminders of closing days that were put into the outbox: none is put twice.
CREATE TABLE reminders (
    announcement_id INTEGER NOT NULL REFERENCES announcements (id),
    endpoint TEXT NOT NULL,
    day TEXT NOT NULL,                  -- the closing day
    days_before INTEGER NOT NULL,       -- which of the endpoint's steps
    put_at TEXT NOT NULL,
    PRIMARY KEY (announcement_id, endpoint, day, days_before)
) WITHOUT ROWID;
