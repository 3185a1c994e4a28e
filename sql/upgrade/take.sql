-- Take the rows of the table that was set aside, each value as it is. The newest of several events that say the same
-- stays, as in ml-metadata; of everything else each row does.
-- Placeholders: table, columns (of the closed set that the new table has), insert (INSERT, or INSERT OR IGNORE for
-- events that may be there twice), direction (ASC, or DESC for them).
/*insert*/ INTO /*table*/ (/*columns*/)
SELECT /*columns*/ FROM graphmeta_old ORDER BY rowid /*direction*/;
