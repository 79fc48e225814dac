"""Makes a home with a little of everything in it, and keeps its databases as SQL.

    PYTHONPATH=. .venv/bin/python tests/data/released/make.py

The folder is named by the version in pyproject.toml. README.md beside this says when to run it.
"""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Final

from bot.answering.models import Answer, Status
from bot.state.database import open_database
from bot.state.keyring import Keyring
from bot.state.store import open_state
from bot.state.watches import Watch
from corpus.generation import Home
from corpus.models import Article, Attachment
from corpus.parse.printed_page import TIME_ZONE
from corpus.store import ArticleStore
from tests.homes import ROOT, environment

# What tests/contract/test_upgrades.py looks for in every version's folder: add to it, change nothing.
KEY: Final = "khoá chỉ dùng trong kiểm thử"
MOMENT: Final = datetime(2026, 11, 30, 9, 0, tzinfo=TIME_ZONE).timestamp()  # of what is in the state
BOT, CITIZEN, OFFICER = 42, 700_123, 700_456
WATCHED: Final = "12/QĐ-UBND"
ASKED: Final = "Giá vé đi đò Bến Mơ là bao nhiêu?"
UNANSWERED: Final = "Giờ mở cửa bể bơi Hoa Mai?"
PAGE: Final = "https://example.vn/gia-ve-do"
BEFORE, CORRECTED = (
    Article.create(
        title="Giá vé đi đò Bến Mơ",
        published=datetime(2026, 11, day, 8, 30, tzinfo=TIME_ZONE),
        source=PAGE,
        text=f"Giá vé đi đò Bến Mơ là {price} đồng mỗi lượt, theo Quyết định số 12/QĐ-UBND ngày 02/11/2026.",
        issuer="Ủy ban nhân dân phường Bến Mơ",
        attachments=(Attachment("bảng giá.pdf", "https://example.vn/bang-gia.pdf"),),
    )
    for day, price in ((3, "5.000"), (10, "6.000"))
)
SETTINGS: Final = {"CHIDAO_DATABASE__KEY": KEY, "CHIDAO_GAPS__TEXT": "true", "CHIDAO_LANGUAGE": "en"}


def fill(home: Home) -> None:
    """Puts a little of everything into an empty home."""
    with ArticleStore(home.store) as store:
        for article in (BEFORE, CORRECTED):
            store.add(article, PAGE)
    _chidao(home, "reload")
    receipt = json.loads(_chidao(home, "ask", ASKED, "--json"))["receipt"]
    _chidao(home, "ask", UNANSWERED)
    database = open_database(None, home.state)
    with closing(open_state(database, Keyring(KEY), BOT, 365, lambda: MOMENT)) as state:
        state.inbox.keep(1, CITIZEN, b"{}")
        state.people.choose(CITIZEN, "en", MOMENT)
        state.conversations.remember(CITIZEN, Answer(ASKED, Status.NOT_FOUND, (), "000001", receipt, 1.0))
        state.replies.keep(CITIZEN, 7, receipt, [8, 9], MOMENT)
        state.feedback.give(CITIZEN, receipt, MOMENT, right=False)
        state.feedback.explain(CITIZEN, receipt, "giá cũ")
        state.watches.add(Watch(OFFICER, WATCHED, "vi", frozenset({"d1"})), MOMENT)
        state.audit.add(OFFICER, "reload", "000001", MOMENT)


def _chidao(home: Home, *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "bot", *arguments],
        cwd=ROOT,
        env=environment(home.path, **SETTINGS),
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout


def dump(path: Path) -> Iterator[str]:
    """A database as SQL, with the version of its schema, which SQLite's own dump leaves out."""
    with closing(sqlite3.connect(path)) as db:
        yield from db.iterdump()
        yield f"PRAGMA user_version = {db.execute('PRAGMA user_version').fetchone()[0]};"


def main() -> None:
    """Makes the folder of the version that pyproject.toml names; one that is there already is left as it is."""
    version = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"]
    folder = Path(__file__).parent / version
    folder.mkdir()
    with tempfile.TemporaryDirectory() as there:
        home = Home(Path(there) / "data")
        fill(home)
        for path in (home.store, home.asked, home.state):
            (folder / f"{path.stem}.sql").write_text("\n".join((*dump(path), "")), "utf-8", newline="\n")


if __name__ == "__main__":
    main()
