"""Bridges to other people's libraries, each a module that only its own users import."""
