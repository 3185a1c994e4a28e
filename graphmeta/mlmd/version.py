"""The version of ml-metadata whose interface this is."""

__version__ = "1.17.1"
