"""What the questions answer: plain dataclasses, each with `to_json()`, and as text what the command line prints.

`notes` are sentences for people: what an answer rests on where it is a guess, and what is missing.
"""
