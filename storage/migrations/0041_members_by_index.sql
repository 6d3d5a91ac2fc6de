-- Find by indexes which articles of an act new ones are compared with, and the acts of a region's last days.

CREATE INDEX mentions_official ON mentions (announcement_id, standing DESC, joined_at);
-- mentions_joined begins as it does
DROP INDEX mentions_announcement;

-- last_day: the latest day in China on which an article of it was published, or first seen where it tells none.
-- From now on both days follow each article that joins or is edited; all are looked through here for the last time.
ALTER TABLE announcements ADD COLUMN last_day TEXT;
UPDATE announcements SET
    first_published_at = (
        SELECT a.published_at FROM mentions AS m JOIN articles AS a ON a.id = m.article_id
        WHERE m.announcement_id = announcements.id AND a.published_at <> ''
        ORDER BY date(a.published_at, '+8 hours'), instr(a.published_at, 'T') = 0, a.published_at LIMIT 1),
    last_day = (
        SELECT max(date(coalesce(a.published_at, a.first_seen_at), '+8 hours'))
        FROM mentions AS m JOIN articles AS a ON a.id = m.article_id WHERE m.announcement_id = announcements.id)
WHERE EXISTS (SELECT 1 FROM mentions AS m WHERE m.announcement_id = announcements.id);
CREATE INDEX announcements_region_days ON announcements (region, last_day);
DROP INDEX announcements_region;
