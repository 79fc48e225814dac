"""Checking a draft: every reference in a text resolved (`check.py`), and the text given back with them marked."""
