"""How well passages are found: question sets put through the chunking, the indexes and the fusion that serve.

    sets.py     folders in BEIR form, read with errors that name file and line    index.py    a set's documents, indexed
    measure.py  questions asked, scores of the metrics library    compare.py  intervals, paired tests
    runs.py     the scores of a run as a file, to compare with later    report.py, plot.py  table, JSON, picture

Only `chidao eval`, the floors of tests/eval and bench/ import it: the libraries behind it take seconds to load.
"""
