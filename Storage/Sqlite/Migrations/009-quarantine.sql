-- Until when a node gets no work because it failed what it was given, and how often in a row it came to that.
ALTER TABLE nodes ADD COLUMN quarantined_until INTEGER;
ALTER TABLE nodes ADD COLUMN quarantines INTEGER NOT NULL DEFAULT 0;
