"""What is remembered of answers, without who asked: receipts to replay, and questions that found no answer.

masking.py  telephone numbers, identity numbers and e-mail addresses taken out    models.py  what a receipt holds
store.py    the file they are kept in    recorder.py  writes beside the answers, never in their way
replay.py   a receipt asked again of its generation    gaps.py  unanswered questions, those alike together
"""
