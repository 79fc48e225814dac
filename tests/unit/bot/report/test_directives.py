"""What the register says, as JSON of the contract and as lines for people."""

import json
from typing import Any

import pytest

from bot.report.directives import ledger_rows, resolution_json, resolution_lines
from corpus.directives import missing
from corpus.resolve import resolve_query
from tests.factories import article
from tests.registers import by_id, decision, register_of

CITED = "Nghị định số 30/2020/NĐ-CP ngày 05/3/2020 của Chính phủ về công tác văn thư nêu rõ."
REPLACED = article(
    "Nghị định 110/2004/NĐ-CP đã được thay thế bởi Nghị định 30/2020/NĐ-CP.", title="Văn thư", published=None
)
PARTY = ("Nghị quyết 45-NQ/TW ngày 24/1/2019 nêu rõ.", "Nghị quyết 45-NQ/TW ngày 24/11/2023 nêu rõ.")
LE_CHAN = "Công văn số 12/UBND-VX ngày 03/02/2021 của UBND quận Lê Chân nêu rõ."
TEXTS = by_id(CITED, REPLACED, *PARTY, LE_CHAN, decision())
QUERIES = (
    "30/2020/NĐ-CP", "110/2004/NĐ-CP", "45-NQ/TW", "3482/QĐ-UBND ngày 28/12/2018", "3482/QĐ-UBND ngày 27/12/2018",
    "31/2020/NĐ-CP", "văn thư lưu trữ quốc gia", "12/UBND-VX", "30/2020/NĐ-CP ngày 31/02/2020", "",
)  # fmt: skip

RESOLUTION = {"query", "verdict", "directive", "mentions", "related"}
MENTION = {"article_id", "title", "published", "start", "end", "quote", "date"}
DIRECTIVE = {"kind", "number", "date", "issuer", "subject"}


def said(query: str, language: str = "vi") -> Any:
    with register_of(*TEXTS.values()) as register:
        made = resolution_json(query, resolve_query(register, query), TEXTS.get, language)
    return json.loads(json.dumps(made))


def lines(query: str, language: str = "vi") -> str:
    with register_of(*TEXTS.values()) as register:
        return "\n".join(resolution_lines(query, resolve_query(register, query), TEXTS.get, language))


class TestJson:
    @pytest.mark.parametrize("query", QUERIES)
    def test_every_field_of_the_contract_is_there(self, query: str) -> None:
        made = said(query)
        assert made["query"] == query
        assert made.keys() >= RESOLUTION | {"candidates", "did_you_mean", "note"}
        for mention in made["mentions"]:
            assert mention.keys() >= MENTION | {"reference"}
        for one in filter(None, [made["directive"], *made["candidates"]]):
            assert one.keys() >= DIRECTIVE | {"dates", "held"}
        for each in made["related"]:
            assert each.keys() >= MENTION | {"relation", "directive"}

    @pytest.mark.parametrize("query", QUERIES)
    def test_offsets_slice_back(self, query: str) -> None:
        made = said(query)
        for each in [*made["mentions"], *made["related"]]:
            text = TEXTS[each["article_id"]].text
            assert text[each["start"] : each["end"]] == each["quote"]
            inside = each["reference"]
            assert each["start"] <= inside["start"] <= inside["end"] <= each["end"]

    def test_a_known_directive_is_described(self) -> None:
        assert said("30/2020/NĐ-CP ngày 5/3/2020")["directive"] == {
            "kind": "Nghị định", "number": "30/2020/NĐ-CP", "date": "2020-03-05", "issuer": "Chính phủ",
            "subject": "công tác văn thư", "dates": ["2020-03-05"], "held": None,
        }  # fmt: skip

    def test_what_was_done_to_it_and_what_it_did_are_related(self) -> None:
        [passive], [active] = said("110/2004/NĐ-CP")["related"], said("30/2020/NĐ-CP")["related"]
        assert (passive["relation"], passive["directive"]) == ("replaced_by", "30/2020/NĐ-CP")
        assert (active["relation"], active["directive"]) == ("replaces", "110/2004/NĐ-CP")
        assert passive["published"] is None

    def test_what_is_not_found_has_no_evidence_and_offers_what_is_spelt_alike(self) -> None:
        made = said("3428/QĐ-UBND")
        assert (made["verdict"], made["directive"], made["mentions"]) == ("not_found", None, [])
        assert made["did_you_mean"] == ["3482/QĐ-UBND"]

    def test_ambiguous_names_the_candidates(self) -> None:
        made = said("45-NQ/TW")
        assert made["directive"] is None
        assert sorted(each["date"] for each in made["candidates"]) == ["2019-01-24", "2023-11-24"]

    def test_a_law_without_number_is_called_by_its_name(self) -> None:
        with register_of("Luật Đất đai năm 2013 nêu rõ.") as register:
            made = resolution_json("", resolve_query(register, "luat dat dai 2013"), lambda _: None, "vi")
        assert made["directive"]["number"].casefold() == "luật đất đai 2013"
        assert made["mentions"][0]["title"] is None  # an article that cannot be read takes nothing down


class TestNote:
    @pytest.mark.parametrize(
        ("query", "vietnamese", "english"),
        [
            ("30/2020/NĐ-CP", "chưa có toàn văn", "not held"),
            ("110/2004/NĐ-CP", "bị thay thế bởi 30/2020/NĐ-CP", "replaced by 30/2020/NĐ-CP"),
            ("45-NQ/TW", "số này dùng cho nhiều văn bản", "used for several documents"),
            ("3482/QĐ-UBND ngày 28/12/2018", "ngày khác: 27/12/2018", "another date: 27/12/2018"),
            ("3482/QĐ-UBND ngày 27/12/2018", "khớp", "agree"),
            ("3482/QĐ-UBND", "có toàn văn", "text is held"),
            ("3428/QĐ-UBND", "có phải: 3482/QĐ-UBND", "did you mean: 3482/QĐ-UBND"),
            ("văn thư lưu trữ quốc gia", "không văn bản nào có trích yếu này", "no directive has this subject"),
            ("30/2020/NĐ-CP ngày 31/02/2020", "ngày 31/02/2020 không có trong lịch", "there is no day 31/02/2020"),
            ("12/UBND-VX", "thôi tồn tại từ 01/07/2025", "ended on 01/07/2025"),
            ("cong van 12 cua ubnd quan le chan", "thôi tồn tại từ 01/07/2025", "ended on 01/07/2025"),
        ],
    )
    def test_the_reason_is_told_in_both_languages(self, query: str, vietnamese: str, english: str) -> None:
        assert vietnamese in said(query)["note"]
        assert english in said(query, "en")["note"]

    def test_a_subject_of_several_is_not_told_as_a_number_of_several(self) -> None:
        texts = (CITED, "Nghị định 110/2004/NĐ-CP về công tác văn thư nêu rõ.")
        with register_of(*texts) as register:
            found = resolve_query(register, "công tác văn thư")
            notes = [resolution_json("", found, TEXTS.get, each)["note"] for each in ("vi", "en")]
        assert "nhiều văn bản có trích yếu này" in notes[0]
        assert "several documents have this subject" in notes[1]

    def test_several_days_of_one_directive_are_told(self) -> None:
        with register_of(*PARTY, PARTY[0].replace("24/1", "22/1")) as register:
            found = resolve_query(register, "45-NQ/TW ngày 22/1/2019")
            note = resolution_json("", found, TEXTS.get, "vi")["note"]
        assert "22/01/2019, 24/01/2019" in note


class TestLines:
    @pytest.mark.parametrize(("query", "mark"), [*zip(QUERIES, "✓⚠⚠⚠✓✗✗✓⚠✗", strict=True)])
    def test_the_first_line_is_the_mark_the_query_and_the_reason(self, query: str, mark: str) -> None:
        assert lines(query).split("\n")[0].startswith(f"{mark} {query}: ")

    def test_quotes_come_with_article_day_and_place(self) -> None:
        shown = lines("30/2020/NĐ-CP")
        assert f"“{CITED}”" in shown
        assert "07/08/2019 · " in shown
        assert f"[0–{len(CITED)}]" in shown
        assert "thay thế: 110/2004/NĐ-CP" in shown

    def test_of_many_mentions_some_are_shown(self) -> None:
        with register_of(*(f"Bài {n}. {CITED}" for n in range(9))) as register:
            found = resolve_query(register, "30/2020/NĐ-CP")
            known = by_id(*(f"Bài {n}. {CITED}" for n in range(9)))
            shown = [resolution_lines("", found, known.get, each)[-1] for each in ("vi", "en")]
        assert shown == ["  … và 4 chỗ nữa (--json)", "  … and 4 more (--json)"]


class TestLedger:
    def test_the_head_and_a_row_for_each_directive(self) -> None:
        with register_of(CITED, CITED + " Hết.", "Nghị quyết 45-NQ/TW.") as register:
            head, first, second = ledger_rows(missing(register))
        assert head == ["number", "kind", "date", "issuer", "subject", "articles", "mentions"]
        assert first == ["30/2020/NĐ-CP", "Nghị định", "2020-03-05", "Chính phủ", "công tác văn thư", "2", "2"]
        assert second[0] == "45-NQ/TW"
        assert second[4] == ""

    @pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\t", "\r"])
    def test_no_cell_is_a_formula(self, sign: str, monkeypatch) -> None:
        with register_of(CITED) as register:
            [directive] = missing(register)
        monkeypatch.setattr(type(directive), "subject", f"{sign}HYPERLINK(1)")
        _, row = ledger_rows([directive])
        assert row[4] == f"'{sign}HYPERLINK(1)"
