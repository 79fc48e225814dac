"""The questions over the sample corpus, and how their hits are ranked."""

import json
from pathlib import Path
from typing import Any

from config.settings import RetrievalSettings
from retrieval.retriever import Fusion

GOLDEN = Path(__file__).parent / "golden.jsonl"
DEVELOPED_ON = Path(__file__).parent / "dev_questions.jsonl"
UNANSWERABLE = Path(__file__).parent / "unanswerable.jsonl"
FUSION = Fusion(RetrievalSettings().dense_weight)


def rows_of(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
