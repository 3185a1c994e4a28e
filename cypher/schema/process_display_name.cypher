// Nodes labelled Process by what people call them: (:Process {display_name: …}) starts here.
// Parameters: none. Columns: none.
CREATE INDEX graphmeta_process_display_name IF NOT EXISTS
FOR (node:Process) ON (node.display_name)
