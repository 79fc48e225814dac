"""One target in a process of its own, its inputs mutated by what they reach: `python -m tests.fuzz.guided NAME ...`.

libFuzzer (Atheris) watches which lines of our packages an input reaches, and keeps what reaches new ones. An input that
breaks a law is written down once for each kind of break, and the fuzzing goes on; one that crashes or hangs the
process, or takes too much memory, ends it, and libFuzzer writes it down.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
import sys
import time
from collections.abc import Callable
from pathlib import Path
from traceback import extract_tb, format_exception

import atheris

SLOW = 4.0  # seconds of processor time for one input, under instruments that make all several times slower
_PACKAGES = ["bot", "retrieval", "corpus", "config"]


def _place(error: BaseException) -> str:
    """The kind of an error and the line of ours that it came from, which tells one finding from another."""
    ours = [each for each in extract_tb(error.__traceback__) if any(f"/{name}/" in each.filename for name in _PACKAGES)]
    last = ours[-1] if ours else None
    where = f"{'/'.join(Path(last.filename).parts[-3:])}:{last.lineno}" if last else ""
    said = re.sub(r"['\"].*['\"]|\d+", "…", str(error)[:80])  # whatever words it quotes
    return f"{type(error).__name__} {where or said}"


def _watched(run: Callable[[bytes], None], findings: Path) -> Callable[[bytes], None]:
    known: set[str] = set()

    def note(place: str, data: bytes, told: str) -> None:
        if place in known:
            return
        known.add(place)
        name = hashlib.sha256(place.encode()).hexdigest()[:12]
        (findings / f"{name}.bin").write_bytes(data)
        (findings / f"{name}.txt").write_text(f"{place}\n{told}", "utf-8", errors="replace")
        print(f"FINDING {place}", flush=True)

    def one(data: bytes) -> None:
        began = time.process_time()
        try:
            run(data)
        except Exception as error:  # noqa: BLE001  that is what is looked for
            note(_place(error), data, "".join(format_exception(error)))
        if (took := time.process_time() - began) > SLOW:
            note("slow", data, f"{took:.1f} s")

    return one


def main() -> None:
    """Fuzzes until libFuzzer's own options end it."""
    parser = argparse.ArgumentParser()
    parser.add_argument("name")
    parser.add_argument("folder", type=Path)
    parser.add_argument("options", nargs="*")
    asked = parser.parse_args()
    with atheris.instrument_imports(include=_PACKAGES):
        from tests.fuzz.targets import TARGETS  # noqa: PLC0415  instrumented while it is imported
    target = TARGETS[asked.name]
    corpus, findings = asked.folder / "corpus" / target.name, asked.folder / "findings" / target.name
    for folder in (corpus, findings):
        folder.mkdir(parents=True, exist_ok=True)
    for seed in target.seeds():
        (corpus / hashlib.sha256(seed).hexdigest()[:16]).write_bytes(seed[: target.most])
    words = asked.folder / f"{target.name}.dict"
    words.write_text("".join(f"{_quoted(word)}\n" for word in target.words))
    options = [
        f"-max_len={target.most}",
        f"-artifact_prefix={findings}/",
        *([f"-dict={words}"] if target.words else []),
    ]
    atheris.Setup([sys.argv[0], *options, *asked.options, str(corpus)], _watched(target.run, findings))
    atheris.Fuzz()


def _quoted(word: str) -> str:
    """A word as libFuzzer's dictionaries write it."""
    return json.dumps("".join(f"\\x{byte:02x}" for byte in word.encode())).replace("\\\\", "\\")


if __name__ == "__main__":
    main()
