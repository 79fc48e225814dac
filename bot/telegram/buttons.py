"""Buttons: what each carries (at most 64 bytes: Bot API, InlineKeyboardButton), made and read in one place."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from bot.answering.models import Answer, Citation, Status
from bot.messages import Messages
from bot.render import is_web_address
from bot.telegram.texts import Texts

LABEL = 60  # code points; the message has the label whole
MOST_BYTES = 64
_ARTICLE, _RECEIPT, _PREVIEW = "[0-9a-f]{16}", "[0-9a-f]{4,32}", "[0-9a-f]{16}"
PATTERNS = {
    "source": re.compile(rf"src:({_ARTICLE}):(\d{{1,8}})"),
    "next": re.compile(rf"nx:({_RECEIPT}):(\d{{1,2}})"),
    "article": re.compile(rf"art:({_ARTICLE}):(\d{{1,3}})"),
    "option": re.compile(rf"opt:({_RECEIPT}):(\d)"),
    "opinion": re.compile(rf"fb:({_RECEIPT}):([01])"),
    "reason": re.compile(rf"why:({_RECEIPT}):([a-z]+)"),
    "office": re.compile("office"),
    "example": re.compile("ex:([0-9a-f]{16})"),
    "language": re.compile("lang:(vi|en)"),
    "watch": re.compile(r"w:(.+)", re.DOTALL),
    "add": re.compile(rf"add:({_PREVIEW}):([yn])"),
    "reload": re.compile("reload:(go|force)"),
    "rollback": re.compile(r"back:([\w-]{1,40}):([yn])"),
    "remove": re.compile(rf"rm:({_ARTICLE}):([yn])"),
}
Rows = list[list[InlineKeyboardButton]]


@dataclass(frozen=True, slots=True)
class Press:
    """What was pressed: the kind of button, and the values it carries."""

    kind: str
    values: tuple[str, ...]


def read_press(data: str | None) -> Press | None:
    """What a button's data says; None for data that no button of ours carries (a client can send any)."""
    for kind, pattern in PATTERNS.items():
        if match := pattern.fullmatch(data or ""):
            return Press(kind, match.groups())
    return None


def label(text: str) -> str:
    """A text as short as a button's label has to be."""
    return text if len(text) <= LABEL else f"{text[: LABEL - 1]}…"


def markup(rows: Iterable[Sequence[InlineKeyboardButton]]) -> InlineKeyboardMarkup | None:
    """The keyboard of these rows; None where all are empty."""
    filled = [list(row) for row in rows if row]
    return InlineKeyboardMarkup(filled) if filled else None


def button(text: str, data: str) -> InlineKeyboardButton:
    """A button that carries data."""
    return InlineKeyboardButton(text, callback_data=data)


def option_buttons(answer: Answer) -> Rows:
    """One button for each option, by its number and where it differs from the others: a phone cuts what is long."""
    words = [each.label.split() for each in answer.options]
    same = next((at for at, them in enumerate(zip(*words, strict=False)) if len(set(them)) > 1), 0)
    return [
        [button(label(f"{n}. {' '.join(each[same:])}"), f"opt:{answer.receipt}:{n}")]
        for n, each in enumerate(words, start=1)
    ]


def answer_buttons(answer: Answer, messages: Messages, texts: Texts, *, receipts: bool) -> InlineKeyboardMarkup | None:
    """Below an answer: its sources, more to read, right or wrong, whom to ask; below a refusal whom to ask."""
    if answer.status is Status.OUT_OF_SCOPE:
        return None
    if answer.options:
        return markup(option_buttons(answer))
    ask = button(texts.ask_office, "office")
    if not answer.citations:
        return markup([[ask]])
    more = [button(texts.next_passage, f"nx:{answer.receipt}:0")] if receipts else []
    more.append(button(texts.whole_article, f"art:{answer.citations[0].article_id}:0"))
    judged = [button(texts.right, f"fb:{answer.receipt}:1"), button(texts.wrong, f"fb:{answer.receipt}:0")]
    return markup([*source_rows(answer.citations, messages), more, [*judged, ask]])


def source_rows(citations: Iterable[Citation], messages: Messages) -> Rows:
    """One row for each article cited: the passage, and the page where its source is an address."""
    first: dict[str, Citation] = {}
    for citation in citations:
        first.setdefault(citation.article_id, citation)
    rows = []
    for citation in first.values():
        row = [button(messages.open_source, f"src:{citation.article_id}:{citation.start}")]
        if is_web_address(citation.source):
            row.append(InlineKeyboardButton(messages.source, url=citation.source))
        rows.append(row)
    return rows


def reason_buttons(receipt: str, texts: Texts) -> InlineKeyboardMarkup | None:
    """Why an answer is wrong, two in a row."""
    made = [button(words, f"why:{receipt}:{code}") for code, words in texts.reasons.items()]
    return markup([made[at : at + 2] for at in range(0, len(made), 2)])


def example_buttons(questions: Sequence[str]) -> InlineKeyboardMarkup | None:
    """One button for each example."""
    return markup([[button(label(each), f"ex:{example_id(each)}")] for each in questions])


def example_id(question: str) -> str:
    """What stands for an example in its button."""
    return hashlib.sha256(question.encode()).hexdigest()[:16]


def language_buttons() -> InlineKeyboardMarkup | None:
    """The two languages."""
    return markup([[button("Tiếng Việt", "lang:vi"), button("English", "lang:en")]])


def watch_button(reference: str, texts: Texts) -> Sequence[InlineKeyboardButton]:
    """To watch a reference; none where it is too long to be carried."""
    data = f"w:{reference}"
    return [button(texts.watch_button, data)] if len(data.encode()) <= MOST_BYTES else []


def yes_no(kind: str, value: str, yes: str, no: str) -> InlineKeyboardMarkup | None:
    """Two buttons to confirm something with."""
    return markup([[button(yes, f"{kind}:{value}:y"), button(no, f"{kind}:{value}:n")]])


def page_buttons(article_id: str, page: int, pages: int, texts: Texts) -> InlineKeyboardMarkup | None:
    """Back and on, in an article of several pages."""
    row = [button(texts.earlier, f"art:{article_id}:{page - 1}")] if page else []
    row += [button(texts.later, f"art:{article_id}:{page + 1}")] if page + 1 < pages else []
    return markup([row])
