-- A button on a card gives one verdict, however often its vendor tells of the press.
ALTER TABLE verdicts ADD COLUMN press TEXT;  -- endpoint and the vendor's id of the press, NULL: given elsewhere
CREATE UNIQUE INDEX verdicts_press ON verdicts (press) WHERE press IS NOT NULL;
