"""Tests of the pages in a real browser, by role and name, as people use them."""
