-- When the first and the last event were.
-- Parameters: none.
-- Columns: milliseconds since the epoch (NULL without events, or without their times).
SELECT MIN(milliseconds_since_epoch), MAX(milliseconds_since_epoch) FROM Event;
