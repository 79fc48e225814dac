from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.references.dates import date_at, dates_in
from corpus.references.view import fold


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("27/12/2018", "2018-12-27"),
        ("7-1-2019", "2019-01-07"),
        ("5.3.2020", "2020-03-05"),
        ("27 / 12 / 2018", "2018-12-27"),
        ("27 tháng 12 năm 2018", "2018-12-27"),
        ("05 tháng 3/2020", "2020-03-05"),
        ("hai mươi bảy tháng mười hai năm hai nghìn không trăm mười tám", "2018-12-27"),
        ("mồng năm tháng giêng năm hai nghìn không trăm hai mươi", "2020-01-05"),
        ("ba mốt tháng sáu năm hai nghìn", None),  # the thirty-first of June
        ("mot thang mot nam hai nghin", "2000-01-01"),
        ("hai lăm tháng tư năm một chín bảy lăm", "1975-04-25"),  # as it is spoken
        ("31/6/2019", None),  # no such day
        ("29/2/2024", "2024-02-29"),
    ],
)
def test_a_date_is_read_however_it_is_written(text, iso):
    found = date_at(fold(text), 0)
    assert (found.iso if found else None) == iso


@pytest.mark.parametrize(
    "text",
    [
        "27/12-2018",  # two separators
        "5 tháng 3/2019/NĐ-CP",  # the year is the next number's
        "1/2/2019/3",
        "27/12/1818",
        "12/2020",
        "1.2.2019,5",
        "ngày",
    ],
)
def test_what_is_no_date_is_none(text):
    found = date_at(fold(text), 0)
    assert found is None or not found.has_year


def test_a_date_without_year_has_a_place_and_no_day():
    found = date_at("ngay 5/6 ho hop", 5)
    assert found is not None
    assert (found.start, found.end, found.iso, found.has_year) == (5, 8, None, False)


def test_dates_of_a_stretch_come_in_order():
    assert [each.iso for each in dates_in("1/2/2019 den 3-4-2020, 5/6", 0, 30)] == ["2019-02-01", "2020-04-03"]


@given(st.dates(min_value=date(1900, 1, 1), max_value=date(2099, 12, 31)))
def test_every_day_of_two_centuries_is_read(day):
    for text in (f"{day:%d/%m/%Y}", f"{day.day}-{day.month}-{day.year}", f"{day.day} thang {day.month} nam {day.year}"):
        found = date_at(text, 0)
        assert found is not None
        assert (found.iso, found.end) == (day.isoformat(), len(text))
