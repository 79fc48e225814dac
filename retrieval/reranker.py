"""A cross-encoder that reads question and passage together and puts the first hits in a better order. Optional.

Slow beside the search itself (a passage costs it about what a whole question costs the encoder), so it reads only the
first hits, and none is used unless settings name one. Loaded by sentence-transformers when the first question comes.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import TYPE_CHECKING

from retrieval.hub import cannot_load, load_model

if TYPE_CHECKING:
    from sentence_transformers import CrossEncoder

_SETTING = "CHIDAO_RERANKER__MODEL"


class CrossEncoderReranker:
    """Scores passages for a question. Safe to share between threads."""

    def __init__(self, model: str, top: int) -> None:
        """`model` is a folder or a hub name; `top` how many hits are read again."""
        self.top = top
        self._name = model
        self._lock = threading.Lock()  # as of the encoder: torch uses every core already
        self._model: CrossEncoder | None = None

    def scores(self, question: str, texts: Sequence[str]) -> list[float]:
        """How well each text answers the question; bigger is better, on the model's own scale.

        Raises:
            ModelError: no such folder or hub name, or no cross-encoder with one output.
        """
        with self._lock:
            if self._model is None:
                self._model = _load(self._name)
            found = self._model.predict([(question, text) for text in texts], show_progress_bar=False)
        return [float(score) for score in found]


def _load(name: str) -> CrossEncoder:
    def load(source: str, local: bool) -> CrossEncoder:
        from sentence_transformers import CrossEncoder  # noqa: PLC0415  seconds; only where settings name a model

        return CrossEncoder(
            source, local_files_only=local, trust_remote_code=False, model_kwargs={"use_safetensors": True}
        )

    model = load_model(name, _SETTING, load)
    if model.num_labels != 1:
        raise cannot_load(
            name,
            _SETTING,
            f"mô hình cho {model.num_labels} điểm mỗi cặp, cần 1",
            f"it gives {model.num_labels} scores for a pair, 1 is needed",
        )
    return model
