import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.parse.dates import LAST_YEAR, TIME_ZONE, is_labelled, is_update, iso_moment, shown_moment

SHOWN = [
    ("Thứ Tư, 07/08/2019 14:37", "2019-08-07T14:37:00+07:00"),  # the form of printed pages
    ("07/08/2019 | 14:37", "2019-08-07T14:37:00+07:00"),  # Liferay
    ("03/04/2020 | 10:36 PM", "2020-04-03T22:36:00+07:00"),  # Liferay: day first although the clock is English
    ("Ngày đăng: 7/8/2019", "2019-08-07T00:00:00+07:00"),
    ("Ngày đăng tin: 06.08.2019 08:09", "2019-08-06T08:09:00+07:00"),
    ("14:37 07/08/2019", "2019-08-07T14:37:00+07:00"),
    ("(12.08.2019 15:23)", "2019-08-12T15:23:00+07:00"),  # SharePoint news part
    ("07-08-2019 14:37:05", "2019-08-07T14:37:05+07:00"),
    ("Thứ Hai, ngày 7 tháng 8 năm 2019", "2019-08-07T00:00:00+07:00"),
    ("Chủ nhật, 2 tháng 2, 2020 - 8h30'", "2020-02-02T08:30:00+07:00"),
    ("Thứ tư, 14/08/2019, 08:00 (GMT+7)", "2019-08-14T08:00:00+07:00"),
    ("Cập nhật lúc: 2:37:00 PM 8/7/2019", "2019-08-07T14:37:00+07:00"),  # an American server: month first
    ("Cập nhật lúc: 2:37:00 PM 07/08/2019", "2019-08-07T14:37:00+07:00"),  # a padded day is Vietnamese
    ("2:37 CH, 7/8/2019", "2019-08-07T14:37:00+07:00"),  # afternoon in Vietnamese Windows
    ("12:05 SA 7/8/2019", "2019-08-07T00:05:00+07:00"),
    ("Đăng lúc 16:20, ngày 31/3/2020 bởi Quản trị viên", "2020-03-31T16:20:00+07:00"),
    ("Ngày đăng: 7/8/2020 - Lượt xem: 1.532", "2020-08-07T00:00:00+07:00"),
    ("2019-08-07 14:37", "2019-08-07T14:37:00+07:00"),
]
NOT_SHOWN = [
    "Hải Phòng, ngày 05 tháng 8 năm 2022",  # the date of a document, in its letterhead
    "Ngày ban hành: 07/08/2019",  # when a directive was issued, not when the page was published
    "Sáng 7/8/2019, Ủy ban nhân dân thành phố họp",
    "Quyết định số 749/QĐ-TTg ngày 03/6/2020",
    "31/02/2019",  # no such day
    "07/08/0019",  # a slip of a form
    "07/08/2019 25:61",  # a clock that cannot be
    "0225 3000 000",
    "",
]


@pytest.mark.parametrize(("line", "moment"), SHOWN)
def test_a_line_that_shows_only_a_date_is_read(line, moment):
    found = shown_moment(line)
    assert found is not None
    assert found.isoformat() == moment


@pytest.mark.parametrize("line", NOT_SHOWN)
def test_a_line_with_more_words_or_an_impossible_date_is_not_a_date(line):
    assert shown_moment(line) is None


def test_labels_tell_publishing_from_change():
    assert is_labelled("Ngày đăng: 7/8/2019")
    assert not is_labelled("07/08/2019 | 14:37")
    assert is_update("Cập nhật lúc: 7/8/2019")
    assert not is_update("Đăng lúc: 7/8/2019")


ISO = [
    ("2022-06-07T07:15:30+00:00", "2022-06-07T14:15:30+07:00"),  # brought to Vietnam's time
    ("2022-06-07T14:15:30", "2022-06-07T14:15:30+07:00"),  # no zone: Vietnam's
    (" 2022-06-07 ", "2022-06-07T00:00:00+07:00"),
]


@pytest.mark.parametrize(("value", "moment"), ISO)
def test_metadata_moments_are_in_vietnams_zone(value, moment):
    found = iso_moment(value)
    assert found is not None
    assert found.isoformat() == moment


@pytest.mark.parametrize(
    "value", ["", "07/06/2022", "0001-01-01T00:00:00+00:00", "9999-12-31T23:59:59-12:00", "hôm qua"]
)
def test_metadata_that_is_no_moment_gives_none(value):
    assert iso_moment(value) is None


@given(st.text(alphabet="0123456789/:- .ngàytháămđPMAhCHSA|", max_size=40))
def test_any_line_gives_a_moment_with_a_zone_or_none(line):
    found = shown_moment(line)
    assert found is None or (found.tzinfo is TIME_ZONE and found.year <= LAST_YEAR)
