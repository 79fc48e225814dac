from collections.abc import Sequence
from datetime import UTC, datetime

import pytest

from bot.answering.compose import READ, Composed, Evidence, compose
from bot.answering.evidence import Coverage
from bot.answering.quotes import MAX_QUOTES
from bot.answering.understand import Question, read_question
from corpus.chunk import split
from corpus.models import Article, Passage
from retrieval.hits import Hit
from tests.factories import article

PERMITS = article(
    "Xin phép đốt pháo hoa\n\n"
    "Người dân nộp đơn xin đốt pháo hoa tại trụ sở phường. Phường trả lời trong 05 ngày làm việc. "
    "Đơn theo mẫu của Quyết định số 12/QĐ-UBND ngày 03/4/2024.",
    title="Quy định về pháo hoa",
    published=None,
)
DOGS = article("Chó nuôi phải được tiêm phòng dại mỗi năm một lần.", title="Nuôi chó trong phố", published=None)


def hits(*articles: Article, scores: Sequence[float] = (), dense: float | None = None) -> list[Hit]:
    """A hit for every passage, best first; rank scores fall by a tenth unless given."""
    passages = [passage for one in articles for passage in split(one)]
    return [
        Hit(passage, scores[place] if scores else 1 - place / 10, place + 1, None, dense)
        for place, passage in enumerate(passages)
    ]


def answer(text: str, *articles: Article, found: list[Hit] | None = None) -> Composed:
    question = read_question(text)
    assert isinstance(question, Question)
    known = {one.id: one for one in articles}
    return compose(question, hits(*articles) if found is None else found, known.get, lambda _: 5.0)


def quotes(text: str, *articles: Article) -> list[str]:
    return [citation.quote for citation in answer(text, *articles).citations]


def test_a_question_when_needs_a_sentence_that_tells_a_time():
    told = "Xã Tân Hòa được nhập với phường Tân Bình"
    assert not quotes("Xã Tân Hòa nhập với phường Tân Bình khi nào?", article(f"{told}.", title="Sắp xếp"))
    assert quotes("Xã Tân Hòa nhập với phường Tân Bình khi nào?", article(f"{told} từ tuần sau.", title="Sắp xếp"))


def test_a_question_where_needs_a_sentence_that_may_name_a_place():
    told = "Nam, nữ chung sống từ trước ngày 03/01/1987 được khuyến khích đăng ký kết hôn"
    assert not quotes("Đăng ký kết hôn ở đâu?", article(f"{told}.", title="Kết hôn"))
    assert quotes("Đăng ký kết hôn ở đâu?", article(f"{told} với cơ quan hộ tịch.", title="Kết hôn"))


def test_shows_the_sentence_that_answers():
    assert "Người dân nộp đơn xin đốt pháo hoa tại trụ sở phường." in quotes("Nộp đơn xin đốt pháo hoa ở đâu?", PERMITS)


@pytest.mark.parametrize(
    "question", ["Phường trả lời đơn đốt pháo hoa trong bao lâu?", "phuong tra loi trong may ngay"]
)
def test_quotes_are_cut_from_the_article(question):
    composed = answer(question, PERMITS)
    assert "Phường trả lời trong 05 ngày làm việc." in [c.quote for c in composed.citations]
    assert all(PERMITS.text[c.start : c.end] == c.quote for c in composed.citations)
    assert [c.n for c in composed.citations] == list(range(1, len(composed.citations) + 1))


def test_the_answer_is_marked_in_its_quote():
    cited = answer("Phường trả lời đơn đốt pháo hoa trong bao lâu?", PERMITS).citations
    [marked] = [PERMITS.text[slice(*each.answer)] for each in cited if each.answer]
    assert marked == "05 ngày làm việc"


def test_an_item_comes_with_the_words_that_lead_to_it():
    one = article("Lệ phí:\n- Cấp hộ chiếu: 160.000 đồng;\n- Xin đốt pháo hoa: 50.000 đồng.", title="Phường")
    assert quotes("Cấp hộ chiếu hết bao nhiêu tiền?", one) == ["Lệ phí:", "- Cấp hộ chiếu: 160.000 đồng;"]


def test_words_that_lead_to_a_list_too_long_to_show_help_its_items_and_are_no_answer():
    papers = "\n".join(f"{n}. Giấy tờ số {n} của người nộp, bản sao có công chứng và bản chính;" for n in range(1, 30))
    one = article(f"Hồ sơ nuôi chó trong phố gồm:\n{papers}\n30. Ảnh chụp con chó.", title="Nuôi chó")
    shown = quotes("Hồ sơ nuôi chó trong phố có ảnh chụp không?", one)
    assert shown == ["Hồ sơ nuôi chó trong phố gồm:", "30. Ảnh chụp con chó."]


OLD = article(
    "Lệ phí cấp hộ chiếu phổ thông là 160.000 đồng.", title="Phí cũ", published=datetime(2023, 1, 5, tzinfo=UTC)
)
NEW = article(
    "Lệ phí cấp hộ chiếu phổ thông là 200.000 đồng.", title="Phí mới", published=datetime(2025, 1, 5, tzinfo=UTC)
)
FEE = "Lệ phí cấp hộ chiếu phổ thông là bao nhiêu tiền?"


@pytest.mark.parametrize("articles", [(OLD, NEW), (NEW, OLD)])
def test_articles_that_differ_are_all_quoted_newest_first(articles):
    composed = answer(FEE, *articles)
    assert composed.differing
    assert [(c.n, c.title) for c in composed.citations] == [(1, "Phí mới"), (2, "Phí cũ")]


@pytest.mark.parametrize(
    "other",
    [
        "Lệ phí cấp hộ chiếu phổ thông là 160.000 đồng, nộp tại quầy.",  # the same figure
        "Lệ phí cấp thẻ căn cước là 30.000 đồng.",  # another thing
        "Lệ phí cấp hộ chiếu phổ thông do Bộ Tài chính quy định.",  # no figure
    ],
)
def test_articles_that_do_not_differ_are_not_set_against_each_other(other):
    composed = answer(FEE, OLD, article(other, title="Khác", published=datetime(2025, 1, 5, tzinfo=UTC)))
    assert not composed.differing
    assert [c.title for c in composed.citations] == ["Phí cũ"]


def test_an_article_of_another_year_does_not_differ_where_the_question_names_one():
    composed = answer("Năm 2023 lệ phí cấp hộ chiếu phổ thông là bao nhiêu tiền?", OLD, NEW)
    assert (composed.differing, [c.title for c in composed.citations]) == (False, ["Phí cũ"])


def test_sentences_come_in_reading_order_and_are_few():
    one = article("\n".join(f"Phường {n} đốt pháo hoa." for n in ("Một", "Hai", "Ba", "Bốn", "Năm")), title="Pháo hoa")
    shown = answer("Phường nào đốt pháo hoa?", one).citations
    assert len(shown) == MAX_QUOTES
    assert [c.start for c in shown] == sorted(c.start for c in shown)


def test_a_heading_is_never_the_answer():
    assert "Xin phép đốt pháo hoa" not in quotes("Xin phép đốt pháo hoa", PERMITS)


def test_the_heading_helps_the_sentences_below_it():
    text = "Tách thửa\n\nThời hạn là 10 ngày.\n\nXóa nợ\n\nThời hạn là 20 ngày."
    one = article(text, title="Đất đai", published=None)
    assert quotes("Thời hạn tách thửa đất đai là bao lâu?", one) == ["Thời hạn là 10 ngày."]


def test_the_sentence_before_helps():
    one = article("Hồ sơ gồm tờ khai và ảnh. Ảnh chụp trong 06 tháng. Phí đã bỏ.", title="Hộ chiếu", published=None)
    assert quotes("Hồ sơ hộ chiếu có ảnh chụp mấy tháng?", one) == ["Ảnh chụp trong 06 tháng."]


def test_another_subject_is_not_found():
    assert answer("Giá vàng hôm nay thế nào?", PERMITS, DOGS) == Composed()


def test_no_hits_is_not_found():
    assert answer("Đốt pháo hoa ở đâu?", found=[]) == Composed()


def test_a_hit_whose_article_is_gone_is_passed_over():
    assert answer("Đốt pháo hoa ở đâu?", found=hits(PERMITS)) == Composed()


def test_a_question_about_an_unknown_directive_is_not_sent_to_its_neighbours():
    composed = answer("Quyết định số 9999/QĐ-UBND về đốt pháo hoa quy định gì?", PERMITS)
    assert (composed.citations, composed.nearest) == ((), ())


def test_nearest_titles_are_offered_instead():
    composed = answer("Đốt pháo hoa hết bao nhiêu tiền?", DOGS, PERMITS)
    assert (composed.citations, composed.nearest) == ((), ("Quy định về pháo hoa",))


@pytest.mark.parametrize(
    "question",
    [
        "Xin đốt pháo hoa hết bao nhiêu tiền?",
        "Số điện thoại của phường để xin đốt pháo hoa?",
        "Mấy giờ thì nộp đơn xin đốt pháo hoa?",
        "Được đốt bao nhiêu phần trăm pháo hoa?",
    ],
)
def test_an_amount_is_answered_with_one_or_not_at_all(question):
    assert quotes(question, PERMITS) == []


@pytest.mark.parametrize(
    "question",
    [
        "Quyết định số 12/QĐ-UBND về đơn đốt pháo hoa",
        "quyet dinh 12/qd-ubnd ngay 3/4/2024 mau don dot phao hoa",
        "QĐ 12 về mẫu đơn đốt pháo hoa",
        "quyet dinh 12 mau don dot phao hoa",
    ],
)
def test_a_named_directive_is_found(question):
    assert quotes(question, PERMITS)


@pytest.mark.parametrize(
    "question",
    [
        "Quyết định số 13/QĐ-UBND về đơn đốt pháo hoa",
        "Quyết định số 12/QĐ-UBND ngày 04/4/2024 về đơn đốt pháo hoa",
        "quyet dinh 12/qd-ubnd nam 2023 mau don dot phao hoa",
        "QĐ 5 về mẫu đơn đốt pháo hoa",
        "quyet dinh 3 mau don dot phao hoa",  # the 3 of 03/4/2024 is no serial
        "nghị định 05 về trả lời đơn đốt pháo hoa",  # nor is that of 05 ngày
    ],
)
def test_an_unknown_directive_or_another_date_is_never_answered(question):
    assert quotes(question, PERMITS) == []


def test_only_the_first_hits_are_read():
    others = [Hit(Passage(DOGS.id, 0, 3, DOGS.text[0:3], ""), 1.0, place + 1, None, None) for place in range(READ)]
    composed = answer("Nộp đơn xin đốt pháo hoa ở đâu?", PERMITS, DOGS, found=[*others, *hits(PERMITS)])
    assert composed.citations == ()


def test_a_vector_no_nearer_than_those_of_chance_hits_speaks_against():
    """The same words found: whether they answer hangs on the margin over the hits further down."""
    text = "Nộp đơn xin nuôi chó ở trụ sở phường nào?"
    passages = [Hit(passage, 0.9, 1, None, 0.9) for passage in split(PERMITS)]
    rest = [Hit(p.passage, 0.1, 9, None, 0.6) for p in hits(DOGS)] * READ
    chance = [Hit(p.passage, 0.1, 9, None, 1.0) for p in hits(DOGS)] * READ
    far = answer(text, PERMITS, DOGS, found=[*passages, *rest, *rest])
    near = answer(text, PERMITS, DOGS, found=[*passages, *chance, *chance])
    assert far.citations
    assert not near.citations


def test_every_kind_of_evidence_adds_support():
    low = Evidence(Coverage(0.5, 0.5), agreement=0.5, margin=0.0, fit=0.5)
    more = [
        Evidence(Coverage(0.6, 0.5), 0.5, 0.0, 0.5),
        Evidence(Coverage(0.5, 0.6), 0.5, 0.0, 0.5),
        Evidence(Coverage(0.5, 0.5), 0.6, 0.0, 0.5),
        Evidence(Coverage(0.5, 0.5), 0.5, 0.1, 0.5),
        Evidence(Coverage(0.5, 0.5), 0.5, 0.0, 1.0),
    ]
    assert all(one.support > low.support for one in more)


def test_another_city_does_not_answer():
    """A true sentence about one city is a wrong answer about another, with marks and without."""
    one = article("Sau sắp xếp, Hải Phòng có 114 xã, phường, đặc khu.", title="Hải Phòng sắp xếp xã, phường")
    assert quotes("Hải Phòng có bao nhiêu xã, phường sau sắp xếp?", one)
    assert not quotes("Hà Nội có bao nhiêu xã, phường sau sắp xếp?", one)
    assert not quotes("ha noi co bao nhieu xa phuong sau sap xep", one)


def test_the_articles_own_city_need_not_be_named():
    one = article("Thành phố có 114 xã, phường, đặc khu sau sắp xếp.", title="Sắp xếp xã, phường")
    question = read_question("Hải Phòng có bao nhiêu xã, phường sau sắp xếp?")
    assert isinstance(question, Question)
    assert compose(question, hits(one), {one.id: one}.get, lambda _: 5.0, "Hải Phòng").citations
    assert not compose(question, hits(one), {one.id: one}.get, lambda _: 5.0, "Huế").citations


def test_a_part_of_an_unnamed_text_is_no_question():
    one = article("Điều 5. Người dân nộp đơn tại phường. Khoản 3 có hiệu lực từ ngày 05/3/2020.", title="Quy định")
    assert not quotes("Điều 5 khoản 3", one)


def test_a_serial_is_found_behind_so():
    one = article("Công văn số 95 về việc đốt pháo hoa gửi các phường.", title="Pháo hoa")
    assert quotes("Công văn 95 về việc gì?", one)
    assert not quotes("Công văn 96 về việc gì?", one)


def test_a_day_and_month_are_of_the_year_the_page_is_dated():
    one = article("Sáng 24/3, phường họp về pháo hoa.", title="Pháo hoa", published=datetime(2019, 3, 28, tzinfo=UTC))
    assert quotes("Phường họp về pháo hoa ngày 24/3/2019 lúc nào?", one)
    assert not quotes("Phường họp về pháo hoa ngày 24/3/2018 lúc nào?", one)


def test_a_figure_of_one_year_does_not_answer_for_another():
    """2018 stands in the article, in a date far from the figure: that is not enough."""
    one = article(
        "Năm qua phường đã cấp 1.803 giấy phép đốt pháo hoa.\n\n" + "Quyết định ngày 27/12/2018 có hiệu lực. " * 14,
        title="Giấy phép pháo hoa năm 2019",
        published=None,
    )
    assert any("1.803" in quote for quote in quotes("Năm 2019 phường cấp bao nhiêu giấy phép đốt pháo hoa?", one))
    assert not any("1.803" in quote for quote in quotes("Năm 2018 phường cấp bao nhiêu giấy phép đốt pháo hoa?", one))


def test_beside_a_sentence_that_counts_what_was_asked_none_is_shown_that_does_not():
    one = article(
        "Cuộc họp bàn công tác 7 tháng đầu năm 2019 của Sở Thông tin. 7 tháng đầu năm Sở đã ban hành 1.803 văn bản.",
        title="Sở Thông tin họp",
    )
    asked = "7 tháng đầu năm 2019 Sở Thông tin ban hành bao nhiêu văn bản?"
    assert quotes(asked, one) == ["7 tháng đầu năm Sở đã ban hành 1.803 văn bản."]
