// Nodes labelled Process by name: (:Process {name: …}) starts here.
// Parameters: none. Columns: none.
CREATE INDEX graphmeta_process_name IF NOT EXISTS
FOR (node:Process) ON (node.name)
