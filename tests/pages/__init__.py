"""Tests of the web pages without a browser: what they answer, to whom, and that nothing in a store breaks them."""
