-- A button on a card gives one verdict, however often its vendor tells of the press: `press` is the endpoint and the
-- vendor's id of the press, NULL for a verdict that was given elsewhere.
ALTER TABLE verdicts ADD COLUMN press TEXT;
CREATE UNIQUE INDEX verdicts_press ON verdicts (press) WHERE press IS NOT NULL;
