-- Add what a visit did with each row, and two plans of re-reading: pages that are edited, pages that are filled later.

-- links: different links among the rows. known: of these in the archive before. fetched: pages that were answered,
-- extracted: of these with a text, failed: not answered. flaws: JSON object, how many of what was wrong (storage/runs.py).
ALTER TABLE runs ADD COLUMN links INTEGER NOT NULL DEFAULT 0;
ALTER TABLE runs ADD COLUMN known INTEGER NOT NULL DEFAULT 0;
ALTER TABLE runs ADD COLUMN fetched INTEGER NOT NULL DEFAULT 0;
ALTER TABLE runs ADD COLUMN extracted INTEGER NOT NULL DEFAULT 0;
ALTER TABLE runs ADD COLUMN failed INTEGER NOT NULL DEFAULT 0;
ALTER TABLE runs ADD COLUMN flaws TEXT NOT NULL DEFAULT '{}';

-- plan: edited | unfilled. since: when the plan began, NULL when that was the first reading.
ALTER TABLE rereads ADD COLUMN plan TEXT NOT NULL DEFAULT 'edited';
ALTER TABLE rereads ADD COLUMN since TEXT;
