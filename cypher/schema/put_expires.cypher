// Remembered puts by when they may be forgotten; those to keep have no such time.
// Parameters: none. Columns: none.
CREATE INDEX graphmeta_put_expires IF NOT EXISTS
FOR (put:GraphmetaPut) ON (put.expires)
