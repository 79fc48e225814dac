"""A copy of a DOCX draft with a Word comment at each reference that was checked."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from io import BytesIO
from typing import Any

from docx import Document
from docx.oxml.ns import qn
from docx.text.paragraph import Paragraph
from docx.text.run import Run

from bot.draft.check import Checked, Checker, own_of

AUTHOR = "chidao"
_TEXT_TAGS = frozenset(("rPr", "t", "tab", "br", "cr", "noBreakHyphen", "lastRenderedPageBreak"))


def commented(data: bytes, checker: Checker) -> bytes:
    """The DOCX with comments. `data` is one that was read before (corpus/parse/docx.py checks what it claims)."""
    document = Document(BytesIO(data))
    own = own_of("\n".join(each.text for each in _paragraphs(document.element.body, document)))
    for paragraph in _paragraphs(document.element.body, document):
        text = "".join(run.text for run in _runs(paragraph))
        for each in reversed(checker.check(text, own=own)):  # from the end, so that earlier offsets stay true
            if runs := _runs_of(paragraph, each.reference.start, each.reference.end):
                document.add_comment(runs, text=_comment(each), author=AUTHOR, initials="cđ")
    out = BytesIO()
    document.save(out)
    return out.getvalue()


def _paragraphs(body: Any, parent: Any) -> Iterator[Paragraph]:
    """Every paragraph, those in tables too."""
    for element in body.iter(qn("w:p")):
        yield Paragraph(element, parent)


def _runs(paragraph: Paragraph) -> list[Run]:
    """The runs of a paragraph, those in its links and insertions too; not those of a text box that hangs on it."""
    element = paragraph._p  # noqa: SLF001
    return [Run(each, paragraph) for each in element.iter(qn("w:r")) if next(each.iterancestors(qn("w:p"))) is element]


def _comment(each: Checked) -> str:
    lines = [f"{each.mark} {each.note}"]
    if each.evidence:
        _, title, quote = each.evidence
        lines.append(f"“{quote}” — {title}")
    return "\n".join(lines)


def _runs_of(paragraph: Paragraph, start: int, end: int) -> list[Run]:
    """The runs that hold just this stretch; runs that reach beyond it are cut in two."""
    found: list[Run] = []
    at = 0
    for run in _runs(paragraph):
        length = len(run.text)
        first, last = max(start - at, 0), min(end - at, length)
        if first < last:
            if last < length and _is_text(run):
                _cut(run, last)
            found.append(_cut(run, first) if first and _is_text(run) else run)
        at += length
    return found


def _is_text(run: Run) -> bool:
    """Whether a run holds nothing that cutting would lose, such as a picture or a field."""
    return all(
        child.tag.rpartition("}")[2] in _TEXT_TAGS and child.get(qn("w:type"), "textWrapping") == "textWrapping"
        for child in run._r  # noqa: SLF001
    )


def _cut(run: Run, at: int) -> Run:
    """Cuts a run in two at an offset and returns the second, with the same format."""
    text = run.text
    second = Run(copy.deepcopy(run._r), run._parent)  # noqa: SLF001  python-docx has no way to copy a run
    run._r.addnext(second._r)  # noqa: SLF001
    run.text, second.text = text[:at], text[at:]
    return second
