"""Where generations are served from: files of the home (FAISS, Tantivy, SQLite), or PostgreSQL with pgvector.

A backend opens generations; what it opens meets the same contract whatever lies behind it (`retrieval/hits.py`,
`corpus/sealed.py`), and one suite of tests holds all of them to it. Generations are always built in the home of the one
who writes, and then delivered (`docs/adr/0030-pgvector.md`):

    backend.py     what a backend is, and the one of the home's files
    pgvector.py    the one of a server
    server.py      connections to it, and what is done when they break
    terms.py, vectors.py    search there
    layout.py      schemas, tables, and how they are spread over several servers
    delivery.py    from a home to the server
    fetching.py    from the server to a home
"""
