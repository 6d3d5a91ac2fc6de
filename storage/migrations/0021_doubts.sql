-- Add what is to be said of a page and of a date: an answer that was cut short, two sources of a date that disagree.

ALTER TABLE pages ADD COLUMN note TEXT NOT NULL DEFAULT '';
ALTER TABLE articles ADD COLUMN published_doubt TEXT;
