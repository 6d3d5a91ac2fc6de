-- Add what reviewers do on the review page: verdicts on announcements, notes, tags, and what analysts read as tables.

-- announcement_id: the announcement that a verdict was given on, with its leading article; NULL: on the article alone.
ALTER TABLE verdicts ADD COLUMN announcement_id INTEGER REFERENCES announcements (id);
UPDATE verdicts SET announcement_id = (SELECT n.id FROM announcements AS n WHERE n.lead_article_id = verdicts.article_id
                                       AND n.merged_into IS NULL);
CREATE INDEX verdicts_announcement ON verdicts (announcement_id, id) WHERE announcement_id IS NOT NULL;
CREATE INDEX verdicts_who ON verdicts (who, id) WHERE undone_at IS NULL;

-- withdrawn_from: the state of a message before its announcement was rejected, so that it can be taken up again.
ALTER TABLE deliveries ADD COLUMN withdrawn_from TEXT;

CREATE TABLE notes (                    -- what reviewers wrote beside an announcement
    id INTEGER PRIMARY KEY,
    announcement_id INTEGER NOT NULL REFERENCES announcements (id),
    who TEXT NOT NULL,
    text TEXT NOT NULL,
    made_at TEXT NOT NULL,
    removed_at TEXT,                    -- NULL while it stands
    removed_by TEXT
);
CREATE INDEX notes_announcement ON notes (announcement_id) WHERE removed_at IS NULL;

CREATE TABLE tags (
    tag TEXT NOT NULL,
    announcement_id INTEGER NOT NULL REFERENCES announcements (id),
    who TEXT NOT NULL,
    added_at TEXT NOT NULL,
    PRIMARY KEY (tag, announcement_id)
) WITHOUT ROWID;
CREATE INDEX tags_announcement ON tags (announcement_id);

CREATE INDEX announcements_seen ON announcements (first_seen_at, id) WHERE merged_into IS NULL;
CREATE INDEX announcements_merged ON announcements (merged_into) WHERE merged_into IS NOT NULL;
CREATE INDEX mentions_joined ON mentions (announcement_id, joined_at);
CREATE INDEX assessments_near ON assessments (score, article_id)
WHERE label <> 'announcement' AND score >= threshold * 0.8 AND score < threshold;

CREATE VIEW "政策" AS                    -- announcements as analysts read them
SELECT n.id AS "编号", n.title AS "标题", n.region_name AS "地区", n.act AS "事项", n.instrument AS "文种",
       n.document_number AS "发文字号",
       (SELECT group_concat(value, '、') FROM json_each(n.issuers)) AS "发文机关",
       (SELECT group_concat(value, '、') FROM json_each(n.tracks)) AS "赛道",
       n.score AS "得分", n.first_published_at AS "发布", n.first_seen_at AS "发现",
       (SELECT min(d.delivered_at) FROM deliveries AS d WHERE d.announcement_id = n.id AND d.state = 'delivered')
           AS "送达",
       (SELECT count(*) FROM mentions AS m WHERE m.announcement_id = n.id) AS "文章数",
       coalesce((SELECT v.verdict FROM verdicts AS v WHERE v.announcement_id = n.id AND v.undone_at IS NULL
                 ORDER BY v.id DESC LIMIT 1), 'new') AS "判定",
       (SELECT a.url FROM articles AS a WHERE a.id = n.lead_article_id) AS "原文"
FROM announcements AS n WHERE n.merged_into IS NULL;

CREATE VIEW "判定记录" AS
SELECT v.id AS "编号", v.given_at AS "时间", v.who AS "谁", v.verdict AS "判定", v.reason AS "理由", a.title AS "标题",
       v.score AS "当时得分", v.announcement_id AS "政策", v.article_id AS "文章", v.undone_at AS "撤销"
FROM verdicts AS v JOIN articles AS a ON a.id = v.article_id;
