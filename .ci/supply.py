"""What the product is made of: licences, a list of parts (SBOM, CycloneDX), known vulnerabilities; of the lock files.

    .venv/bin/python .ci/supply.py TOOLS

TOOLS is an environment with what .ci/supply.txt names. The list goes to build/sbom.json. Fails where a licence is not
allowed, the list is not valid or not whole, or a part has a known vulnerability; where nobody can be asked about those,
says so and goes on.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from importlib.metadata import PackageNotFoundError, metadata
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
LOCKS = (ROOT / "requirements" / "runtime.txt", ROOT / "requirements" / "torch.txt")
SBOM = ROOT / "build" / "sbom.json"
SECONDS = 60  # for each tool
_PINNED = re.compile(r"^([A-Za-z0-9._-]+)==([^\s;\\]+)", re.MULTILINE)
# LGPL is allowed: its libraries are used as they come.
_FORBIDDEN = re.compile(r"(?<!L)(?<!Lesser )(?:\bA?GPL|(?:Affero )?General Public|SSPL|Business Source)", re.IGNORECASE)
Json = Mapping[str, Any]


def main(tools: Path) -> int:
    """Prints what was found; 1 where something is wrong."""
    parts = dict(pinned(LOCKS))
    with tempfile.TemporaryDirectory() as folder:
        lock = Path(folder) / "lock.txt"
        lock.write_text("\n".join(f"{name}=={version}" for name, version in parts.items()), "utf-8")
        wrong = [*licence_faults(parts), *sbom_faults(tools, lock, parts), *audit_faults(tools, lock)]
    for each in wrong:
        print(f"FAULT: {each}")
    return 1 if wrong else 0


def pinned(locks: Iterable[Path]) -> Iterator[tuple[str, str]]:
    """Names and versions in lock files."""
    for lock in locks:
        for name, version in _PINNED.findall(lock.read_text("utf-8")):
            yield name.lower(), version


def licence_faults(parts: Iterable[str]) -> Iterator[str]:
    """Parts that are installed with a licence that is not allowed, or with none."""
    known = {name: licence for name in parts if (licence := licence_of(name)) is not None}
    print(f"licences: {len(known)} parts looked at")
    yield from (f"{name}: licence «{licence}»" for name, licence in known.items() if not is_allowed(licence))


def licence_of(name: str) -> str | None:
    """The licence as its metadata tells; None where the part is not installed (of another system)."""
    try:
        told = metadata(name)
    except PackageNotFoundError:
        return None
    written, classified, free = (told.get_all(name) or [] for name in ("License-Expression", "Classifier", "License"))
    classes = [each for each in classified if each.startswith("License ::")]
    return "; ".join(written or classes or free)[:500]


def is_allowed(licence: str) -> bool:
    """Whether a licence lets a city run and change the product without having to publish that."""
    return bool(licence.strip()) and not _FORBIDDEN.search(licence)


def sbom_faults(tools: Path, lock: Path, parts: Mapping[str, str]) -> Iterator[str]:
    """Makes the list of parts; what is wrong with it."""
    SBOM.parent.mkdir(exist_ok=True)
    made = run(
        tools, "cyclonedx-py", "requirements", str(lock), "--pyproject", str(ROOT / "pyproject.toml"), "--of", "JSON",
        "--sv", "1.6", "--output-reproducible", "--validate", "-o", str(SBOM),
    )  # fmt: skip
    if made.returncode:
        yield f"the list of parts is not valid: {made.stderr.strip()[-500:]}"
        return
    listed = {each["name"].lower(): each["version"] for each in json.loads(SBOM.read_text("utf-8"))["components"]}
    print(f"SBOM: {len(listed)} parts in {SBOM.relative_to(ROOT)}, valid CycloneDX 1.6")
    if listed != parts:
        yield f"the list of parts is not that of the lock files: {sorted(listed.items() ^ parts.items())}"


def audit_faults(tools: Path, lock: Path) -> Iterator[str]:
    """Parts with a known vulnerability."""
    done = run(
        tools, "pip-audit", "-r", str(lock), "--no-deps", "--disable-pip", "--progress-spinner", "off",
        "--timeout", "5", "-f", "json",
    )  # fmt: skip
    try:
        told: Json = json.loads(done.stdout)
    except ValueError:
        print(f"audit: NOT DONE, the service of advisories was not reached ({done.stderr.strip()[-200:]})")
        return
    print(f"audit: {audited(told)}")
    yield from vulnerabilities(told)


def audited(told: Json) -> str:
    """How many parts somebody answered for: where nobody can be asked the tool passes over all, and is content."""
    everything = told["dependencies"]
    asked = [each for each in everything if "skip_reason" not in each]
    if not asked:
        return "NOT DONE, the service of advisories knows none of the parts (out of reach here)"
    return f"{len(asked)} of {len(everything)} parts"


def vulnerabilities(told: Json) -> Iterator[str]:
    """What is known against the parts, and the versions that mend it."""
    for part in told["dependencies"]:
        for each in part.get("vulns", ()):
            mended = ", ".join(each.get("fix_versions", ())) or "none yet"
            yield f"{part['name']} {part['version']}: {each['id']} (mended in {mended})"


def run(tools: Path, program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Runs a tool to its end."""
    try:
        return subprocess.run(
            [tools / "bin" / program, *arguments], capture_output=True, text=True, timeout=SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        return subprocess.CompletedProcess([program], 1, "", f"{program} took more than {SECONDS} seconds")


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
