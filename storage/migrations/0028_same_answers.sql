-- The answer that a listing page was last read from, with all that its reading depends on: the same one is not read again.
ALTER TABLE listings ADD COLUMN answer_sha256 TEXT;
