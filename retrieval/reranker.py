"""A cross-encoder that reads question and passage together and puts the first hits in a better order. Optional.

Slow beside the search itself (a passage costs it about what a whole question costs the encoder), so it reads only the
first hits, and none is used unless settings name one. Loaded by sentence-transformers when the first question comes.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import TYPE_CHECKING

from retrieval.encoder import cannot_load, model_folder, quiet_libraries

if TYPE_CHECKING:
    from sentence_transformers import CrossEncoder


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
    folder = model_folder(name)
    quiet_libraries()
    from sentence_transformers import CrossEncoder  # noqa: PLC0415  seconds; only where settings name a model

    try:
        model = CrossEncoder(name, local_files_only=folder is not None, trust_remote_code=False)
    except Exception as error:  # four libraries deep; safetensors raises one of its own
        reason = str(error).strip().split("\n")[0][:200]
        raise cannot_load(name, reason, reason) from error
    if model.num_labels != 1:
        raise cannot_load(
            name,
            f"mô hình cho {model.num_labels} điểm mỗi cặp, cần 1",
            f"it gives {model.num_labels} scores for a pair, 1 is needed",
        )
    return model
