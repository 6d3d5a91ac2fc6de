-- The exit that each page came by, and what each visit asked through which: {"gd": [requests, failed, seconds]}.
ALTER TABLE pages ADD COLUMN via TEXT NOT NULL DEFAULT 'direct';
ALTER TABLE runs ADD COLUMN exits TEXT NOT NULL DEFAULT '{}';
