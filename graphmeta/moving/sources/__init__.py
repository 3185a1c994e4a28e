"""Where lineage may come from; `opening.open_source` finds the one for a URL."""
