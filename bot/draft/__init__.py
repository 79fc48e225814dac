"""Checking a draft: its text, every reference in it resolved (`check.py`), and the text given back with them marked."""
