"""A draft as an HTML page for reading: the text with each reference marked, and a list of what to look at."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from html import escape

from bot.draft.check import Checked

_CLASSES = {"✓": "good", "⚠": "look", "✗": "bad"}
_STYLE = """
:root { color-scheme: light dark; --good: #1a7f37; --look: #9a6700; --bad: #cf222e; --soft: #8882; }
body { font: 17px/1.6 "Times New Roman", "Noto Serif", serif; margin: 0 auto; padding: 1.5rem; max-width: 62rem; }
h1 { font-size: 1.3rem; } h2 { font-size: 1.1rem; margin-top: 2rem; }
.count { font-family: system-ui, sans-serif; font-size: .95rem; }
.count span { margin-right: 1.5rem; white-space: nowrap; }
pre { font: inherit; white-space: pre-wrap; overflow-wrap: anywhere; background: var(--soft); padding: 1rem 1.3rem;
border-radius: 6px; } mark { background: none; color: inherit; border-bottom: 2px solid; padding: 0 .1em; } mark a {
color: inherit; text-decoration: none; font-size: .85em; } .good { border-color: var(--good); } .look { border-color:
var(--look); background: #d4a72c33; } .bad { border-color: var(--bad); background: #ff818233; } b.good { color:
var(--good); } b.look { color: var(--look); } b.bad { color: var(--bad); } b.good, b.look, b.bad { background: none; }
ol { padding-left: 2.2rem; } li { margin: .7rem 0; } li:target, mark:target { outline: 3px solid #0969da88; } blockquote
{ margin: .3rem 0 0; padding-left: .8rem; border-left: 3px solid #8886; font-size: .92em; } .where { font-family:
system-ui, sans-serif; font-size: .8em; opacity: .75; } @media print { pre { background: none; padding: 0; } }
"""
_WORDS = {
    "vi": (
        "Kiểm tra dẫn chiếu",
        "khớp",
        "cần xem lại",
        "không có trong kho",
        "Các dẫn chiếu",
        "không tìm thấy dẫn chiếu nào",
    ),
    "en": ("References checked", "fit", "to look at", "not found", "The references", "no reference was found"),
}


def draft_page(name: str, text: str, checked: Sequence[Checked], language: str) -> str:
    """The page: a whole HTML document that needs nothing else.

    Readers drop a line end right behind <pre>: one of ours, so that none of the text is.
    """
    title, *counted, heading, none = _WORDS[language]
    counts = Counter(each.mark for each in checked)
    summary = "".join(
        f'<span><b class="{_CLASSES[mark]}">{mark}</b> {counts[mark]} {word}</span>'
        for mark, word in zip(_CLASSES, counted, strict=True)
    )
    items = "\n".join(_item(n, each) for n, each in enumerate(checked, start=1))
    listed = f"<ol>\n{items}\n</ol>" if checked else f"<p>{none}</p>"
    head = f"{escape(title)}: {escape(name)}"
    return (
        f'<!doctype html>\n<html lang="{language}">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{head}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n<h1>{head}</h1>\n"
        f'<p class="count">{summary}</p>\n<pre>\n{_marked(text, checked)}</pre>\n'
        f"<h2>{heading}</h2>\n{listed}\n</body>\n</html>\n"
    )


def _marked(text: str, checked: Sequence[Checked]) -> str:
    parts, at = [], 0
    for n, each in enumerate(checked, start=1):
        start, end = each.reference.start, each.reference.end
        begins = f'<mark id="t{n}" class="{_CLASSES[each.mark]}" title="{escape(each.note)}">'
        ends = f'<a href="#r{n}">&nbsp;{each.mark}</a></mark>'
        parts += [escape(text[at:start], quote=False), begins, escape(text[start:end], quote=False), ends]
        at = end
    return "".join([*parts, escape(text[at:], quote=False)])


def _item(n: int, each: Checked) -> str:
    words = escape(" ".join(each.reference.text.split()))
    mark = f'<b class="{_CLASSES[each.mark]}">{each.mark}</b>'
    line = f'<li id="r{n}">{mark} <a href="#t{n}">{words}</a>: {escape(each.note)}'
    if each.evidence:
        article_id, title, quote = map(escape, each.evidence)
        line += f'<blockquote>“{quote}”<div class="where">{title} · {article_id}</div></blockquote>'
    return f"{line}</li>"
