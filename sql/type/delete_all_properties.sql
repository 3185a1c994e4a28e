-- Forget what all types declare.
DELETE FROM TypeProperty;
