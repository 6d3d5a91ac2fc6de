-- What the author of a verdict saw: the version of the announcement, and the verdict that stood then.
ALTER TABLE verdicts ADD COLUMN seen_version INTEGER;
ALTER TABLE verdicts ADD COLUMN seen_verdict INTEGER;
