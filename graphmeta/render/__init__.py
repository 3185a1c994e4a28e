"""Answers and lineages for people: `svg.to_svg`, `dot.to_dot`, `mermaid.to_mermaid`, `tree.tree`, `text`.

Nothing is imported here, so that a command loads only what it prints with.
"""
