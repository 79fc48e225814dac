"""The recipe of our own sentence encoder: what it learns from, how, and the export to its serving form. See README.md.

Nothing that serves imports it: its packages are those of the extra "training".
"""
