from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.times import Period, asked_period, wants_newest


@pytest.mark.parametrize(
    ("question", "first", "last"),
    [
        ("Chỉ đạo tháng 7/2019 có gì?", date(2019, 7, 1), date(2019, 7, 31)),
        ("chi dao thang 2 nam 2020", date(2020, 2, 1), date(2020, 2, 29)),
        ("chương trình công tác năm 2019", date(2019, 1, 1), date(2019, 12, 31)),
        ("cuộc họp ngày 27/12/2018 bàn gì", date(2018, 12, 27), date(2018, 12, 27)),
        ("cuộc họp ngày 27 tháng 12 năm 2018", date(2018, 12, 27), date(2018, 12, 27)),
    ],
)
def test_the_time_asked_about(question, first, last):
    assert asked_period(question) == Period(first, last)


@pytest.mark.parametrize(
    "question", ["Luật Đất đai 2013 gồm gì", "ngày 31/6/2019", "tháng 13/2019", "số 12/2018/QĐ-UBND", ""]
)
def test_no_time_asked_about(question):
    assert asked_period(question) is None


@pytest.mark.parametrize("question", ["quyết định mới nhất về đất đai", "chi dao gan day cua thanh pho"])
def test_what_is_newest_is_wanted(question):
    assert wants_newest(question)


def test_what_is_newest_is_not_wanted():
    assert not wants_newest("thủ tục cấp mới giấy phép nhất định")


@given(st.text(max_size=60) | st.from_regex(r"(ngày|tháng|năm) \d{1,4}/\d{1,4}/\d{1,5}"))
def test_any_text_can_be_asked(text):
    period = asked_period(text)
    assert period is None or period.first <= period.last
