-- Make the search index anew, with what articles are filtered by (storage/search_terms.py). storage/search_index.py fills it.

DROP TABLE search_index;
CREATE VIRTUAL TABLE search_index USING fts5 (text, title, attachments, terms, content = '', tokenize = 'ascii');
