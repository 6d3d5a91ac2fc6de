-- Find by an index which articles of an act new ones are compared with.

CREATE INDEX mentions_official ON mentions (announcement_id, standing DESC, joined_at);
-- mentions_joined begins as it does
DROP INDEX mentions_announcement;

-- From now on a page that is edited gives its act another first day at once, and one that joins is compared with that day
-- only: all are looked through here for the last time.
UPDATE announcements SET first_published_at = (
    SELECT a.published_at FROM mentions AS m JOIN articles AS a ON a.id = m.article_id
    WHERE m.announcement_id = announcements.id AND a.published_at <> ''
    ORDER BY date(a.published_at, '+8 hours'), instr(a.published_at, 'T') = 0, a.published_at LIMIT 1)
WHERE EXISTS (SELECT 1 FROM mentions AS m WHERE m.announcement_id = announcements.id);
