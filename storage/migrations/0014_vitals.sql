-- Add the index that counts given-up links: of a million links they are a few.

CREATE INDEX links_given_up ON links (source) WHERE next_attempt_at IS NULL AND error IS NOT NULL;
