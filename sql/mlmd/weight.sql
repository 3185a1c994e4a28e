-- What a text is compared by: two are the same to MySQL where these are. The text is filled with spaces, for most
-- collations take no notice of those at the end.
-- Placeholders: charset, collation (the database's own).
-- Parameters: the text.
-- Columns: its weight.
SELECT HEX(WEIGHT_STRING(CONVERT(? USING /*charset*/) COLLATE /*collation*/ AS CHAR(255)));
