-- Remove an index.
-- Placeholders: index, its name between double quotes.
DROP INDEX /*index*/;
