"""What a generation says of itself: counts, model, and the digest of every file, sealed by a digest of its own."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import Self

from pydantic import BaseModel, ConfigDict

MANIFEST = "manifest.json"
FORMAT = 3  # add one when a generation's files change so that an older chidao, or a newer one, cannot read them


class FileDigest(BaseModel):
    """Size in bytes and SHA-256 of one file of a generation."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    bytes: int
    sha256: str

    @classmethod
    def of(cls, path: Path) -> Self:
        """The digest of the file at `path`."""
        with path.open("rb") as file:
            sha256 = hashlib.file_digest(file, "sha256").hexdigest()
            return cls(bytes=os.fstat(file.fileno()).st_size, sha256=sha256)


class Manifest(BaseModel):
    """What a generation holds and what it was built with.

    `recipe` counts changes of how passages and terms are made; `fingerprint` tells one model from every other; `seal`
    is the SHA-256 of all the other fields.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")
    format: int = FORMAT
    created: str
    recipe: int
    model: str
    fingerprint: str
    dimension: int
    articles: int
    passages: int
    files: dict[str, FileDigest] = {}
    seal: str = ""

    def sealed(self, files: dict[str, FileDigest]) -> Self:
        """The same with these files and its seal."""
        filled = self.model_copy(update={"files": files})
        return filled.model_copy(update={"seal": filled.digest()})

    @property
    def intact(self) -> bool:
        """Whether the seal is right."""
        return self.seal == self.digest()

    def digest(self) -> str:
        """SHA-256 of every field but the seal."""
        return hashlib.sha256(self.model_dump_json(exclude={"seal"}).encode()).hexdigest()


class _Format(BaseModel):
    """What manifests of every format have."""

    format: int


def format_of(data: bytes) -> int:
    """The format a manifest names.

    Raises:
        ValidationError: this is no manifest.
    """
    return _Format.model_validate_json(data).format
