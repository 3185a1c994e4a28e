"""ML Metadata's messages."""
