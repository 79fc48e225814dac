"""What is one directive and what are several, read off the mentions of a number."""

import pytest

from corpus.directives import Directive, directives_of, missing, same_body
from corpus.register import Register
from tests.factories import article
from tests.registers import decision, register_of

HAI_PHONG = "Quyết định số 3482/QĐ-UBND ngày 27/12/2018 của UBND thành phố Hải Phòng."
DAK_NONG = "Quyết định số 3482/QĐ-UBND ngày 10/03/2018 của UBND tỉnh Đắk Nông."
PARTY_2019 = "Nghị quyết số 45-NQ/TW ngày 24/1/2019."
PARTY_2023 = "Nghị quyết số 45-NQ/TW ngày 24/11/2023."


def named(register: Register, key: str) -> list[Directive]:
    return directives_of(register.named(key))


def dates(*texts: str, key: str = "45-nq/tw") -> list[tuple[str, ...]]:
    with register_of(*texts) as register:
        return sorted(each.dates for each in named(register, key))


class TestKeptApart:
    def test_a_number_used_again_in_another_year(self) -> None:
        assert dates(PARTY_2019, PARTY_2023) == [("2019-01-24",), ("2023-11-24",)]

    def test_a_number_of_two_provinces_in_one_year(self) -> None:
        with register_of(HAI_PHONG, DAK_NONG) as register:
            found = {(each.issuer, each.date) for each in named(register, "3482/qd-ubnd")}
        assert found == {("UBND thành phố Hải Phòng", "2018-12-27"), ("UBND tỉnh Đắk Nông", "2018-03-10")}

    def test_a_mention_that_tells_neither_day_nor_body_belongs_to_none_of_several(self) -> None:
        assert dates(PARTY_2019, PARTY_2023, "Thực hiện Nghị quyết số 45-NQ/TW.") == [
            (),
            ("2019-01-24",),
            ("2023-11-24",),
        ]

    def test_a_body_that_could_be_either_belongs_to_none(self) -> None:
        vague = "Quyết định số 3482/QĐ-UBND của Ủy ban nhân dân."
        with register_of(HAI_PHONG, DAK_NONG, vague) as register:
            assert len(named(register, "3482/qd-ubnd")) == 3


class TestTakenTogether:
    def test_two_days_of_one_year_are_one_directive_told_in_two_ways(self) -> None:
        found = dates(PARTY_2019, PARTY_2019.replace("24/1", "22/1"), PARTY_2019 + " Hết.")
        assert found == [("2019-01-24", "2019-01-22")]  # the most told first

    def test_the_day_of_its_own_text_goes_before_the_most_told(self) -> None:
        wrong = "Quyết định số 3482/QĐ-UBND ngày 20/12/2018 của UBND tỉnh Đắk Nông"
        with register_of(decision(), f"{wrong}.", f"{wrong} nêu rõ.") as register:
            [found] = named(register, "3482/qd-ubnd")
        assert found.dates == ("2018-12-27", "2018-12-20")

    def test_an_undated_mention_belongs_to_the_only_one(self) -> None:
        assert dates(PARTY_2019, "Thực hiện Nghị quyết số 45-NQ/TW.") == [("2019-01-24",)]

    def test_an_undated_mention_belongs_to_the_one_that_its_article_dates(self) -> None:
        found = dates(PARTY_2019, f"{PARTY_2023} Nghị quyết 45-NQ/TW nêu rõ mục tiêu.")
        assert found == [("2019-01-24",), ("2023-11-24",)]

    def test_the_number_in_a_letterhead_is_the_directive_itself(self) -> None:
        with register_of(decision(), HAI_PHONG) as register:
            found = {each.held is not None: len(each.mentions) for each in named(register, "3482/qd-ubnd")}
        assert found == {True: 2, False: 1}

    def test_a_number_with_its_year_inside_is_one_whatever_days_are_told(self) -> None:
        found = dates(
            "Nghị định 30/2020/NĐ-CP ngày 5/3/2020.", "Nghị định 30/2020/NĐ-CP ngày 5/3/2021.", key="30/2020/nd-cp"
        )
        assert found == [("2020-03-05", "2021-03-05")]

    def test_what_only_one_body_issues_is_one_whoever_it_is_said_to_be_of(self) -> None:
        texts = ("Chỉ thị 16/CT-TTg ngày 31/3/2020 của Chính phủ.", "Chỉ thị 16/CT-TTg ngày 31/3/2020 của Thủ tướng.")
        assert dates(*texts, key="16/ct-ttg") == [("2020-03-31",)]

    def test_a_law_of_one_name_and_year_is_one(self) -> None:
        with register_of("Luật Đất đai năm 2013.", "luat dat dai 2013 la gi", "Luật Đất đai năm 2024.") as register:
            [found] = named(register, "luat dat dai|2013")
        assert (found.articles, found.label, found.number) == (2, found.label, None)
        assert found.label.endswith("2013")


class TestWhatIsKnown:
    def test_its_own_text_tells_subject_and_body(self) -> None:
        told = "Quyết định số 3482/QĐ-UBND của UBND tỉnh về việc phân công công việc năm tới"
        with register_of(decision(), f"{told}.", f"{told}; họp.") as register:
            [found] = named(register, "3482/qd-ubnd")
        assert found.subject == "ban hành chương trình công tác năm 2019"
        assert found.issuer == "ỦY BAN NHÂN DÂN TỈNH ĐẮK NÔNG"
        assert found.held

    def test_the_symbol_tells_the_body_where_no_article_does(self) -> None:
        with register_of("Nghị định 30/2020/NĐ-CP.") as register:
            [found] = named(register, "30/2020/nd-cp")
        assert (found.issuer, found.kind, found.date, found.held, found.subject) == (
            "Chính phủ", "Nghị định", None, None, None,
        )  # fmt: skip

    def test_replaced_goes_before_amended(self) -> None:
        amended = article("Nghị định này sửa đổi Nghị định 110/2004/NĐ-CP.", title="Nghị định 9/2010/NĐ-CP")
        replaced = article("Nghị định này thay thế Nghị định 110/2004/NĐ-CP.", title="Nghị định 30/2020/NĐ-CP")
        with register_of(amended, replaced) as register:
            [found] = named(register, "110/2004/nd-cp")
        assert [each.relation for each in found.effects] == ["replaces", "amends"]

    def test_the_ledger_of_the_missing_lists_what_is_cited_and_not_held(self) -> None:
        texts = (decision(), "Nghị quyết 45-NQ/TW.", "Nghị quyết 45-NQ/TW, Nghị định 1/2020/NĐ-CP.")
        with register_of(*texts) as register:
            assert [(each.label, each.articles) for each in missing(register)] == [("45-NQ/TW", 2), ("1/2020/NĐ-CP", 1)]


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("UBND tỉnh", "Ủy ban nhân dân tỉnh Đắk Nông", True),
        ("Chủ tịch UBND thành phố Hải Phòng", "ỦY BAN NHÂN DÂN THÀNH PHỐ HẢI PHÒNG", True),
        ("UBND TP. Hải Phòng", "UBND thành phố Hải Phòng", True),
        ("SỞ Y TẾ, UBND THÀNH PHỐ HẢI PHÒNG", "Sở Y tế thành phố Hải Phòng", True),
        ("Sở Y tế Hải Phòng", "Sở Y tế thành phố Hải Phòng", True),
        ("Sở Y tế", "SỞ Y TẾ, UBND TỈNH ĐẮK NÔNG", True),
        ("Sở Y tế Hải Phòng", "Sở Y tế tỉnh Đắk Nông", False),
        ("UBND quận 1", "UBND quận 10", False),
        ("UBND tỉnh Đắk Nông", "UBND tỉnh Đắk Lắk", False),
        ("HĐND tỉnh Đắk Nông", "UBND tỉnh Đắk Nông", False),
        (None, "UBND tỉnh", True),
    ],
)
def test_names_of_one_body(one: str | None, other: str | None, same: bool) -> None:
    assert same_body(one, other) is same
    assert same_body(other, one) is same
