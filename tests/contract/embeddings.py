"""Replies of an embedding service: true vectors of the texts it is sent, with what is to be wrong about them."""

import json
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler
from typing import Any

from retrieval.hits import Encoder
from tests.contract.fault_server import Reply, page
from tests.fakes import HashEncoder

PATH = "/v1/embeddings"
JSON = {"Content-Type": "application/json"}
Rows = list[dict[str, Any]]


def _as_they_are(rows: Rows) -> Rows:
    return rows


def vectors(change: Callable[[Rows], Rows] = _as_they_are, encoder: Encoder | None = None) -> Reply:
    """A vector for each text, of an encoder that needs no model unless one is given, as `change` would have them."""
    made = encoder or HashEncoder()

    def reply(handler: BaseHTTPRequestHandler) -> None:
        texts = json.loads(handler.body)["input"]  # type: ignore[attr-defined]
        rows = [
            {"object": "embedding", "index": at, "embedding": vector.tolist()}
            for at, vector in enumerate(made.encode(texts, "document"))
        ]
        page(json.dumps({"object": "list", "data": change(rows), "model": "m"}), JSON)(handler)

    return reply
