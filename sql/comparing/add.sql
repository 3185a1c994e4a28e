-- A thing of one side.
-- Placeholders: side, which is a or b.
-- Parameters: what names it: two ids and a text; what it says.
INSERT INTO item (first, second, third, /*side*/) VALUES (?, ?, ?, ?)
ON CONFLICT (first, second, third) DO UPDATE SET /*side*/ = excluded./*side*/;
