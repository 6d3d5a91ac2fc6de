-- Add the indexes that the overviews read instead of whole rows: texts and payloads lie between the columns they need.

CREATE INDEX announcements_overview ON announcements (
    merged_into, region, act, first_published_at, first_seen_at, tracks, instrument, score, issuers
);
CREATE INDEX articles_delay ON articles (source, first_seen_at, published_at, published_precision, url);
CREATE INDEX articles_newest ON articles (source, published_at);
CREATE INDEX runs_healthy ON runs (source, finished_at) WHERE outcome IN ('ok', 'unchanged');
CREATE INDEX deliveries_state ON deliveries (state, endpoint, delivered_at, created_at, source, type);
