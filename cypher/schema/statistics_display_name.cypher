// Nodes labelled Statistics by what people call them: (:Statistics {display_name: …}) starts here.
// Parameters: none. Columns: none.
CREATE INDEX graphmeta_statistics_display_name IF NOT EXISTS
FOR (node:Statistics) ON (node.display_name)
