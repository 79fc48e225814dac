"""What a run found, question by question: kept as JSON lines so that a later run can be compared with it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import numpy as np
from pydantic import BaseModel, ConfigDict, ValidationError

from config.errors import InputError
from retrieval.evaluation.compare import Difference, Interval, difference, interval
from retrieval.evaluation.measure import METRICS, Ranking, Values, score
from retrieval.evaluation.sets import QuestionSet

RUN = "run.jsonl"


@dataclass(frozen=True, slots=True)
class Evaluated:
    """One set, asked and scored. `name` is the folder as it was given, `digest` that of all its questions."""

    name: str
    digest: str
    documents: int
    skipped: int
    unknown: int
    rankings: tuple[Ranking, ...]
    values: Mapping[str, Values]

    @classmethod
    def of(cls, name: str, digest: str, asked: QuestionSet, rankings: Sequence[Ranking]) -> Self:
        """The scores of these rankings for the questions that were asked."""
        values = score(asked.questions, rankings)
        return cls(name, digest, len(asked.documents), asked.skipped, asked.unknown, tuple(rankings), values)

    def mean(self, metric: str) -> float:
        """The metric over all questions, 0..1."""
        return float(self.values[metric].mean())

    def interval(self, metric: str) -> Interval | None:
        """Where that mean lies with 95 % confidence."""
        return interval([self.values[metric]])

    def milliseconds(self, percent: float) -> float:
        """So long, or less, took this percentage of the questions."""
        return float(np.percentile([each.ms for each in self.rankings], percent))


class _Row(BaseModel):
    model_config = ConfigDict(extra="ignore")
    set: str
    questions: str  # digest of the set's questions
    query: str
    scores: dict[str, float]


_Scores = dict[str, dict[str, float]]  # question -> metric -> value


class OtherRun:
    """A run written earlier: for the digest of a set's questions, each folder that held them, and its scores."""

    def __init__(self, scores: Mapping[str, Mapping[str, _Scores]]) -> None:
        self._scores = scores

    def compare(self, here: Evaluated) -> tuple[int, dict[str, Difference]]:
        """How many questions of the set both runs asked, and each metric over those; nothing where there are none."""
        folders = self._scores.get(here.digest, {})
        theirs = folders.get(here.name) or next(iter(folders.values()), {})  # the folder may have moved since
        both = [at for at, each in enumerate(here.rankings) if each.question in theirs]
        if not both:
            return 0, {}
        asked = [theirs[here.rankings[at].question] for at in both]
        return len(both), {
            metric: difference(here.values[metric][both], np.array([each[metric] for each in asked]))
            for metric in METRICS
        }


def write_run(path: Path, sets: Sequence[Evaluated]) -> None:
    """One line a question: its set, its id, its scores, the documents found, milliseconds.

    Raises:
        OSError: the file cannot be written.
    """
    with path.open("w", encoding="utf-8") as file:
        for each in sets:
            for at, ranking in enumerate(each.rankings):
                file.write(json.dumps(_row(each, at, ranking), ensure_ascii=False) + "\n")


def _row(of: Evaluated, at: int, ranking: Ranking) -> dict[str, Any]:
    return {
        "set": of.name,
        "questions": of.digest,
        "query": ranking.question,
        "scores": {metric: float(of.values[metric][at]) for metric in METRICS},  # all digits: equal runs stay equal
        "documents": ranking.documents,
        "ms": round(ranking.ms, 2),
    }


def read_run(path: Path) -> OtherRun:
    """The run in a file, or in a folder that `--out` wrote.

    Raises:
        InputError: it cannot be read, or is not a run; names the line.
    """
    path = path / RUN if path.is_dir() else path
    try:
        lines = path.read_text(encoding="utf-8").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(
            f"không đọc được lần đo {path} ({error}); hãy đưa thư mục mà chidao eval --out đã ghi",
            f"cannot read the run {path} ({error}); give a folder that chidao eval --out has written",
        ) from error
    scores: dict[str, dict[str, _Scores]] = {}
    for number, line in enumerate(lines, start=1):
        if line.strip():
            row = _read_row(path, number, line)
            scores.setdefault(row.questions, {}).setdefault(row.set, {})[row.query] = row.scores
    return OtherRun(scores)


def _read_row(path: Path, number: int, line: str) -> _Row:
    try:
        row = _Row.model_validate_json(line)
    except ValidationError:
        row = None
    if row is None or not row.scores.keys() >= set(METRICS):
        raise InputError(
            f"{path}, dòng {number}: không phải lần đo do chidao eval --out ghi; đo lại rồi so sánh",
            f"{path}, line {number}: not a run that chidao eval --out wrote; measure again, then compare",
        )
    return row
