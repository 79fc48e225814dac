import html
import re

import pytest
from lxml.html import HtmlElement, document_fromstring

from bot.draft.check import Checked
from bot.draft.page import draft_page
from corpus.models import Reference
from corpus.resolve import Verdict
from tests.unit.bot.draft.drafts import checked

KNOWN = "Nghị định 30/2020/NĐ-CP"
ODD = f'<script>alert("1")</script> & "Nghị định" \'quoted\' &amp; </pre> {KNOWN} và Nghị định 31/2020/NĐ-CP.'
SHOWN_MARK = re.compile(r'<a href="#r\d+">&nbsp;.</a>')


def page_of(text: str, *, name: str = "du-thao.txt", language: str = "vi") -> str:
    return draft_page(name, text, checked(text, language=language), language)


def parsed(text: str, **named: str) -> HtmlElement:
    return document_fromstring(page_of(text, **named))


def shown_text(page: str) -> str:
    """The draft as the page has it: without marks and tags; readers drop the line end behind <pre>."""
    shown = page[page.index("<pre>\n") + len("<pre>\n") : page.rindex("</pre>")]
    return html.unescape(re.sub(r"<[^>]*>", "", SHOWN_MARK.sub("", shown)))


@pytest.mark.parametrize(
    "text",
    [
        ODD,
        "",
        "\n\nNghị định 30/2020/NĐ-CP\n\n",
        "Nghị định 30/2020/NĐ-CP",
        "a\t b  c\n",
        "Nghị định 30/2020/NĐ-CP\u200b; \U0001f600 &lt;",
    ],
)
def test_the_text_is_kept_to_the_letter(text: str) -> None:
    assert shown_text(page_of(text)) == text


def test_nothing_of_the_draft_becomes_markup() -> None:
    page = parsed(ODD, name='<b>"x"&.txt')
    assert not page.xpath("//script")
    assert not page.xpath("//pre//b | //h1/b | //title/b")
    assert page.xpath("string(//h1)").endswith('<b>"x"&.txt')


def test_quotes_and_notes_cannot_leave_their_attribute() -> None:
    note = "\"><img src=x onerror=alert(1)> & 'y'"
    each = Checked(
        Reference("3482", 0, 4, None, "3482", None), Verdict.NOT_FOUND, "✗", note, ("id", "<i>t</i>", "<u>q</u>")
    )
    page = document_fromstring(draft_page("a.txt", "3482 họp", [each], "vi"))
    assert page.xpath("//mark/@title") == [note]
    assert not page.xpath("//img | //u | //i")
    assert "“<u>q</u>”" in page.xpath("string(//blockquote)")


def test_marks_stand_in_reading_order_and_lead_to_the_list_and_back() -> None:
    page = parsed(ODD)
    marks = page.xpath("//mark")
    assert [each.get("class") for each in marks] == ["good", "bad"]
    assert [each.get("id") for each in marks] == ["t1", "t2"]
    assert [each.get("href") for each in page.xpath("//mark/a")] == ["#r1", "#r2"]
    assert [each.get("id") for each in page.xpath("//ol/li")] == ["r1", "r2"]
    assert [each.get("href") for each in page.xpath("//ol/li/a")] == ["#t1", "#t2"]


def test_what_to_look_at_is_counted() -> None:
    counts = [" ".join(each.text_content().split()) for each in parsed(ODD).xpath("//p[@class='count']/span")]
    assert counts == ["✓ 1 khớp", "⚠ 0 cần xem lại", "✗ 1 không có trong kho"]


@pytest.mark.parametrize(
    ("language", "none"), [("vi", "không tìm thấy dẫn chiếu nào"), ("en", "no reference was found")]
)
def test_a_draft_without_references_says_so(language: str, none: str) -> None:
    page = parsed("Sáng nay họp.", language=language)
    assert page.get("lang") == language
    assert none in page.text_content()


def test_the_page_needs_nothing_from_elsewhere() -> None:
    page = parsed(ODD)
    assert not page.xpath("//link | //script | //img | //iframe")
    assert "http" not in page_of(ODD)
