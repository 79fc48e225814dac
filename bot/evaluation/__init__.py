"""How well questions are answered, through the engine that serves.

    questions.py  sets with gold answers: folders in BEIR form, golden files, questions without an answer
    measure.py    questions asked, answers held against the gold    report.py  table, JSON, one line a question

Only `chidao eval --answers` and the floors of tests/eval import it.
"""
