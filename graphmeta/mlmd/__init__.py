"""ML Metadata's interface on graphmeta's stores."""
