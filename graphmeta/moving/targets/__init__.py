"""Where lineage may be copied to; `opening.open_target` finds the one for a URL."""
