-- Add the search index. A later migration makes it anew and fills it: SQL has no pairs of characters.

-- search_key: the day of publication (of first sight where that is unknown) and a number within it, so that the highest
-- is the newest; the rowid in search_index. search_crc: of the words that were indexed, folded.
ALTER TABLE articles ADD COLUMN search_key INTEGER;
ALTER TABLE articles ADD COLUMN search_crc INTEGER;
CREATE UNIQUE INDEX articles_search ON articles (search_key);
CREATE INDEX articles_source ON articles (source, search_key);
CREATE INDEX assessments_score ON assessments (score);

-- Contentless: the words are in articles. Text stands first, for a first column costs two bytes less for each word.
CREATE VIRTUAL TABLE search_index USING fts5 (text, title, attachments, content = '', tokenize = 'ascii');
