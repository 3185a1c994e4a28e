"""Keeping house: removing what nobody needs, bringing it back, annotating, backups, how the store grows."""
