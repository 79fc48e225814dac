"""What models want of a text before they encode it, where their folders do not say: prompts, and joined words.

A wrong prompt costs E5 several points of nDCG and nobody would see why, so known families are told by name.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from config.errors import ModelError
from retrieval.hits import Role

_TASK = "Instruct: Given a web search query, retrieve relevant passages that answer the query\nQuery: "
_KEYS: dict[Role, tuple[str, ...]] = {"query": ("query",), "document": ("document", "passage", "corpus")}
Segment = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Family:
    """`prompts` stand before each text; `segmented` models have learned words whose syllables are joined by `_`."""

    prompts: Mapping[Role, str] = field(default_factory=dict)
    segmented: bool = False


# By the last part of the name, in order. Sources: the models' cards. What fits none is encoded as it is.
_FAMILIES = [
    (r"e5-.*instruct", Family({"query": _TASK})),
    (r"(?:^|[-_])e5-", Family({"query": "query: ", "document": "passage: "})),  # multilingual-e5-small, -base, -large
    (r"bge-m3|^vietnamese_embedding", Family()),  # BAAI/bge-m3, AITeamVN/Vietnamese_Embedding
    (r"phobert|^vietnamese-bi-encoder", Family(segmented=True)),  # bkai-foundation-models/vietnamese-bi-encoder
]


def family_of(model: str) -> Family:
    """The family of a model folder or hub name."""
    name = _last_part(model)
    found = next((family for pattern, family in _FAMILIES if re.search(pattern, name, re.IGNORECASE)), Family())
    if str(_json(Path(model) / "tokenizer_config.json").get("tokenizer_class")).startswith("Phobert"):
        return Family(found.prompts, segmented=True)
    return found


def _last_part(model: str) -> str:
    """Of a folder in the hub's cache (models--intfloat--multilingual-e5-small/snapshots/…) the model's name."""
    path = Path(model)
    return path.parts[-3].rpartition("--")[2] if path.parent.name == "snapshots" and len(path.parts) > 2 else path.name


def own_prompts(model: str) -> dict[Role, str]:
    """The prompts that a model folder brings; of a hub name none are known before it is loaded."""
    return by_role(_json(Path(model) / "config_sentence_transformers.json").get("prompts") or {})


def by_role(prompts: Mapping[str, str | None]) -> dict[Role, str]:
    """Those of sentence-transformers, whose passages have one of several names; empty ones are none."""
    found = {role: next((text for key in keys if (text := prompts.get(key))), "") for role, keys in _KEYS.items()}
    return {role: text for role, text in found.items() if text}


def _json(path: Path) -> dict[str, Any]:
    try:
        read = json.loads(path.read_bytes())
    except (OSError, ValueError):
        return {}
    return read if isinstance(read, dict) else {}


def segmenter(model: str) -> Segment:
    """Joins the syllables of words: `thủ tục` becomes `thủ_tục`.

    Raises:
        ModelError: pyvi, which knows the words, is not installed.
    """
    try:
        from pyvi import ViTokenizer  # noqa: PLC0415  optional, and 2 s
    except ImportError as error:
        raise ModelError(
            f"mô hình «{model}» cần câu đã tách từ, mà chưa cài pyvi; chạy: pip install 'chidao[segmentation]'",
            f"the model «{model}» wants words segmented, and pyvi is not installed; run: "
            "pip install 'chidao[segmentation]'",
        ) from error
    return lambda text: str(ViTokenizer.tokenize(text))
