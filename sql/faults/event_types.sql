-- Events of a type that MLMD does not have.
-- Columns: how many, the lowest id of such an event (NULL without any).
SELECT COUNT(*), MIN(id) FROM Event
WHERE type IS NULL OR type NOT BETWEEN 0 AND 7;
