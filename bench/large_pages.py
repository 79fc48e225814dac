"""How long HTML pages of six megabytes take to read, by shape; a file may take ten seconds.

    .venv/bin/python bench/large_pages.py [SHAPE]...      (default: all)

Processor time, so that what else runs on the machine counts little.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from itertools import count

from config.errors import InputError
from corpus.models import Raw
from corpus.parse.html import parse_html

SIZE = 6_000_000  # bytes
SENTENCE = "Ủy ban nhân dân thành phố yêu cầu các sở, ngành rà soát thủ tục, báo cáo kết quả trước ngày 30/9 hằng năm. "
TCVN3 = "Uû ban nh©n d©n thµnh phè yªu cÇu c¸c së, ngµnh rµ so¸t thñ tôc, b¸o c¸o kÕt qu¶ tr\u00adíc ngµy 30/9. "
TITLE = "Tổng hợp báo cáo của thành phố năm nay"


def _table(at: int) -> str:
    cells = f"<td>{SENTENCE[:60]}</td><td>12/03/2020</td><td>Sở Nội vụ</td>"
    rows = "".join(f"<tr><td>{at}.{row}</td>{cells}</tr>" for row in range(20))
    return f"<table>{rows}</table><p>{SENTENCE}</p>"


SHAPES: dict[str, Callable[[int], str]] = {
    "paragraphs": lambda at: f"<p>{at}. {SENTENCE * 4}</p>",
    "line breaks": lambda at: f"{at}. {SENTENCE * 4}<br><br>",
    "tables": _table,
    "links in prose": lambda at: f"<p>{SENTENCE}<a href='/{at}.html'>Quyết định số {at}/QĐ-UBND</a> {SENTENCE}</p>",
    "list of links": lambda at: f"<li><a href='/{at}.html'>Quyết định số {at}/QĐ-UBND về quy chế phối hợp</a></li>",
    "links between line breaks": lambda at: f"{SENTENCE}<a href='/{at}.doc'>tải</a><br><a href='/{at}'>{TITLE}</a><br>",
    "linked titles": lambda at: f"<h3><a href='/{at}'>{TITLE}, bài {at}</a></h3><p>{SENTENCE * 2}</p>",
    "dates in lines": lambda at: (
        f"<span class='date'>12/03/2020</span> <time datetime='2020-03-12'>{at}</time> {SENTENCE}"
    ),
    "owners in lines": lambda at: f"{SENTENCE} Đơn vị quản lý: <br>{at}",
    "nested spans": lambda _: f"<p>{'<span style=x><b><i>' * 40}{SENTENCE * 20}{'</i></b></span>' * 40}</p>",
    "nested blocks": lambda _: f"{'<div>' * 200}{f'<p>{SENTENCE * 10}</p>' * 8}{'</div>' * 200}",
    "nested tables": lambda _: f"{'<table><tr><td>' * 40}{f'<p>{SENTENCE * 6}</p>' * 4}{'</td></tr></table>' * 40}",
    "TCVN3": lambda at: f"<p>{at}. {TCVN3 * 4}</p>",
}


def large_page(shape: str, size: int = SIZE) -> str:
    """A page of one shape repeated until it has so many bytes."""
    parts, length = [], 0
    for at in count():
        if length >= size:
            break
        parts.append(SHAPES[shape](at))
        length += len(parts[-1].encode())
    head = f"<!DOCTYPE html><html><head><meta charset='utf-8'><title>{TITLE}</title></head>"
    lead = f"<p>12/03/2020</p><p>{SENTENCE * 3}</p>"
    return f"{head}<body><div class='bai'><h1>{TITLE}</h1>{lead}<div>{''.join(parts)}</div></div></body></html>"


def main() -> None:
    """Writes a table to stdout, in Markdown."""
    sys.stdout.write("| shape | seconds | characters of the article |\n| --- | ---: | ---: |\n")
    for shape in sys.argv[1:] or SHAPES:
        raw = Raw(large_page(shape).encode(), "1.html", "https://cong.example.vn/tin/1.html")
        begun = time.process_time()
        try:
            read = str(len(parse_html(raw).text))
        except InputError as error:
            read = error.en[:40]
        sys.stdout.write(f"| {shape} | {time.process_time() - begun:.1f} | {read} |\n")


if __name__ == "__main__":
    main()
