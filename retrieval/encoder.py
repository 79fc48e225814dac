"""Which encoder a setting names, its identity, and any sentence-transformers model from a folder or a hub.

The only importer of sentence_transformers and torch, and only when a text is first encoded: their import alone takes
seconds and 400 MB, which the model that comes along (retrieval/onnx.py) does without.
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from config.errors import NoVectorsError
from retrieval.families import Segment, by_role, family_of, own_prompts, segmenter
from retrieval.hits import Encoder, Role, Vectors
from retrieval.hub import load_model
from retrieval.onnx import OnnxEncoder, is_onnx_folder

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

DEFAULT_MODEL = Path(__file__).parent / "models" / "vi-e5-small"
BATCH, GPU_BATCH = 32, 128  # texts at once; the second is a whole block of a reload
GPU = "cuda"
_MODEL_FILES = {".json", ".safetensors", ".onnx", ".txt", ".model", ".bin"}


@dataclass(frozen=True, slots=True)
class ModelIdentity:
    """Which model: the name for people, and a fingerprint.

    The fingerprint covers what is done to texts before they are encoded, and of a folder every file. Of a hub name it
    covers the name only: pin a revision by downloading it to a folder.
    """

    name: str
    fingerprint: str


def identify(model: str, prompts: dict[Role, str]) -> ModelIdentity:
    """The identity of a model folder (digest of its files) or hub name, without loading it."""
    folder = Path(model)
    if not is_onnx_folder(folder):
        prompts = _added_prompts(model, own_prompts(model), prompts)
    sha256 = hashlib.sha256(repr(sorted(prompts.items())).encode())
    if family_of(model).segmented:
        sha256.update(b"segmented")
    if not folder.is_dir():
        sha256.update(model.encode())
        return ModelIdentity(model, sha256.hexdigest())
    for path in sorted(p for p in folder.rglob("*") if p.suffix in _MODEL_FILES):
        sha256.update(path.relative_to(folder).as_posix().encode())
        with path.open("rb") as file:
            sha256.update(hashlib.file_digest(file, "sha256").digest())
    return ModelIdentity(folder.name, sha256.hexdigest())


def _added_prompts(model: str, own: dict[Role, str], given: dict[Role, str]) -> dict[Role, str]:
    """The prompts that override the model's own: those given, and its family's where it brings none."""
    return {**({} if own else family_of(model).prompts), **given}


def make_encoder(model: str, prompts: dict[Role, str], threads: int | None = None) -> Encoder:
    """The encoder for a folder or hub name; nothing is loaded before it encodes.

    `prompts` stand before each text and override the model's own, role by role. A model that brings none (E5 from the
    hub) gets those of its family (`families.py`). `threads` are for the model that comes along and its like; torch has
    its own.
    """
    if is_onnx_folder(Path(model)):
        return OnnxEncoder(Path(model), prompts, threads)
    return SentenceEncoder(model, prompts)


def check_dimension(vectors: Vectors, dimension: int) -> None:
    """Refuses vectors that do not go with others of this dimension.

    Raises:
        NoVectorsError: they are of another; behind the same name at a service or a hub there is another model now.
    """
    if vectors.shape[1] != dimension:
        raise NoVectorsError(
            f"mô hình mã hoá nay cho vectơ {vectors.shape[1]} chiều, trước đó là {dimension}: dưới tên đó đã là mô "
            "hình khác; đặt tên mới vào CHIDAO_ENCODER__MODEL rồi chạy chidao reload",
            f"the encoder now gives vectors of {vectors.shape[1]} numbers, and gave {dimension} before: behind its "
            "name there is another model; set CHIDAO_ENCODER__MODEL to a new name, then run chidao reload",
        )


@dataclass(frozen=True, slots=True)
class FittingEncoder:
    """An encoder for an index of this dimension; else see `check_dimension`."""

    encoder: Encoder
    dimension: int

    def encode(self, texts: Sequence[str], role: Role) -> Vectors:
        """What the encoder gives, if the index can be searched with it."""
        vectors = self.encoder.encode(texts, role)
        check_dimension(vectors, self.dimension)
        return vectors


class SentenceEncoder:
    """A sentence-transformers model, loaded when first used. Safe to share between threads."""

    def __init__(self, model: str, prompts: dict[Role, str]) -> None:
        self._name = model
        self._prompts = prompts
        self._lock = threading.Lock()
        self._model: SentenceTransformer | None = None
        self._settled: dict[Role, str] = {}
        self._segment: Segment | None = None

    def encode(self, texts: Sequence[str], role: Role) -> Vectors:
        """Unit vectors, one row a text: float32 of shape (len(texts), dimension).

        Raises:
            ModelError: no such folder or hub name, not a sentence-transformers model, or one that wants words segmented
                where nothing is installed to do it.
        """
        with self._lock:  # torch's threads already use every core; two encodes at once only slow each other
            model = self._model = self._model or self._loaded()
            encode = model.encode_query if role == "query" else model.encode_document
            vectors = encode(
                [self._segment(text) for text in texts] if self._segment else list(texts),
                prompt=self._settled.get(role, ""),
                batch_size=GPU_BATCH if model.device.type == GPU else BATCH,
                show_progress_bar=False,
                normalize_embeddings=True,
            )
        return np.asarray(vectors, dtype=np.float32).reshape(len(texts), -1)

    @property
    def device(self) -> str:
        """Where it encodes, as torch names it; empty before it has."""
        return str(self._model.device) if self._model else ""

    def _loaded(self) -> SentenceTransformer:
        if family_of(self._name).segmented:
            self._segment = segmenter(self._name)
        model = _load(self._name)
        own = by_role(model.prompts)  # as saved, "passage" is passed over by encode_document
        self._settled = {**own, **_added_prompts(self._name, own, self._prompts)}
        return model


def _load(name: str) -> SentenceTransformer:
    def load(source: str, local: bool) -> SentenceTransformer:
        import torch  # noqa: PLC0415  seconds; see the module's docstring
        from sentence_transformers import SentenceTransformer  # noqa: PLC0415

        return SentenceTransformer(
            source,
            device=GPU if torch.cuda.is_available() else None,  # None: the best of what else there is
            local_files_only=local,
            trust_remote_code=False,
            # fp16 weights would compute in fp16, slowly, on a CPU.
            model_kwargs={"dtype": "float32", "use_safetensors": True},
        )

    return load_model(name, "CHIDAO_ENCODER__MODEL", load)
