"""Draws docs/chat.svg: a real `chidao chat` over the sample articles, typed by this script, drawn as it printed.

.venv/bin/python docs/make_chat_picture.py
"""

from __future__ import annotations

import os
import pty
import re
import select
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from rich._export_format import CONSOLE_SVG_FORMAT
from rich.console import Console
from rich.text import Text

ROOT = Path(__file__).parents[1]
WIDTH, LINES = 100, 60
QUIET = 2.0  # seconds without output after which the program is taken to wait for the next line
QUESTIONS = (
    "nghi dinh 30/2020 ve viec gi",
    "Hải Phòng có bao nhiêu đơn vị hành chính cấp xã sau sắp xếp?",
    "Quyết định số 9999/QĐ-UBND quy định gì?",
    "/quit",
)


def main() -> None:
    """Runs the conversation and writes the picture."""
    with tempfile.TemporaryDirectory() as home:
        environ = {**os.environ, "CHIDAO_HOME": home, "COLUMNS": str(WIDTH), "LINES": str(LINES)}
        _converse(environ, ["/quit"])  # loads the sample; what that prints is not part of the picture
        shown = _converse(environ, QUESTIONS)
    console = Console(record=True, width=WIDTH, file=sys.stderr)
    console.print(Text.from_ansi(f"$ .venv/bin/chidao chat --sample\n{shown.strip()}"))
    svg = console.export_svg(title="chidao", code_format=_template())
    # The line boxes cut the tops off letters with two marks.
    svg = re.sub(r' clip-path="url\(#[\w-]+-line-\d+\)"', "", svg)
    (ROOT / "docs" / "chat.svg").write_text(svg, encoding="utf-8")


def _template() -> str:
    """Rich's own, without its web fonts: the picture must not call home."""
    return re.sub(r"@font-face \{\{.*?\}\}", "", CONSOLE_SVG_FORMAT, flags=re.DOTALL).replace("Fira Code, ", "")


def _converse(environ: dict[str, str], lines: tuple[str, ...] | list[str]) -> str:
    """What a terminal showed while the lines were typed."""
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "bot", "chat", "--sample"]
    with subprocess.Popen(command, cwd=ROOT, env=environ, stdin=theirs, stdout=theirs, stderr=theirs) as chat:
        os.close(theirs)
        shown = _read(ours, 60)
        for line in lines:
            os.write(ours, f"{line}\n".encode())
            shown += _read(ours, 10)
        chat.wait(20)
    os.close(ours)
    return shown.decode().replace("\r\n", "\n")


def _read(terminal: int, patience: float) -> bytes:
    """Output until it pauses; waits up to `patience` seconds for the first of it."""
    shown, deadline = b"", time.monotonic() + patience
    while time.monotonic() < deadline:
        ready, _, _ = select.select([terminal], [], [], 0.1)
        if not ready:
            continue
        try:
            shown += os.read(terminal, 65536)
        except OSError:  # the other end is closed
            break
        deadline = time.monotonic() + QUIET
    return shown


if __name__ == "__main__":
    main()
