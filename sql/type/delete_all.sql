-- Forget all types: those of another store take their place.
DELETE FROM Type;
