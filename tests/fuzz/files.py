"""Settings, backups, question sets, and the files of a generation: what an operator or a broken disk brings."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import os
import shutil
import tarfile
from collections.abc import Iterator
from contextlib import chdir, closing, suppress
from functools import cache
from unittest.mock import patch
from urllib.parse import urlsplit

from bot.answering.golden import read_golden
from bot.cli.common import batch_rows
from bot.evaluation.questions import read_unanswerable
from bot.state.database import _address
from config.errors import ChidaoError, HomeError, InputError, SettingsError
from config.settings import TOML_FILE, Settings, load_settings, unknown_settings
from corpus.backup import restore
from corpus.fetch import FetchPolicy
from corpus.fetch.guard import Allowed
from corpus.generation import Home
from corpus.manifest import MANIFEST, FileDigest, Manifest
from retrieval.evaluation.sets import CORPUS, QRELS, QUERIES, read_set
from retrieval.retriever import Fusion
from retrieval.serving import open_live
from tests.fakes import HashEncoder
from tests.fuzz.target import SEPARATOR, Target, fields, hold, joined, text_of
from tests.fuzz.worlds import scratch, small_home

CANARY = "Zq7wKx9"  # stands in values that may be shown nowhere


# ----------------------------------------------------------------------------------------------------------- settings


def _settings(data: bytes) -> None:
    """Any environment, TOML file and .env: settings, or an error that shows no value."""
    toml, dotenv, rest = fields(data, 3)
    environment = {}
    for line in rest.split(SEPARATOR):
        name, _, value = text_of(line.replace(b"\0", b"")).partition("=")
        if name and CANARY not in name:
            environment[f"CHIDAO_{name}"] = value
    clean = {name: value for name, value in os.environ.items() if not name.upper().startswith("CHIDAO_")}
    folder = scratch("files") / "settings"
    folder.mkdir(exist_ok=True)
    (folder / TOML_FILE).write_bytes(toml)
    (folder / ".env").write_bytes(dotenv)
    with chdir(folder), patch.dict(os.environ, clean | environment, clear=True):
        try:
            loaded = load_settings()
            loaded.llm.key()
            unknown_settings()
        except SettingsError as error:
            hold(CANARY not in f"{error} {error.vi} {error.en}", "a value is shown in an error")
            return
    _use(loaded)


def _use(loaded: Settings) -> None:
    """What entry points make of settings that were taken."""
    hold(loaded.telegram.admin_ids >= frozenset(), "ids")
    hold(loaded.telegram.staff_ids >= frozenset(), "ids")
    secrets = (loaded.telegram.token, loaded.database.url, loaded.database.key, loaded.llm.api_key)
    for secret in filter(None, (*secrets, loaded.telegram.webhook.secret)):
        hold(len(secret.get_secret_value()) < 6 or secret.get_secret_value() not in repr(loaded), "a secret is shown")
    loaded.model_dump()
    f"{loaded.city} {loaded.contact} {loaded.encoder.query_prompt} {loaded.llm.model}".encode()
    Allowed.of(FetchPolicy(**loaded.fetch.model_dump()).allowed_hosts)
    for address in filter(None, (loaded.telegram.webhook.url, loaded.llm.base_url)):
        urlsplit(address)
    with suppress(SettingsError):
        _address(loaded.database.url.get_secret_value() if loaded.database.url else "")


def _settings_seeds() -> Iterator[bytes]:
    yield joined('city = "Huế"\n[telegram]\nconcurrency = 3\n', "CHIDAO_CITY=x\n", f"TELEGRAM__TOKEN=12:{CANARY}")
    yield joined("", "", f"LANGUAGE={CANARY}", f"TELEGRAM__ADMINS=1,2 {CANARY}", f"FETCH__ALLOWED_HOSTS=a:1,{CANARY}/8")
    yield joined(
        f'[llm]\nbase_url = "{CANARY}"\n', f"CHIDAO_LLM__MODEL={CANARY}\n", f"LLM__API_KEY={CANARY} x", "LLM={}"
    )
    yield joined("", f'CHIDAO_DATABASE__URL="{CANARY}\n', f"TELEGRAM={CANARY}", f"GATE__TOLERANCE={CANARY}")
    yield joined(
        "", "", f"TELEGRAM__WEBHOOK__URL=ftp://{CANARY}", f"TELEGRAM__WEBHOOK__SECRET={CANARY} é", "INDEX__KEEP=4"
    )
    yield joined(
        "", "", f"FETCH__CONTACT={CANARY}é", f"HOME={CANARY}", "RECEIPTS__DAYS=1e3", "LLM__API_KEY_FILE=/nowhere"
    )
    yield joined(
        "", "", "FETCH__ALLOWED_HOSTS=a:65536,[::1]:8080,::1", "LLM__BASE_URL=http://[::1]:x/v1", "LLM__MODEL=m"
    )
    yield joined("", "", "TELEGRAM__WEBHOOK__URL=https://[x", "DATABASE__URL=postgresql://a:b@[h:5/d", "LLM={}")


# ------------------------------------------------------------------------------------------------------------- backup


def _backup(data: bytes) -> None:
    """An archive is restored whole or refused; nothing is written beside the home."""
    folder = scratch("files") / "backup"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    source = folder / "b.tar.gz"
    source.write_bytes(data[1:] if data.startswith(b"\x00") else gzip.compress(data, 1, mtime=0))
    try:
        contents = restore(Home(folder / "home"), source)
    except (InputError, HomeError):
        hold({path.name for path in folder.iterdir()} <= {"b.tar.gz"}, "left something behind")
        return
    for name, entry in contents.files.items():
        hold((folder / "home" / name).stat().st_size == entry.bytes, "a file of another size")
    hold({path.name for path in folder.iterdir()} == {"b.tar.gz", "home"}, "wrote beside the home")


def _archive(*files: tuple[str, bytes], kind: bytes = tarfile.REGTYPE) -> bytes:
    listed = {name: {"bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()} for name, data in files}
    about = json.dumps({"format": 1, "created": "2026-01-01", "generation": None, "files": listed}).encode()
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as archive:
        for name, data in (("backup.json", about), *files):
            info = tarfile.TarInfo(name)
            info.size, info.type = len(data), tarfile.REGTYPE if name == "backup.json" else kind
            archive.addfile(info, io.BytesIO(data))
    return packed.getvalue()


def _backup_seeds() -> Iterator[bytes]:
    yield _archive(("golden.jsonl", b"{}"), ("generations/000001/manifest.json", b"{}"))
    yield _archive(("../x", b"a"))
    yield _archive(("a/b", b"a"), ("a", b"b"))
    yield _archive(("x", b""), kind=tarfile.SYMTYPE)
    yield b"\x00" + gzip.compress(_archive(("golden.jsonl", b"{}")), mtime=0)


# ------------------------------------------------------------------------------------------------------ question sets


def _sets(data: bytes) -> None:
    """A folder of questions, golden questions, and batches: read, or the line is named."""
    corpus, queries, judged = fields(data, 3)
    folder = scratch("files") / "set"
    folder.mkdir(exist_ok=True)
    for name, part in ((CORPUS, corpus), (QUERIES, queries), (QRELS, judged)):
        (folder / name).write_bytes(part)
    try:
        found = read_set(folder)
        for each in (found, found.unmarked(), found.without_titles(), found.drawn(1)):
            hold(len(each.digest) == 16, "a digest of that length")
    except InputError:
        pass
    for read in (read_golden, read_unanswerable):
        with suppress(InputError):
            read(folder / QUERIES)
    for row in batch_rows(text_of(queries).splitlines(keepends=True)):
        json.dumps(row if isinstance(row, dict) else list(row))


def _set_seeds() -> Iterator[bytes]:
    document = '{"_id": "d1", "title": "Lễ hội", "text": "Lễ hội hoa."}\n'
    yield joined(
        document, '{"_id": "q1", "text": "Lễ hội gì?", "answer": "hoa"}\n', "query-id\tcorpus-id\tscore\nq1\td1\t1\n"
    )
    yield joined(
        document, '{"_id": 1, "text": "x?", "not_found": true}\n', "query-id\tcorpus-id\tscore\r\n1\td1\t2\r\n"
    )


# --------------------------------------------------------------------------------------------------------- generation


@cache
def _files() -> tuple[str, ...]:
    folder = small_home().folder("000001")
    return tuple(sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()))


def _generation(data: bytes) -> None:
    """One file of a generation changed: refused by name; where its digest was made to fit, refused or answered from."""
    if len(data) < 2:
        return
    name = _files()[data[0] % len(_files())]
    copy = Home(scratch("files") / "copy")
    shutil.rmtree(copy.path, ignore_errors=True)
    shutil.copytree(small_home().path, copy.path)
    folder = copy.folder("000001")
    before = (folder / name).read_bytes()
    after = changed(before, data[2:])
    (folder / name).write_bytes(after)
    if data[1] % 2 and name != MANIFEST and after != before:
        manifest = Manifest.model_validate_json((folder / MANIFEST).read_bytes())
        files = {**manifest.files, name: FileDigest.of(folder / name)}
        (folder / MANIFEST).write_text(manifest.sealed(files).model_dump_json(), "utf-8")
    try:
        generation = open_live(copy)
    except ChidaoError as error:
        hold(name in error.en or "000001" in error.en, "refused, and not by name")
        return
    with closing(generation):
        hold(before == after or bool(data[1] % 2), "a changed file was not noticed")
        try:
            for hit in generation.retriever(HashEncoder(), Fusion(0.5)).search("giấy phép xây dựng", 5):
                generation.snapshot.article(hit.passage.article_id)
        except ChidaoError as error:
            hold(before != after and "000001" in error.en, "refused, and not by name")
        except (ValueError, KeyError):  # whoever makes digests fit can put any words into a row, or take it out
            hold(before != after and name.endswith(".sqlite"), "a sound generation was not read")


def changed(data: bytes, orders: bytes) -> bytes:
    """Bytes set, cut off or put in, as orders of five bytes say."""
    made = bytearray(data)
    for at in range(0, min(len(orders), 60) - 4, 5):
        what, high, low, value, more = orders[at : at + 5]
        place = ((high << 8) | low) * max(len(made), 1) // 65_536
        if what < 200:
            made[place : place + 1] = bytes([value])
        elif what < 230:
            del made[place : place + 1 + value * more]
        else:
            made[place:place] = bytes([value]) * more
    return bytes(made)


def _generation_seeds() -> Iterator[bytes]:
    for at in range(len(_files())):
        for sealed in (0, 1):
            yield bytes([at, sealed, 0, 0, 16, 255, 0])
            yield bytes([at, sealed, 210, 128, 0, 255, 255])


TARGETS = (
    Target(
        "settings", _settings, _settings_seeds, (CANARY, "TELEGRAM__", "LLM__", "[llm]\n", '"', "{}", "=", "-1"), 600
    ),
    Target("backup", _backup, _backup_seeds, ("backup.json", "../", "/etc/x", "ustar", "\\", "generations/"), 12_000),
    Target("sets", _sets, _set_seeds, ('"_id"', '"text"', "\t", "\n", "1e400", "null", "\\ud800", '"answer"'), 1_000),
    Target("generation", _generation, _generation_seeds, (), 80),
)
