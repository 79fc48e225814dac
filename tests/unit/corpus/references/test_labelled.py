"""The labelled references: what is found today is found tomorrow.

All but the first were scored once before anything was mended by them (docs/experiments.md); since then they guard too.
"""

from pathlib import Path

import pytest

from bench.references import load, rates, score

ROOT = Path(__file__).parents[4]
LABELS = ROOT / "tests" / "data" / "references"
SHARED = ROOT.parent / "shared" / "data"
MENDED = {"span": 1.0, "number": 1.0, "date": 1.0, "kind": 0.98, "relation": 0.98}
LATER = {"span": 0.98, "number": 0.99, "date": 0.98, "kind": 0.97, "relation": 0.94}
SIXTH = {"span": 0.98, "number": 0.99, "date": 0.97, "kind": 0.98, "relation": 0.9}
FLOORS = {"dev": MENDED, "held_out": MENDED, "unseen": LATER, "fourth": LATER, "fifth": LATER, "sixth": SIXTH}
PARTS = pytest.mark.parametrize("part", FLOORS)


def below(part: str, sets: Path | None) -> dict[str, float]:
    """The F1 that are below their floors."""
    texts = list(load(LABELS / f"{part}.jsonl", sets))
    scores = {name: rates(count)[2] for name, count in score(texts).items()}
    return {name: f1 for name, f1 in scores.items() if round(f1, 6) < FLOORS[part][name]}


@PARTS
def test_references_in_our_own_texts_are_found(part):
    assert below(part, None) == {}


@PARTS
def test_references_in_other_peoples_texts_are_found(part):
    if not SHARED.is_dir():
        pytest.skip(f"{SHARED} is not here: the texts that the labels point into are not ours to ship")
    assert below(part, SHARED) == {}
