"""Checks: whether what was recorded can be trusted. Each is a function of a store that returns a `Check`."""
