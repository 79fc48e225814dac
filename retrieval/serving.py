"""Opening a generation to answer from: checked, complete, and built by the encoder that will be asked."""

from __future__ import annotations

import logging
import sqlite3
from dataclasses import dataclass
from pathlib import Path

from config.errors import HomeError, ModelError, TemporaryFolderError
from corpus.generation import Home
from corpus.manifest import Manifest
from corpus.register import Register
from corpus.sealed import SealedFile
from corpus.snapshot import Snapshot
from retrieval.encoder import FittingEncoder, ModelIdentity
from retrieval.hits import Encoder, LexicalSearch, VectorSearch
from retrieval.lexical import LexicalIndex
from retrieval.retriever import Fusion, Retriever
from retrieval.vectors import VectorIndex

SNAPSHOT = "corpus.sqlite"
REGISTER = "register.sqlite"
GATE_FILE = "gate.json"
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Generation:
    """One generation, open. It stays readable until closed, whatever reloads happen meanwhile."""

    name: str
    manifest: Manifest
    snapshot: Snapshot
    lexical: LexicalSearch
    vectors: VectorSearch
    register: Register
    gate_report: bytes | None = None  # GateReport as JSON

    def retriever(self, encoder: Encoder, fusion: Fusion) -> Retriever:
        """The search over this generation, for whoever serves or measures it."""
        fitting = FittingEncoder(encoder, self.manifest.dimension)
        return Retriever(self.snapshot, self.lexical, self.vectors, fitting, fusion)

    def close(self) -> None:
        """Releases snapshot and register; the indexes go with the object."""
        self.snapshot.close()
        self.register.close()


def open_live(home: Home) -> Generation:
    """The generation in use, or where its files are damaged the newest good one before it.

    Raises:
        NoGenerationError: nothing was reloaded yet.
        TemporaryFolderError: the temporary folder cannot be written.
        HomeError: no generation is undamaged; names the file.
    """
    failures: list[HomeError] = []
    try:
        home.check_current()
    except HomeError as error:
        failures.append(error)
    for name in home.usable():
        try:
            generation = open_named(home, name)
        except TemporaryFolderError:  # no fault of this generation: the others would not open either
            raise
        except HomeError as error:
            failures.append(error)
            continue
        for failure in failures:
            _log.error("%s; generation %s serves instead", failure, name)
        return generation
    raise failures[0]


def open_named(home: Home, name: str) -> Generation:
    """The generation of that name, whether it is in use or not.

    Raises:
        HomeError: it is damaged; names the file.
    """
    return open_folder(name, home.folder(name), home.manifest(name))


def open_folder(name: str, folder: Path, manifest: Manifest) -> Generation:
    """The generation in a folder whose files are known to be what the manifest says.

    Raises:
        HomeError: a library refuses a file.
    """
    gate = folder / GATE_FILE
    try:
        return Generation(
            name,
            manifest,
            Snapshot(SealedFile(folder / SNAPSHOT)),
            LexicalIndex(folder),
            VectorIndex(folder),
            Register(SealedFile(folder / REGISTER)),
            gate.read_bytes() if gate.exists() else None,
        )
    except (OSError, RuntimeError, ValueError, sqlite3.Error) as error:  # whole, but of another library's making
        reason = str(error).split("\n", maxsplit=1)[0][:200]
        raise HomeError(
            f"không mở được bản nạp {name} ({reason}); chạy chidao reload để dựng bản mới (không có gì bị xoá)",
            f"cannot open generation {name} ({reason}); run chidao reload to build a new one (nothing is deleted)",
        ) from error


def check_model(generation: Generation, identity: ModelIdentity) -> None:
    """Refuses to search an index with another model's vectors.

    Raises:
        ModelError: the index was built by another model, or another version of it.
    """
    built = generation.manifest
    if built.fingerprint != identity.fingerprint:
        raise ModelError(
            f"chỉ mục do mô hình «{built.model}» dựng, cài đặt đang là «{identity.name}» (hoặc bản khác của nó); "
            "chạy chidao reload để dựng lại",
            f"the index was built by the model «{built.model}», settings name «{identity.name}» (or another version "
            "of it); run chidao reload to build it again",
        )
