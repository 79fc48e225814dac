"""The documents of a set, indexed as articles are: stored, cut, encoded and put into a generation by `reload`.

Every document counts on its own. Where a home would take one for a version of another and serve only one of them, the
figures would depend on that judgement, and the set's relevance would have to be bent to it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from corpus.clean import tidy
from corpus.generation import Home
from corpus.models import ID_LENGTH, Article
from corpus.store import ArticleStore
from retrieval.build import reload
from retrieval.encoding import Coder
from retrieval.evaluation.sets import Document
from retrieval.serving import Generation


def index_documents(folder: Path, documents: Iterable[Document], coder: Coder) -> Home:
    """A home below `folder` that serves the documents and nothing else; an article's source is the document's id.

    It is named by what the documents say, and stays, so that the next run over the same documents with the same
    model encodes nothing; it may be deleted at any time.

    Raises:
        HomeError: the folder cannot be written, or another process is indexing the same documents.
        ModelError: the encoder cannot be loaded.
    """
    articles = [article_of(document) for document in documents]
    key = hashlib.sha256("\n".join(article.id for article in articles).encode()).hexdigest()
    home = Home(folder / key[:ID_LENGTH])
    with ArticleStore(home.store) as store:
        if not store.count():
            store.add_apart(articles)
    reload(home, coder)
    return home


def article_of(document: Document) -> Article:
    """The document as an article; a title alone is a text too."""
    title = " ".join(tidy(document.title).split())
    made = Article.create(title=title, published=None, source=document.id, text=tidy(document.text) or title)
    return replace(made, id=hashlib.sha256(f"{document.id}\x00{made.digest}".encode()).hexdigest()[:ID_LENGTH])


def documents_of(generation: Generation) -> dict[str, str]:
    """Article ids, and the ids of the documents they were made of."""
    return {article.id: article.source for article in generation.snapshot.listed()}
