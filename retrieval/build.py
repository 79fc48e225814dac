"""Reload: from the stored articles to a new generation. Only passages that are new to the encoder are encoded."""

from __future__ import annotations

import logging
import sqlite3
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from config.errors import HomeError, InputError, TemporaryFolderError
from corpus.chunk import split
from corpus.generation import Home
from corpus.manifest import Manifest
from corpus.models import Article
from corpus.register import FINDER, write_register
from corpus.sealed import SealedFile
from corpus.snapshot import Cut, Snapshot, indexed_text, write_snapshot
from corpus.store import ArticleStore
from retrieval.cache import encoded_cache, forget_encoded
from retrieval.encoding import Coder, make_vectors
from retrieval.gate import OPEN_GATE, Difference, Gate, GateReport, difference
from retrieval.lexical import write_lexical
from retrieval.removal import Proof, prove
from retrieval.serving import GATE_FILE, REGISTER, SNAPSHOT, Generation, open_folder, open_live, open_named
from retrieval.vectors import write_vectors

RECIPE = 2 + FINDER  # add one when chunking, context or terms change: then unchanged articles need a new generation too
KEPT = 3  # generations, the one in use among them
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Options:
    """`keep` generations stay; `force` swaps whatever the gate says; a `dry_run` tells all and changes nothing."""

    keep: int = KEPT
    force: bool = False
    dry_run: bool = False


@dataclass(frozen=True, slots=True)
class ReloadReport:
    """What a reload did.

    `generation` is the one in use afterwards; `new` tells whether this reload made it. `gate` is None where nothing had
    changed, `proof` where nothing was ever removed.
    """

    generation: str | None
    new: bool
    articles: int
    passages: int
    encoded: int
    difference: Difference
    gate: GateReport | None
    pruned: tuple[str, ...]
    set_aside: tuple[str, ...]
    proof: Proof | None
    seconds: float

    @property
    def blocked(self) -> bool:
        """Whether the gate kept the candidate from being used."""
        return self.gate is not None and not self.gate.passed and not self.gate.forced


class _Stored:
    """What the store holds at the start of a reload; held fast until the articles were read once, or `close`."""

    def __init__(self, home: Home) -> None:
        with ExitStack() as opening:
            self._store = opening.enter_context(ArticleStore(home.store))
            opening.enter_context(self._store.one_moment())
            self.listed = list(self._store.listed())
            self.current_of = self._store.current_of()
            self.removed = frozenset(self._store.removed())
            self._open = opening.pop_all()

    def articles(self) -> Iterator[Article]:
        """Every article, one at a time; then others may empty the store's journal again."""
        yield from self._store.all()
        self.close()

    def close(self) -> None:
        """Lets go of the store."""
        self._open.close()


@dataclass(frozen=True, slots=True)
class _Built:
    """A candidate: the name it was published under, or None, what it holds and what it took."""

    name: str | None
    passages: int
    encoded: int
    gate: GateReport


def reload(home: Home, coder: Coder, gate: Gate = OPEN_GATE, options: Options = Options()) -> ReloadReport:
    """Builds a generation of everything stored, passes it through the gate and makes it current.

    The old one serves until then, and goes on serving where the gate blocks.

    Raises:
        InputError: no article is stored, and none is served.
        HomeError: another reload is running, or the home cannot be written.
    """
    with home.writer(), closing(_Stored(home)) as stored:
        live = _live(home)
        try:
            if not stored.listed and live is None:
                raise InputError(
                    "kho chưa có bài nào; thêm bài trước: chidao add THƯ_MỤC",
                    "no article is stored; add some first: chidao add FOLDER",
                )
            return _Reload(home, coder, gate, options, stored, live).run()
        except (OSError, sqlite3.Error) as error:
            reason = getattr(error, "strerror", None) or error
            raise HomeError(
                f"không ghi được bản nạp mới ({reason}); bản cũ vẫn dùng được; xem dung lượng đĩa và quyền ghi",
                f"cannot write the new generation ({reason}); the old one still serves; check disk and rights",
            ) from error
        finally:
            if live:
                live.close()


def _live(home: Home) -> Generation | None:
    """What is served now; None when nothing is, or nothing undamaged."""
    try:
        return open_live(home)
    except TemporaryFolderError:  # the candidate could not be opened in the end either
        raise
    except HomeError:
        return None


@dataclass(frozen=True, slots=True)
class _Reload:
    """One run of `reload`, under the writer's lock."""

    home: Home
    coder: Coder
    gate: Gate
    options: Options
    stored: _Stored
    live: Generation | None

    def run(self) -> ReloadReport:
        began = time.perf_counter()
        changes = difference(self.live, self.stored.listed, self.stored.current_of)
        built = None if self._nothing_to_do(changes) else self._build(changes)
        writes = not self.options.dry_run
        if writes and built is None:
            self._forget_attempts()
        set_aside, pruned = self._tidy_up(built) if writes else ((), ())
        return ReloadReport(
            generation=self._served(built),
            new=built is not None and built.name is not None,
            articles=len(self.stored.listed),
            passages=self._passages(built),
            encoded=built.encoded if built else 0,
            difference=changes,
            gate=built.gate if built else None,
            pruned=pruned,
            set_aside=set_aside,
            proof=self._proof(),
            seconds=time.perf_counter() - began,
        )

    def _tidy_up(self, built: _Built | None) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Sets damaged generations aside and deletes old ones; their names. What fails now the next reload does."""
        whole = {name for name in (self.live and self.live.name, built and built.name) if name}
        try:
            return tuple(self.home.set_aside_damaged(whole)), tuple(self.home.prune(self.options.keep))
        except OSError as error:
            _log.warning("old generations could not be tidied up (%s); the next reload tries again", error.strerror)
            return (), ()

    def _served(self, built: _Built | None) -> str | None:
        if built and built.name:
            return built.name
        return self.live.name if self.live else None

    def _passages(self, built: _Built | None) -> int:
        if built:
            return built.passages
        return self.live.manifest.passages if self.live else 0

    def _nothing_to_do(self, changes: Difference) -> bool:
        return (
            self.live is not None
            and changes.empty
            and self.live.manifest.fingerprint == self.coder.identity.fingerprint
            and self.live.manifest.recipe == RECIPE
            and self.live.name == self.home.current()
        )

    def _build(self, changes: Difference) -> _Built:
        with self.home.candidate() as folder:
            write_snapshot(folder / SNAPSHOT, self.stored.articles(), self._cutter())
            with closing(Snapshot(SealedFile(folder / SNAPSHOT))) as snapshot:
                write_lexical(folder, map(indexed_text, snapshot.all_passages()))
                dimension, encoded = self._write_vectors(folder, snapshot)
                write_register(folder / REGISTER, snapshot.articles(), self._previous_register())
                manifest = self._manifest(snapshot, dimension)
            with closing(open_folder("candidate", folder, manifest)) as candidate:
                gate = self.gate.judge(changes, candidate, self.live, forced=self.options.force)
            if self.options.dry_run or not (gate.passed or gate.forced):
                self._note_blocked(gate)
                return _Built(None, manifest.passages, encoded, gate)
            (folder / GATE_FILE).write_text(_kept(gate, self.stored.removed).model_dump_json(indent=1), "utf-8")
            name = self.home.publish(folder, manifest)
        self._forget_attempts()
        return _Built(name, manifest.passages, encoded, gate)

    def _cutter(self) -> Callable[[Article], Iterable[Cut]]:
        """Passages of articles that are served already are those served, if cut by this recipe; the others are cut."""
        served = self.live.snapshot.cuts() if self.live and self.live.manifest.recipe == RECIPE else None
        return lambda article: (served(article.id) if served else ()) or map(Cut.of, split(article))

    def _previous_register(self) -> Path | None:
        return self.home.folder(self.live.name) / REGISTER if self.live else None

    def _write_vectors(self, folder: Path, snapshot: Snapshot) -> tuple[int, int]:
        """Their dimension, and how many were encoded."""
        fingerprint = self.coder.identity.fingerprint
        with (
            encoded_cache(self.home.encoded, fingerprint) as cache,
            _same_model(self.home, self.live, fingerprint) as source,
        ):
            draft, encoded = make_vectors(snapshot, source, cache, self.coder)
            write_vectors(folder, draft, progress=self.coder.indexing)
            return draft.rows.shape[1], encoded

    def _forget_attempts(self) -> None:
        """What reloads that were blocked, killed or dry have left."""
        self.home.clear_leftovers()
        forget_encoded(self.home.encoded)
        self.home.blocked.unlink(missing_ok=True)

    def _note_blocked(self, gate: GateReport) -> None:
        if not self.options.dry_run:
            self.home.blocked.write_text(gate.model_dump_json(indent=1), "utf-8")

    def _manifest(self, snapshot: Snapshot, dimension: int) -> Manifest:
        return Manifest(
            created=datetime.now(UTC).isoformat(timespec="seconds"),
            recipe=RECIPE,
            model=self.coder.identity.name,
            fingerprint=self.coder.identity.fingerprint,
            dimension=dimension,
            articles=len(self.stored.listed),
            passages=snapshot.passages_count(),
        )

    def _proof(self) -> Proof | None:
        if not self.stored.removed or not self.home.names():
            return None
        with closing(open_live(self.home)) as live:
            return prove(self.home, live, self.stored.removed)


def _kept(gate: GateReport, removed: frozenset[str]) -> GateReport:
    """The report as it stays in the generation: of what was taken back, or may be, not even the id."""
    changes = gate.difference
    left = {
        "changed": tuple(change.model_copy(update={"before": None}) for change in changes.changed),
        "removed": tuple(change for change in changes.removed if change.id not in removed),
    }
    return gate.model_copy(update={"difference": changes.model_copy(update=left)})


@contextmanager
def _same_model(home: Home, live: Generation | None, fingerprint: str) -> Iterator[Generation | None]:
    """A generation to take vectors over from: the one served, or the newest other that the same model made."""
    if live and live.manifest.fingerprint == fingerprint:
        yield live
        return
    for name in reversed(home.names()):
        try:
            if home.manifest(name).fingerprint != fingerprint:
                continue
            found = open_named(home, name)
        except HomeError:
            continue
        with closing(found):
            yield found
        return
    yield None
