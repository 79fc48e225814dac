"""The gate before a swap: what changes, and whether the admin's golden questions are still answered."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict

from corpus.models import Listed
from retrieval.serving import Generation


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Change(_Frozen):
    """An article that a reload adds, changes or removes; `before` is the id of the version it takes the place of."""

    id: str
    title: str
    before: str | None = None


class Difference(_Frozen):
    """The articles of a candidate against those of the generation served."""

    added: tuple[Change, ...] = ()
    changed: tuple[Change, ...] = ()
    removed: tuple[Change, ...] = ()

    @property
    def empty(self) -> bool:
        """Whether nothing changes."""
        return not (self.added or self.changed or self.removed)


class Outcome(_Frozen):
    """Whether a golden question was answered as it should be."""

    id: str
    text: str
    right: bool


class GateReport(_Frozen):
    """What the gate saw.

    `before` is how many answers were right on the generation served, None where none of the questions could be asked.
    `lost` and `won` are the questions whose answer was right before only, and now only.
    """

    difference: Difference
    tolerance: float
    questions: int
    right: int
    before: int | None
    lost: tuple[Outcome, ...] = ()
    won: tuple[Outcome, ...] = ()
    outcomes: tuple[Outcome, ...] = ()
    forced: bool = False

    @property
    def passed(self) -> bool:
        """Whether no more than the tolerated share of the questions was lost, those won counted against them."""
        return not self.questions or (len(self.lost) - len(self.won)) / self.questions <= self.tolerance


Replay = Callable[[Generation], tuple[Outcome, ...]]


@dataclass(frozen=True, slots=True)
class Gate:
    """`replay` asks a generation the golden questions; `tolerance` is the share of them that may be lost, 0..1."""

    replay: Replay
    tolerance: float = 0.0

    def judge(
        self, difference: Difference, candidate: Generation, live: Generation | None, *, forced: bool
    ) -> GateReport:
        """Replays the questions on both generations and compares."""
        after = self.replay(candidate)
        before = self._before(candidate, live) if live else {}
        known = [outcome for outcome in after if outcome.id in before]
        return GateReport(
            difference=difference,
            tolerance=self.tolerance,
            questions=len(after),
            right=sum(outcome.right for outcome in after),
            before=sum(before[outcome.id] for outcome in known) if known else None,
            lost=tuple(outcome for outcome in known if before[outcome.id] and not outcome.right),
            won=tuple(outcome for outcome in known if outcome.right and not before[outcome.id]),
            outcomes=after,
            forced=forced,
        )

    def _before(self, candidate: Generation, live: Generation) -> dict[str, bool]:
        """Outcomes on the generation served: asked now, or as its own gate noted them where its model is another."""
        if live.manifest.fingerprint == candidate.manifest.fingerprint:
            outcomes = self.replay(live)
        elif live.gate_report is not None:
            outcomes = GateReport.model_validate_json(live.gate_report).outcomes
        else:
            outcomes = ()
        return {outcome.id: outcome.right for outcome in outcomes}


OPEN_GATE = Gate(lambda _generation: ())  # asks nothing


def difference(live: Generation | None, articles: Collection[Listed], current_of: Mapping[str, str]) -> Difference:
    """What changes when `articles` take the place of what is served; `current_of` names who superseded whom."""
    before = {article.id: article for article in live.snapshot.listed()} if live else {}
    now = {article.id for article in articles}
    new = now - before.keys()
    left = [old for old in before if old not in now]
    superseded = {current_of[old]: old for old in left if current_of.get(old) in new}
    replaced = set(superseded.values())
    reworded = [each for each in articles if each.id in before and before[each.id] != each]
    fresh = [each for each in articles if each.id not in before]
    gone = [old for old in left if old not in replaced]
    return Difference(
        added=tuple(_change(each) for each in fresh if each.id not in superseded),
        changed=tuple(
            _change(each, superseded.get(each.id, each.id))
            for each in (*fresh, *reworded)
            if each.id in superseded or each.id in before
        ),
        removed=tuple(Change(id=old, title=before[old].title) for old in gone),
    )


def _change(article: Listed, before: str | None = None) -> Change:
    return Change(id=article.id, title=article.title, before=before)
