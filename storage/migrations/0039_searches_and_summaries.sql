-- Let a saved search tell several endpoints, as often as it says itself; and a summary stay with the article it is of.

-- endpoints: a JSON list of their names. frequency: instant, hourly, daily, weekly; NULL when each endpoint's times hold.
ALTER TABLE saved_searches ADD COLUMN endpoints TEXT NOT NULL DEFAULT '[]';
ALTER TABLE saved_searches ADD COLUMN frequency TEXT;
UPDATE saved_searches SET endpoints = json_array(endpoint) WHERE endpoint IS NOT NULL;
ALTER TABLE saved_searches DROP COLUMN endpoint;

-- What a search was before a change says the same in the same words, as columns do, so that it can still be undone.
UPDATE saved_search_changes SET before = json_set(json_remove(before, '$.endpoint'), '$.frequency', NULL, '$.endpoints',
    iif(json_extract(before, '$.endpoint') IS NULL, '[]', json_array(json_extract(before, '$.endpoint')) || ''))
WHERE json_valid(before);

-- A summary is of the text that was sent, wherever its article goes: NULL where that is not known any more.
ALTER TABLE summaries ADD COLUMN article_id INTEGER REFERENCES articles (id);
UPDATE summaries SET article_id = (SELECT lead_article_id FROM announcements AS n
                                   WHERE n.id = summaries.announcement_id AND n.version = summaries.version);
DROP INDEX summaries_by_announcement;
CREATE INDEX summaries_by_article ON summaries (article_id, id);
