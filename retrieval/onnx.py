"""The encoder that comes along: one int8 ONNX graph and its tokenizer, run without torch.

Each text is run alone. int8 activations are scaled over the whole batch, so a text's vector would depend on its
neighbours (cosine 0.994 in one trial); alone it is always the same, and needs no padding.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from pydantic import BaseModel, ConfigDict

from config.errors import ModelError
from retrieval.hits import Role, Vectors

if TYPE_CHECKING:
    import onnxruntime
    from tokenizers import Tokenizer

GRAPH, TOKENIZER, CARD = "model.onnx", "tokenizer.json", "encoder.json"


class EncoderCard(BaseModel):
    """What encoder.json says beside the graph."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    name: str
    prompts: dict[Role, str]
    max_tokens: int


def is_onnx_folder(folder: Path) -> bool:
    """Whether a model folder is of this kind."""
    return (folder / GRAPH).is_file() and (folder / CARD).is_file()


class OnnxEncoder:
    """A graph with pooling and normalisation inside, loaded when first used. Safe to share between threads."""

    def __init__(self, folder: Path, prompts: dict[Role, str], threads: int | None = None) -> None:
        """`threads` encode at once; None: as many as there are cores."""
        self._folder = folder
        self._given = prompts
        self._threads = threads or os.cpu_count()
        self._lock = threading.Lock()
        self._loaded: tuple[onnxruntime.InferenceSession, Tokenizer, dict[Role, str]] | None = None

    def encode(self, texts: Sequence[str], role: Role) -> Vectors:
        """Unit vectors, one row a text: float32 of shape (len(texts), dimension).

        Raises:
            ModelError: the folder's files cannot be loaded.
        """
        session, tokenizer, prompts = self._load()

        def encode_one(text: str) -> Vectors:
            ids = np.array([tokenizer.encode(prompts[role] + text).ids], dtype=np.int64)
            (vectors,) = session.run(None, {"input_ids": ids, "attention_mask": np.ones_like(ids)})
            return np.asarray(vectors[0], dtype=np.float32)

        if len(texts) == 1:
            return encode_one(texts[0])[np.newaxis]
        # One thread a run (the setting below) and a run a core beats many threads in one short run.
        with ThreadPoolExecutor(self._threads) as pool:
            return np.stack(list(pool.map(encode_one, texts)))

    def _load(self) -> tuple[onnxruntime.InferenceSession, Tokenizer, dict[Role, str]]:
        with self._lock:
            if self._loaded is None:
                self._loaded = _load(self._folder, self._given)
            return self._loaded


def _load(folder: Path, given: dict[Role, str]) -> tuple[onnxruntime.InferenceSession, Tokenizer, dict[Role, str]]:
    import onnxruntime  # noqa: PLC0415  0.2 s, which commands without a question need not pay
    from tokenizers import Tokenizer  # noqa: PLC0415

    try:
        card = EncoderCard.model_validate_json((folder / CARD).read_bytes())
        tokenizer = Tokenizer.from_file(str(folder / TOKENIZER))
        tokenizer.enable_truncation(card.max_tokens)
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        session = onnxruntime.InferenceSession(str(folder / GRAPH), options, providers=["CPUExecutionProvider"])
    except Exception as error:  # both libraries raise bare Exception
        reason = " ".join(str(error).split())[:200]
        raise ModelError(
            f"không nạp được mô hình trong {folder.name}: {reason}; chép lại thư mục mô hình",
            f"cannot load the model in {folder.name}: {reason}; copy the model folder again",
        ) from error
    return session, tokenizer, {**card.prompts, **given}
