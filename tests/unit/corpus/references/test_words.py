import pytest

from corpus.references.view import view_of
from corpus.references.words import link_before, named_law, type_words


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Quyết định và nghị quyết", [("Quyết định", "Quyết định"), ("nghị quyết", "Nghị quyết")]),
        ("quyet dinh", [("quyet dinh", "Quyết định")]),  # without marks
        ("Nghị\nquyết", [("Nghị\nquyết", "Nghị quyết")]),
        ("Thông tư liên tịch", [("Thông tư liên tịch", "Thông tư liên tịch")]),  # the longest
        (
            "QĐ, TTr, CTr, VBHN",
            [("QĐ", "Quyết định"), ("TTr", "Tờ trình"), ("CTr", "Chương trình"), ("VBHN", "Văn bản hợp nhất")],
        ),
        ("nd qd cv", [("nd", "Nghị định"), ("qd", "Quyết định"), ("cv", "Công văn")]),  # typed on a phone
        ("Cv 12. Nd 5 theo Nd 6", [("Cv", "Công văn"), ("Nd", "Nghị định")]),  # the phone's capital begins a sentence
        ("ctr hd", []),  # in small letters they are other words
        ("quyết định (QĐ) số", [("quyết định", "Quyết định")]),  # one, with its abbreviation
        ("QĐ-UBND /QĐ", []),  # parts of a symbol
        ("Nghị định30", [("Nghị định", "Nghị định")]),  # a number stuck to it
        ("Mệnh lệnhlệnh", []),
        ("mệnh lệnh, Lệnh", [("Lệnh", "Lệnh")]),  # a noun but for its capital
        ("kỷ luật, pháp luật, sinh viên luật, thiết lập luật", [("luật", "Luật")]),
        ("luật sư, luật pháp, Luật gia", []),
        ("Luật Luật sư, Luật Giá", [("Luật", "Luật"), ("Luật", "Luật")]),
    ],
)
def test_type_words_are_whole_words_that_mean_a_type(text, words):
    assert [(text[word.start : word.end], word.kind) for word in type_words(view_of(text))] == words


@pytest.mark.parametrize(
    ("before", "word", "direct"),
    [
        ("Quyết định ", "Quyết định", True),
        ("Quyết định số ", "Quyết định", True),
        ("Quyết định số: ", "Quyết định", True),
        ("các Quyết định: số ", "Quyết định", True),
        ("Quyết định (QĐ) số ", "Quyết định", True),
        ("Công văn số hiệu ", "Công văn", True),
        ("Chương trình hành động số ", "Chương trình", False),
        ("Quyết định xử phạt vi phạm hành chính số ", "Quyết định", False),
        ("Luật Đất đai số ", "Luật", False),
        ("Luật Thủ đô (sửa đổi) số ", "Luật", False),
        ("Luật Khám bệnh, chữa bệnh số ", "Luật", False),
        ("Nghị quyết về Kế hoạch số ", "Kế hoạch", True),  # the nearest
    ],
)
def test_a_number_belongs_to_the_type_before_it(before, word, direct):
    view = view_of(before + "12/QĐ-UBND")
    link = link_before(view, type_words(view), len(before))
    assert link is not None
    assert (view.text[link.word.start : link.word.end], link.direct) == (word, direct)


@pytest.mark.parametrize(
    "before",
    [
        "Quyết định của ",  # no "số"
        "Quyết định được ban hành theo số ",  # another clause
        "Quyết định. Số ",
        "Luật quy định tại văn bản số ",  # no law's name
        "số ",
        "",
    ],
)
def test_a_number_farther_off_belongs_to_none(before):
    view = view_of(before + "12/QĐ-UBND")
    assert link_before(view, type_words(view), len(before)) is None


def test_a_number_belongs_to_the_type_that_its_symbol_names():
    view = view_of("Thông báo kết luận số 312/TB-VPCP")
    link = link_before(view, type_words(view), view.text.index("312"), own="Thông báo")
    assert link is not None
    assert link.word.kind == "Thông báo"


@pytest.mark.parametrize(
    ("text", "name", "year"),
    [
        ("Luật Đất đai năm 2013", "Đất đai", 2013),
        ("Luật Đất đai 2024", "Đất đai", 2024),
        ("luật đất đai 2024", "đất đai", 2024),
        ("luat dat dai 2024", "dat dai", 2024),
        ("Luật Đất đai (2024)", "Đất đai", 2024),
        ("Luật Thủ đô (sửa đổi) năm 2024", "Thủ đô", 2024),
        ("Luật Giáo dục sửa đổi năm 2009", "Giáo dục", 2009),
        ("Bộ luật Dân sự 2015", "Dân sự", 2015),
        ("Luật Phòng, chống tham nhũng 2018", "Phòng, chống tham nhũng", 2018),
        ("Luật Các tổ chức tín dụng 2024", "Các tổ chức tín dụng", 2024),  # "các" in a name
        ("Hiến pháp năm 2013", "", 2013),
        ("Hiến pháp nước Cộng hòa xã hội chủ nghĩa Việt Nam năm 2013", "nước Cộng hòa xã hội chủ nghĩa Việt Nam", 2013),
        ("Luật Tổ chức Chính phủ ngày 19 tháng 6 năm 2015", "Tổ chức Chính phủ", None),  # its day is read by others
        (
            "Luật sửa đổi, bổ sung một số điều của Luật Giá ngày 1/2/2020",
            "sửa đổi, bổ sung một số điều của Luật Giá",
            None,
        ),
    ],
)
def test_a_law_is_named_with_its_year_or_day(text, name, year):
    view = view_of(text)
    law = named_law(view, type_words(view)[0])
    assert law is not None
    assert (law.name, law.year) == (name, year)


@pytest.mark.parametrize(
    "text",
    [
        "Luật Đất đai",
        "Luật 2013",
        "Luật Đất đai từ năm 2013",
        "Luật Đất đai có hiệu lực năm 2014",
        "Luật Đất đai. Năm 2013",
        "Luật Đất đai 2013/NĐ-CP",
        "Luật này ngày 1/2/2013",
        "luật định 2013",
    ],
)
def test_a_law_without_year_is_not_named(text):
    view = view_of(text)
    assert all(named_law(view, word) is None for word in type_words(view))
