-- Add the index that counts a source's troubles: of a year's runs they are a few.

CREATE INDEX runs_troubled ON runs (source, cause, outcome) WHERE outcome NOT IN ('ok', 'unchanged');
