"""Questions asked of the search that serves, and what the metrics library makes of the rankings."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from config.errors import SettingsError
from retrieval.encoding import Progress
from retrieval.evaluation.sets import Asked
from retrieval.hits import Hit

if TYPE_CHECKING:
    from ir_measures import Measure

METRICS = ("ndcg@10", "recall@1", "recall@10", "mrr@10")
CUT = 10
PASSAGES = 100  # read for each question: enough for ten documents, unless they are cut into more than ten each
Search = Callable[[str, int], Sequence[Hit]]
Values = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Ranking:
    """What came of one question: the ids of the best documents, best first, and the milliseconds it took."""

    question: str
    documents: tuple[str, ...]
    ms: float


def ask(
    questions: Sequence[Asked], search: Search, document_of: Mapping[str, str], progress: Progress
) -> list[Ranking]:
    """Asks one question after the other; a document ranks where its best passage does.

    `document_of` names the document of an article. The first question is asked once beforehand: it loads the encoder.
    """
    search(questions[0].text, PASSAGES)
    rankings = []
    for done, question in enumerate(questions, start=1):
        began = time.perf_counter()
        hits = search(question.text, PASSAGES)
        ms = (time.perf_counter() - began) * 1000
        found = dict.fromkeys(document_of[hit.passage.article_id] for hit in hits)
        rankings.append(Ranking(question.id, tuple(found)[:CUT], ms))
        progress(done, len(questions))
    return rankings


def score(questions: Sequence[Asked], rankings: Sequence[Ranking]) -> dict[str, Values]:
    """Of each metric one value a question, 0..1, in the order of the questions.

    nDCG is that of trec_eval: a gain counts by its size, discounted by the logarithm of the rank. Recall is the share
    of all relevant documents; the reciprocal rank is that of the first relevant one.

    Raises:
        SettingsError: the metrics library is not installed.
    """
    measures = _measures()
    from ir_measures import iter_calc  # noqa: PLC0415

    judged = {question.id: dict(question.relevant) for question in questions}
    # The library sorts by score and breaks ties by id, so the ranks themselves are handed over, all different.
    run = {each.question: {name: -float(at) for at, name in enumerate(each.documents)} for each in rankings}
    place = {question.id: at for at, question in enumerate(questions)}
    values = {name: np.zeros(len(questions)) for name in METRICS}
    for found in iter_calc(list(measures), judged, run):
        values[measures[found.measure]][place[found.query_id]] = found.value
    return values


def check_library() -> None:
    """Refuses early what `score` would refuse after the work.

    Raises:
        SettingsError: the metrics library is not installed.
    """
    _measures()


def _measures() -> dict[Measure, str]:
    try:
        from ir_measures import RR, R, nDCG  # noqa: PLC0415
    except ImportError as error:  # pyproject.toml leaves it out where there is no wheel
        raise SettingsError(
            f"thiếu thư viện đo ir-measures ({error}); cài: .venv/bin/python -m pip install ir-measures (Linux trên "
            "ARM cần trình biên dịch C)",
            f"the metrics library ir-measures is missing ({error}); install it: .venv/bin/python -m pip install "
            "ir-measures (on Linux on ARM that needs a C compiler)",
        ) from error
    return dict(zip((nDCG @ CUT, R @ 1, R @ CUT, RR @ CUT), METRICS, strict=True))
