"""Loading a model by sentence-transformers, from a folder on this machine or by its name on a hub."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from config.errors import ModelError

T = TypeVar("T")


def load_model(name: str, setting: str, load: Callable[[str, bool], T]) -> T:
    """What `load` makes of a folder or hub name, which it is told together with whether only local files will do.

    `load` has to see to it that no code of the model runs and that no pickle of a hub is read.

    Raises:
        ModelError: there is no such folder, its weights are a pickle, or a library refuses the model; names `setting`,
            which holds the name.
    """
    folder = Path(name)
    if not folder.is_dir() and (folder.is_absolute() or name.startswith(".")):
        raise cannot_load(name, setting, "không có thư mục này", "there is no such folder")
    _refuse_pickles(name, setting, folder)
    _quiet_libraries()
    try:
        return load(str(folder) if folder.is_dir() else name, folder.is_dir())
    except Exception as error:  # four libraries deep; safetensors raises one of its own
        reason = str(error).strip().split("\n")[0][:200]
        raise cannot_load(name, setting, reason, reason) from error


def cannot_load(name: str, setting: str, vi: str, en: str) -> ModelError:
    """The error for a model that is of no use; `setting` is the variable that names it."""
    return ModelError(
        f"không nạp được mô hình «{name}»: {vi}; đặt {setting} là thư mục sentence-transformers có trên máy (hoặc bỏ "
        "trống)",
        f"cannot load the model «{name}»: {en}; set {setting} to a sentence-transformers folder on this machine (or "
        "unset it)",
    )


def _refuse_pickles(name: str, setting: str, folder: Path) -> None:
    """A pickle can run code while it is read; where safetensors stand beside it, the libraries read those."""
    for weights in sorted(folder.rglob("pytorch_model*.bin")) if folder.is_dir() else ():
        if not any(weights.parent.glob("*.safetensors")):
            raise cannot_load(
                name,
                setting,
                f"{weights.relative_to(folder)} là pickle, có thể chạy mã; cần model.safetensors",
                f"{weights.relative_to(folder)} is a pickle, which can run code; model.safetensors is needed",
            )


def _quiet_libraries() -> None:
    """Progress bars and advice of the model libraries would stand between a citizen and the answer."""
    os.environ.setdefault("HF_HUB_DISABLE_PROGRESS_BARS", "1")
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    logging.getLogger("sentence_transformers").setLevel(logging.ERROR)
    from transformers.utils import logging as transformers_logging  # noqa: PLC0415

    transformers_logging.set_verbosity_error()
    transformers_logging.disable_progress_bar()
