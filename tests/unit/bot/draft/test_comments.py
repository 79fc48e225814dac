"""Word comments at the references of a DOCX made here."""

from io import BytesIO
from typing import Any

import pytest
from docx import Document
from docx.enum.text import WD_BREAK
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Pt

from bot.draft.comments import commented
from tests.unit.bot.draft.drafts import checker_of

NUMBER = "Nghị định số 30/2020/NĐ-CP ngày 05/3/2020"
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c6360606060000000050001a5f64540"
    "0000000049454e44ae426082"
)


def bytes_of(document: Any) -> bytes:
    out = BytesIO()
    document.save(out)
    return out.getvalue()


def with_comments(document: Any) -> Any:
    with checker_of() as checker:
        return Document(BytesIO(commented(bytes_of(document), checker)))


def texts(document: Any) -> list[str]:
    return ["".join(t.text or "" for t in p.iter(qn("w:t"))) for p in document.element.body.iter(qn("w:p"))]


def anchored(document: Any) -> list[str]:
    """For every comment, in reading order, the words between its two ends."""
    open_: dict[str, str] = {}
    done: list[str] = []
    for each in document.element.body.iter():
        if each.tag == qn("w:commentRangeStart"):
            open_[each.get(qn("w:id"))] = ""
        elif each.tag == qn("w:commentRangeEnd"):
            done.append(open_.pop(each.get(qn("w:id"))))
        elif each.tag == qn("w:t"):
            open_ = {name: words + (each.text or "") for name, words in open_.items()}
    assert not open_
    return done


def comments(document: Any) -> list[str]:
    return [each.text for each in document.comments]


def of_runs(*runs: str) -> Any:
    document = Document()
    paragraph = document.add_paragraph()
    for each in runs:
        paragraph.add_run(each)
    return document


def test_a_comment_holds_just_the_reference_and_tells_the_verdict() -> None:
    marked = with_comments(of_runs(f"Căn cứ {NUMBER}; Quyết định số 9999/QĐ-UBND."))
    assert anchored(marked) == [NUMBER, "Quyết định số 9999/QĐ-UBND"]
    told = sorted(comments(marked))
    assert told[0].startswith("✓")
    assert "Thành phố họp" in told[0]
    assert told[1].startswith("✗")


@pytest.mark.parametrize(
    "runs",
    [
        ("Căn cứ Nghị ", "định số 30/20", "20/NĐ-CP ngày ", "05/3/2020 và"),
        ("Căn cứ ", NUMBER, " và"),
        (*f"Căn cứ {NUMBER} và",),
        ("", "Căn cứ ", "", NUMBER, ""),
    ],
)
def test_a_reference_across_several_runs_is_held_whole(runs: tuple[str, ...]) -> None:
    document = of_runs(*runs)
    marked = with_comments(document)
    assert anchored(marked) == [NUMBER]
    assert texts(marked) == texts(document)


def test_bold_and_italic_stay_where_they_were() -> None:
    document = of_runs("Căn cứ Nghị ", "định số 30/2020", "/NĐ-CP họp")
    first, second, third = document.paragraphs[0].runs
    first.bold, second.italic, third.font.size = True, True, Pt(20)
    marked = with_comments(document)
    styles = [
        (letter, run.bold, run.italic, run.font.size)
        for run in marked.paragraphs[0].runs
        for letter in run.text
    ]  # fmt: skip
    assert styles == [
        (letter, run.bold, run.italic, run.font.size) for run in document.paragraphs[0].runs for letter in run.text
    ]
    assert anchored(marked) == ["Nghị định số 30/2020/NĐ-CP"]


def test_references_in_tables_and_tables_within_them_are_found() -> None:
    document = Document()
    cell = document.add_table(1, 2).cell(0, 1)
    cell.paragraphs[0].add_run(f"Theo {NUMBER}.")
    cell.add_table(1, 1).cell(0, 0).paragraphs[0].add_run("Quyết định số 9999/QĐ-UBND")
    assert sorted(anchored(with_comments(document))) == [NUMBER, "Quyết định số 9999/QĐ-UBND"]


def test_a_reference_in_a_link_or_an_insertion_is_found() -> None:
    document = of_runs("Căn cứ Nghị định số ", "30/2020/NĐ-CP", " họp; ", "Quyết định số 9999/QĐ-UBND")
    for run, tag in zip(document.paragraphs[0].runs[1::2], ("w:hyperlink", "w:ins"), strict=True):
        around = OxmlElement(tag)
        run._r.addprevious(around)
        around.append(run._r)
    marked = with_comments(document)
    assert anchored(marked) == ["Nghị định số 30/2020/NĐ-CP", "Quyết định số 9999/QĐ-UBND"]
    assert texts(marked) == texts(document)


def test_the_number_in_the_head_is_the_drafts_own() -> None:
    document = Document()
    for line in ("ỦY BAN NHÂN DÂN", "TỈNH ĐẮK NÔNG", "Số: 9999/QĐ-UBND", "Căn cứ Quyết định số 9999/QĐ-UBND."):
        document.add_paragraph(line)
    marked = with_comments(document)
    assert [each[:1] for each in comments(marked)] == ["✓", "✓"]


@pytest.mark.parametrize("behind", [False, True])
def test_a_run_with_a_picture_is_not_lost(behind: bool) -> None:
    document = of_runs(f"Căn cứ {NUMBER} họp")
    [run] = document.paragraphs[0].runs
    run.add_picture(BytesIO(PNG))
    if behind:
        run.add_text(" và Quyết định số 9999/QĐ-UBND")
    marked = with_comments(document)
    assert len(marked.inline_shapes) == 1
    assert len(anchored(marked)) == 1 + behind
    assert texts(marked) == texts(document)


def test_page_breaks_tabs_and_line_ends_are_kept() -> None:
    document = of_runs(f"Căn cứ\t{NUMBER}\nhọp ", "x")
    document.paragraphs[0].runs[1].add_break(WD_BREAK.PAGE)
    document.paragraphs[0].runs[1].add_text(f" theo {NUMBER} họp")
    marked = with_comments(document)
    assert len(anchored(marked)) == 2
    kept = [sum(1 for _ in d.element.body.iter(qn("w:br"))) for d in (document, marked)]
    assert kept == [2, 2]
    assert marked.element.body.xpath("count(.//w:br[@w:type='page'])") == 1
    assert marked.paragraphs[0].text == document.paragraphs[0].text


def test_a_draft_without_references_gets_no_comment() -> None:
    document = of_runs("Sáng nay họp.")
    marked = with_comments(document)
    assert (comments(marked), texts(marked)) == ([], texts(document))


def test_comments_that_were_there_stay() -> None:
    document = of_runs("Căn cứ ", NUMBER)
    document.add_comment(document.paragraphs[0].runs[:1], text="xem lại", author="An")
    marked = with_comments(document)
    assert "xem lại" in comments(marked)
    assert len(comments(marked)) == 2
