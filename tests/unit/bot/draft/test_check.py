import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.draft.check import Own, own_of
from corpus.models import Reference
from corpus.register import Register
from corpus.resolve import Resolution, Verdict, resolve
from tests.registers import decision
from tests.unit.bot.draft.drafts import CITED, HELD, REPLACED, checked, checker_of

DRAFT = (
    "Căn cứ Nghị định số 30/2020/NĐ-CP ngày 05/3/2020 và Nghị định 110/2004/NĐ-CP;\n"
    "Căn cứ Quyết định số 3482/QĐ-UBND ngày 28/12/2018; Quyết định số 9999/QĐ-UBND."
)


def test_every_reference_is_checked_in_reading_order_with_true_offsets() -> None:
    found = checked(DRAFT)
    assert [each.verdict for each in found] == ["exact", "superseded", "date_differs", "not_found"]
    assert "".join(each.mark for each in found) == "✓⚠⚠✗"
    assert all(DRAFT[each.reference.start : each.reference.end] == each.reference.text for each in found)


def test_the_evidence_is_the_quote_of_an_article_and_none_where_nothing_is_known() -> None:
    good, replaced, _, unknown = checked(DRAFT)
    assert good.evidence
    assert good.evidence[1:] == ("Thành phố họp", CITED)
    assert replaced.evidence
    assert replaced.evidence[2] == REPLACED
    assert unknown.evidence is None


def test_the_note_tells_what_differs() -> None:
    _, replaced, dated, _ = checked(DRAFT)
    assert "30/2020/NĐ-CP" in replaced.note
    assert "27/12/2018" in dated.note


def test_a_slip_of_the_typist_is_offered() -> None:
    [found] = checked("Quyết định số 3428/QĐ-UBND")
    assert (found.mark, "3482/QĐ-UBND" in found.note) == ("✗", True)


def test_a_day_that_no_calendar_has_is_never_marked_good() -> None:
    [found] = checked("Nghị định số 30/2020/NĐ-CP ngày 31/02/2020")
    assert (found.mark, "31/02/2020" in found.note) == ("⚠", True)


def test_notes_are_in_the_language_asked() -> None:
    [vietnamese], [english] = (checked("Nghị quyết này", language=each) for each in ("vi", "en"))
    assert (vietnamese.note, english.note) == ("chính văn bản này", "the document itself")


@pytest.mark.parametrize("text", ["", " ", "Sáng nay họp.", "\U0001f600", "\x00", "'; DROP TABLE mentions; --"])
def test_a_text_without_references_has_nothing_to_check(text: str) -> None:
    assert checked(text) == []


class TestOffsets:
    @pytest.mark.parametrize(
        "text",
        [
            unicodedata.normalize("NFD", DRAFT),
            DRAFT.replace("\n", "\r\n"),
            f"\ufeff{DRAFT}",
            DRAFT.replace("3482", "34\u200b82").replace("QĐ", "Q\u00adĐ"),
            f"\U0001f600 {DRAFT}",
        ],
    )
    def test_they_are_true_for_the_text_as_it_came(self, text: str) -> None:
        found = checked(text)
        assert [each.reference.number for each in found] == [each.reference.number for each in checked(DRAFT)]
        assert all(text[each.reference.start : each.reference.end] == each.reference.text for each in found)

    @given(text=st.lists(st.one_of(st.text(max_size=9), st.sampled_from(DRAFT.split())), max_size=30).map(" ".join))
    def test_they_slice_back_for_any_text(self, text: str) -> None:
        for each in checked(text):
            assert text[each.reference.start : each.reference.end] == each.reference.text


class TestOwnNumber:
    DAK_LAK = "Quyết định số 55/QĐ-UBND ngày 01/02/2015 của UBND tỉnh Đắk Lắk nêu rõ."

    def test_a_letterhead_tells_number_and_day(self) -> None:
        assert own_of(decision("55/QĐ-UBND")) == Own("55/QĐ-UBND", "2018-12-27")

    def test_a_line_of_nothing_but_the_number_tells_it_too(self) -> None:
        assert own_of("UBND TỈNH\nSố: 55/QĐ-UBND\nCăn cứ Nghị định 30/2020/NĐ-CP") == Own("55/QĐ-UBND")

    @pytest.mark.parametrize(
        "text", ["", "Số: 55/QĐ-UBND và 56/QĐ-UBND", "Số: 55/QĐ-UBND thay thế", f"{'họp ' * 500}\nSố: 5/QĐ-UBND"]
    )
    def test_other_lines_do_not(self, text: str) -> None:
        assert own_of(text) == Own()

    @pytest.mark.parametrize(
        "named", ["Quyết định số 55/QĐ-UBND", "Quyết định số 55/QĐ-UBND ngày 27/12/2018", "Quyết định này"]
    )
    def test_the_draft_itself_is_not_looked_up(self, named: str) -> None:
        found = checked(decision("55/QĐ-UBND", body=f"Điều 1. {named} có hiệu lực."))[-1]
        assert (found.verdict, found.note) == (Verdict.EXACT, "chính văn bản này")

    def test_another_day_makes_it_another_document_of_that_number(self) -> None:
        named = "Quyết định số 55/QĐ-UBND ngày 01/02/2015 của UBND tỉnh Đắk Lắk"
        found = checked(decision("55/QĐ-UBND", body=f"Căn cứ {named};"), self.DAK_LAK)[-1]
        assert found.evidence
        assert found.evidence[2] == self.DAK_LAK
        assert checked(decision("55/QĐ-UBND", body=f"Căn cứ {named};"))[-1].mark == "✗"

    def test_what_the_caller_says_goes_before_the_text(self) -> None:
        with checker_of() as checker:
            [found] = checker.check("Quyết định số 55/QĐ-UBND", own=Own("55/QĐ-UBND"))
        assert found.mark == "✓"


def test_a_number_named_again_is_resolved_once(monkeypatch) -> None:
    calls: list[str] = []

    def counted(register: Register, asked: Reference) -> Resolution:
        calls.append(asked.text)
        return resolve(register, asked)

    monkeypatch.setattr("bot.draft.check.resolve", counted)
    assert len(checked("Nghị định 30/2020/NĐ-CP; Nghị định 30/2020/NĐ-CP; Quyết định 3482/QĐ-UBND.", HELD)) == 3
    assert len(calls) == 2
