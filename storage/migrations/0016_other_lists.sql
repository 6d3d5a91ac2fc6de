-- Add what a listing page shows in place of its list, to see whether it lives.

-- other_rows: as rows, NULL while the list is the one it was. other_moves: how often that has had something new since.
ALTER TABLE shown ADD COLUMN other_rows TEXT;
ALTER TABLE shown ADD COLUMN other_moves INTEGER NOT NULL DEFAULT 0;
