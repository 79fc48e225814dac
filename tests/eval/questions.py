"""The questions over the sample corpus, and the weights they are asked with."""

import json
from pathlib import Path
from typing import Any

from config.settings import RetrievalSettings
from retrieval.retriever import Weights

GOLDEN = Path(__file__).parent / "golden.jsonl"
DEVELOPED_ON = Path(__file__).parent / "dev_questions.jsonl"
WEIGHTS = Weights(RetrievalSettings().dense_weight, RetrievalSettings().dense_weight_unmarked)


def rows_of(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
