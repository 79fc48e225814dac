"""What the bot remembers beside the articles: one schema, in SQLite or in PostgreSQL.

database.py       the file or server, opened and brought up to date    schema.py    its tables
keyring.py        who people are, as keyed hashes; what is sealed      migrations/  how the tables came about
people.py         languages chosen, and forgetting a person            inbox.py     updates, each answered once
conversations.py  the last turns of a chat                             replies.py   which messages answer which
audit.py          what admins did, never changed                       feedback.py  right or wrong, and why
previews.py       what an admin sent and has not confirmed             watches.py   directives that staff watch
store.py          all of these, together
"""
