-- Add the indexes by which pruning finds what still needs a page, a body or an article.

CREATE INDEX articles_page ON articles (page_id);
CREATE INDEX page_parts_part ON page_parts (part_id) WHERE part_id IS NOT NULL;
CREATE INDEX revisions_page ON revisions (page_id);
CREATE INDEX pages_body ON pages (sha256);
CREATE INDEX addresses_article ON addresses (article_id);
CREATE INDEX fingerprints_article ON fingerprints (article_id);
CREATE INDEX announcements_lead ON announcements (lead_article_id);
