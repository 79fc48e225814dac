"""The ladder of verdicts, each rung over a register of a few articles."""

import sqlite3
from contextlib import closing
from pathlib import Path
from time import process_time

import pytest

from corpus.register import Register, write_register
from corpus.resolve import Resolution, Verdict, resolve_query
from corpus.sealed import SealedFile
from tests.factories import article
from tests.registers import decision, register_of

CITED = "Nghị định số 30/2020/NĐ-CP ngày 05/3/2020 của Chính phủ về công tác văn thư nêu rõ."
HAI_PHONG = (
    "Quyết định số 3482/QĐ-UBND ngày 27/12/2018 của UBND thành phố Hải Phòng về việc ban hành chương trình công tác."
)
DAK_NONG = "Quyết định số 3482/QĐ-UBND ngày 10/03/2020 của UBND tỉnh Đắk Nông về việc phê duyệt quy hoạch chợ."
VAGUE = "Quyết định số 3482/QĐ-UBND đang được rà soát."
REPLACED = "Nghị định 110/2004/NĐ-CP ngày 8/4/2004 đã được thay thế bởi Nghị định 30/2020/NĐ-CP."
PARTY = ("Nghị quyết 45-NQ/TW ngày 24/1/2019 nêu rõ.", "Nghị quyết 45-NQ/TW ngày 24/11/2023 nêu rõ.")


def asked(query: str, *texts: object) -> Resolution:
    with register_of(*texts) as register:  # type: ignore[arg-type]
        return resolve_query(register, query)


def label(found: Resolution) -> str | None:
    return found.directive.label if found.directive else None


class TestLadder:
    @pytest.mark.parametrize(
        ("query", "texts", "verdict"),
        [
            ("31/2020/NĐ-CP", [CITED], "not_found"),
            ("45-NQ/TW", PARTY, "ambiguous"),
            ("45-NQ/TW ngày 24/11/2023", PARTY, "exact"),  # the day tells which
            ("45-NQ/TW ngày 25/11/2023", PARTY, "date_differs"),
            ("30/2020/NĐ-CP ngày 06/3/2020", [CITED], "date_differs"),
            ("110/2004/NĐ-CP ngày 9/4/2004", [REPLACED], "date_differs"),  # before what was done to it
            ("110/2004/NĐ-CP", [REPLACED], "superseded"),
            ("110/2004/NĐ-CP ngày 8/4/2004", [REPLACED], "superseded"),  # before exact
            ("30/2020/NĐ-CP ngày 5 tháng 3 năm 2020", [CITED], "exact"),
            ("3482/QĐ-UBND ngày 27/12/2018", [decision()], "exact"),  # before number_only
            ("30/2020/NĐ-CP", [CITED], "cited_only"),
            ("110/2004/NĐ-CP ngày 8/4/2004", ["Nghị định 110/2004/NĐ-CP nêu rõ."], "cited_only"),  # no day to compare
            ("3482/QĐ-UBND", [decision()], "number_only"),
        ],
    )
    def test_the_first_rung_that_holds_is_the_verdict(self, query: str, texts: list[str], verdict: str) -> None:
        assert asked(query, *texts).verdict == verdict

    def test_a_different_day_comes_with_the_directive_that_is_known(self) -> None:
        found = asked("30/2020/NĐ-CP ngày 06/3/2020", CITED)
        assert found.directive
        assert found.directive.dates == ("2020-03-05",)

    def test_ambiguous_has_every_candidate_and_all_their_mentions(self) -> None:
        found = asked("45-NQ/TW", *PARTY)
        assert (len(found.candidates), found.directive, len(found.mentions)) == (2, None, 2)

    def test_what_replaced_it_is_told(self) -> None:
        [effect] = asked("110/2004/NĐ-CP", REPLACED).effects
        assert (effect.actor, effect.relation) == ("30/2020/NĐ-CP", "replaces")

    def test_what_it_did_to_others_is_told(self) -> None:
        [act] = asked("30/2020/NĐ-CP", REPLACED).acts
        assert (act.number, act.relation) == ("110/2004/NĐ-CP", "replaces")

    def test_what_it_did_is_found_under_every_spelling_of_its_number(self) -> None:
        done = article("Quyết định này thay thế Quyết định 5/QĐ-TTg.", title="Quyết định 06/QĐ-TTg: điểm mới")
        found = asked("6/QĐ-TTg", done, "Quyết định 6/QĐ-TTg nêu rõ.", "Quyết định 06/QĐ-TTg nêu rõ.")
        assert [each.number for each in found.acts] == ["5/QĐ-TTg"]

    def test_what_another_of_its_number_did_is_not_its_deed(self) -> None:
        """Two provinces, each with its 3482/QĐ-UBND, each of which replaces a decision of its own."""
        bodies = [f"Điều 1. Quyết định này thay thế Quyết định số {n}/QĐ-UBND." for n in (100, 77)]
        one = decision(place="THÀNH PHỐ HẢI PHÒNG", body=bodies[0])
        other = decision(day="ngày 10 tháng 3 năm 2020", body=bodies[1])
        for day, replaced in (("27/12/2018", "100/QĐ-UBND"), ("10/3/2020", "77/QĐ-UBND")):
            found = asked(f"3482/QĐ-UBND ngày {day}", one, other)
            assert [each.number for each in found.acts] == [replaced]


class TestIssuer:
    def test_the_body_asked_tells_which(self) -> None:
        found = asked("3482/QĐ-UBND của UBND tỉnh Đắk Nông", HAI_PHONG, DAK_NONG)
        assert (found.verdict, found.directive and found.directive.date) == ("cited_only", "2020-03-10")

    def test_mentions_that_tell_nothing_do_not_make_it_ambiguous(self) -> None:
        found = asked("3482/QĐ-UBND của UBND tỉnh Đắk Nông", HAI_PHONG, DAK_NONG, VAGUE)
        assert found.directive
        assert found.directive.issuer == "UBND tỉnh Đắk Nông"

    def test_where_no_mention_tells_the_body_the_number_is_enough(self) -> None:
        assert asked("3482/QĐ-UBND của UBND tỉnh Đắk Nông", VAGUE).verdict == "cited_only"

    def test_a_number_of_other_bodies_only_is_not_found(self) -> None:
        assert asked("3482/QĐ-UBND của UBND tỉnh Lào Cai", HAI_PHONG, DAK_NONG).verdict == "not_found"

    def test_the_day_of_another_body_is_no_match(self) -> None:
        found = asked("3482/QĐ-UBND ngày 27/12/2018 của UBND tỉnh Đắk Nông", HAI_PHONG, DAK_NONG)
        assert (found.verdict, found.directive and found.directive.date) == ("date_differs", "2020-03-10")

    def test_a_body_that_the_symbol_tells_does_not_matter(self) -> None:
        assert asked("30/2020/NĐ-CP của Thủ tướng Chính phủ", CITED).verdict == "cited_only"


class TestPartOfANumber:
    @pytest.mark.parametrize(
        "query",
        [
            "3482",
            " 3482 ",
            "số 3482",
            "Số: 3482",
            "so 3482",
            "3482/",
            "3482.",
            "3482/QĐ",
            "3482/qd",
            "quyết định 3482",
            "qd 3482",
        ],
    )
    def test_it_finds_the_whole_number(self, query: str) -> None:
        assert label(asked(query, HAI_PHONG)) == "3482/QĐ-UBND"

    @pytest.mark.parametrize("query", ["30", "30/2020", "nghị định 30", "nghi dinh 30/2020", "30/2020/NĐ"])
    def test_a_number_with_its_year_is_found_by_its_beginning(self, query: str) -> None:
        assert label(asked(query, CITED)) == "30/2020/NĐ-CP"

    @pytest.mark.parametrize(
        "query", ["348", "482", "34820", "nghị định 3482", "3482/KH", "3482/QĐ-UBND-NC", "30/2021", "0"]
    )
    def test_part_of_a_serial_another_kind_or_more_than_is_known_is_no_match(self, query: str) -> None:
        assert asked(query, HAI_PHONG, CITED).verdict == "not_found"

    def test_a_bare_number_of_two_kinds_is_ambiguous_until_the_kind_is_told(self) -> None:
        texts = ("Quyết định 12/QĐ-UBND nêu rõ.", "Kế hoạch 12/KH-UBND nêu rõ.")
        assert asked("12", *texts).verdict == "ambiguous"
        assert label(asked("kế hoạch 12", *texts)) == "12/KH-UBND"
        assert label(asked("quyet dinh 12", *texts)) == "12/QĐ-UBND"
        assert asked("kế hoạch 13", *texts).verdict == asked("tờ khai 12", *texts).verdict == "not_found"

    def test_zeros_before_a_number_do_not_matter(self) -> None:
        assert label(asked("012/QĐ-UBND", "Quyết định 12/QĐ-UBND nêu rõ.")) == "12/QĐ-UBND"

    def test_a_whole_number_goes_before_a_bare_one(self) -> None:
        assert label(asked("nghị định 30", CITED, "Theo Nghị định 30, hồ sơ gồm một tờ đơn.")) == "30/2020/NĐ-CP"

    def test_without_marks_and_capitals_it_is_found_too(self) -> None:
        assert label(asked("qd 3482/qd-ubnd ngay 27/12/2018", HAI_PHONG)) == "3482/QĐ-UBND"


class TestNeighbours:
    @pytest.mark.parametrize(
        "query", ["3428/QĐ-UBND", "348/QĐ-UBND", "34882/QĐ-UBND", "3481/QĐ-UBND", "3482/KH-UBND", "3842"]
    )
    def test_a_slip_of_the_typist_is_offered_and_never_a_match(self, query: str) -> None:
        found = asked(query, HAI_PHONG)
        assert (found.verdict, found.directive, found.mentions) == (Verdict.NOT_FOUND, None, ())
        assert found.neighbours == ("3482/QĐ-UBND",)

    @pytest.mark.parametrize("query", ["9999/QĐ-UBND", "12", "42"])
    def test_what_is_far_off_or_too_short_to_tell_is_not_offered(self, query: str) -> None:
        assert asked(query, HAI_PHONG, "Quyết định 13/QĐ-UBND nêu rõ.").neighbours == ()

    def test_what_is_found_has_none(self) -> None:
        assert asked("3482/QĐ-UBND", HAI_PHONG, "Quyết định 3483/QĐ-UBND nêu rõ.").neighbours == ()


class TestSubject:
    @pytest.mark.parametrize(
        "query", ["chương trình công tác", "chuong trinh cong tac", "BAN HÀNH CHƯƠNG TRÌNH công tác"]
    )
    def test_words_of_a_subject_find_it_with_and_without_marks(self, query: str) -> None:
        found = asked(query, HAI_PHONG, CITED)
        assert (found.verdict, label(found)) == ("cited_only", "3482/QĐ-UBND")

    def test_a_subject_of_several_is_ambiguous(self) -> None:
        found = asked("công tác văn thư", CITED, "Nghị định 110/2004/NĐ-CP về công tác văn thư nêu rõ.")
        assert (found.verdict, len(found.candidates)) == ("ambiguous", 2)

    @pytest.mark.parametrize("query", ["thu gom rác thải", "về việc", "!?", "công tác phòng cháy chữa cháy rừng"])
    def test_other_words_find_nothing(self, query: str) -> None:
        assert asked(query, HAI_PHONG, CITED, decision()).verdict == "not_found"

    def test_of_a_number_with_several_documents_only_the_one_of_that_subject_is_found(self) -> None:
        found = asked("phê duyệt quy hoạch chợ", HAI_PHONG, DAK_NONG)
        assert found.directive
        assert found.directive.issuer == "UBND tỉnh Đắk Nông"


class TestLaws:
    def test_a_law_is_found_by_name_and_year(self) -> None:
        texts = ("Luật Đất đai năm 2013 nêu rõ.", "Luật Nhà ở năm 2013 nêu rõ.")
        found = asked("luat dat dai 2013", *texts)
        assert (found.verdict, len(found.mentions)) == ("cited_only", 1)
        assert asked("Luật Đất đai năm 2024", *texts).verdict == "not_found"
        assert asked("Luật Nhà giáo năm 2013", *texts).verdict == "not_found"

    @pytest.fixture
    def numbered(self, tmp_path: Path) -> Path:
        """A register whose mention of 31/2024/QH15 tells the law's name."""
        path = tmp_path / "register.sqlite"
        write_register(
            path, map(article, ("Luật số 31/2024/QH15 nêu rõ.", "Theo Luật Đất đai năm 2024, giá đất tăng."))
        )
        with closing(sqlite3.connect(path)) as db, db:
            db.execute("UPDATE mentions SET name = 'Đất đai' WHERE number = '31/2024/QH15'")
        return path

    def test_what_names_it_by_its_number_is_of_the_same_law(self, numbered: Path) -> None:
        with closing(Register(SealedFile(numbered))) as register:
            found = resolve_query(register, "luat dat dai 2024")
        assert found.directive
        assert (found.directive.number, found.directive.articles) == ("31/2024/QH15", 2)
        assert found.verdict == "cited_only"


def test_a_query_without_number_and_subject_names_nothing_asked() -> None:
    assert asked("bao giờ", CITED) == Resolution(Verdict.NOT_FOUND, None)


@pytest.mark.parametrize(
    "query", ["a" * 10_000, " " * 10_000, f"số{' ' * 10_000}x", "qd " * 5000, "3482/" * 3000, "9-" * 5000]
)
def test_long_queries_take_no_time(query: str) -> None:
    began = process_time()
    asked(query, CITED)
    assert process_time() - began < 2
