from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.sentences import sentence_spans


def sentences(text: str) -> list[str]:
    return [text[start:end] for start, end in sentence_spans(text)]


# The text with a bar where one sentence ends and the next begins.
@pytest.mark.parametrize(
    "marked",
    [
        "Sở Y tế họp.| Sở Nội vụ báo cáo.",  # the plain case
        "Sở Y tế họp",  # no full stop
        "Họp lúc nào?| Họp sáng nay!| Ai dự?",  # question, exclamation
        "Thật ư?!| Đúng vậy.",  # two marks together
        "Trường học, bệnh viện…| Các đơn vị khác chờ.",  # ellipsis, one character
        "Trường học, bệnh viện...| Các đơn vị khác chờ.",  # ellipsis, three
        "Trường học… và bệnh viện.",  # ellipsis inside: a small letter follows
        "Gồm chợ, cảng, v.v.| Các phường báo cáo.",  # v.v. may end a sentence
        "Gồm chợ, cảng v.v. và bến xe.",  # or not
        "Gồm chợ, cảng, v.v...| Các phường báo cáo.",  # with dots
        "UBND TP. Hải Phòng họp.",  # city
        "Tp. Hồ Chí Minh và tp. Huế.",  # city, other capitals
        "Trụ sở tại TP.HCM.| Giờ mở cửa: 8h.",  # TP.HCM is a name, the stop behind it is one
        "Về Q. Ngô Quyền, H. An Dương, P. Máy Tơ, X. An Hưng.",  # district, county, ward, commune
        "Tổ 5 P. Máy Tơ, TX. Đông Triều, TT. Núi Đèo.",  # town
        "Gặp Th.S Nguyễn Văn An.| Ông đồng ý.",  # dot inside
        "Gặp Th.S. Nguyễn Văn A.",  # and behind
        "PGS. TS. Trần Thị B phát biểu.",  # two titles
        "PGS.TS. Trần Thị B phát biểu.",  # joined
        "GS.TSKH. Trần Văn C phát biểu.",  # joined, of three kinds
        "BS.CKII. Lê D khám bệnh.",  # a doctor's grade
        "(ThS. Lê E) và “TS. Vũ G” dự họp.",  # behind brackets and quotes
        "Đ/c. Vũ Đại Thắng báo cáo.",  # comrade
        "Đ/c Vũ Đại Thắng báo cáo.| Đ/c Nam ghi.",  # without dot
        "Ông V. Đ. Thắng báo cáo.",  # initials apart
        "Ông V.Đ. Thắng báo cáo.",  # together
        "Bà Nguyễn Thị H. được khen.",  # a hidden name, a small letter follows
        "Theo St. John và Dr. Smith.",  # English titles
        "Ban hành 1.803 văn bản.| Nhận 3.977 văn bản.",  # thousands
        "Tăng 7.5%.| Giảm 2,1%.",  # decimals
        "Ngày 27/12/2018.| Sở họp.",  # date, a stop behind it
        "Ngày 27.12.2018 Sở họp.",  # date with dots
        "Đến hết năm 2019.| Ông nói thêm.",  # year
        "1. Đối tượng áp dụng",  # list number
        "a. Đối tượng áp dụng",  # list letter
        "đ. Đối tượng khác",  # the Vietnamese one
        "IV. Tổ chức thực hiện",  # Roman
        "1.2. Đối tượng áp dụng",  # of two levels
        "- a. Đối tượng áp dụng",  # behind a dash
        "Gồm hai bước.| 1. Nộp hồ sơ.| 2. Nhận kết quả.",  # a list on one line
        "Điều 5. Phạm vi điều chỉnh",  # article of a law
        "Khoản 2. Người nộp hồ sơ.| Lệ phí: không.",  # clause
        "Bước 1. Nộp hồ sơ.| Bước 2. Nhận kết quả.",  # steps, on one line
        "Áp dụng theo Điều 5.| Người dân nộp hồ sơ.",  # the same words closing a sentence
        "Hạn nộp là ngày 5.| Người dân nộp hồ sơ.",  # a number closing a sentence
        "Số 12 đ. Lê Lợi, p. Máy Tơ.",  # đường
        "Ông nói: “Xin chào!”| Bà cười.",  # mark before the closing quote
        "Ông nói: “Xin chào.” và đi.",  # a small letter follows
        "Ông nói “Xin chào”.| Bà cười.",  # mark behind it
        "Họp xong.| “Tốt lắm”, ông nói.",  # an opening quote follows
        "Họp xong.| (Ảnh: Báo Hải Phòng)",  # an opening bracket follows
        "(Theo Nghị định 30.)| Sau đó họp.",  # closing bracket
        "Họp xong.| – Tiếp tục triển khai.",  # a dash follows
        "Họp xong.| 5 đơn vị vắng.",  # a digit follows
        "Xem https://haiphong.gov.vn.| Người dân đọc kỹ.",  # a URL closing a sentence
        "Xem https://haiphong.gov.vn/a.b?c=d&e=f. |Người dân đọc kỹ.",  # marks inside it
        "Gửi tới sotttt@haiphong.gov.vn. |Hạn: 5/8.",  # e-mail
        "Tên tệp là a.txt và b.pdf.",  # file names
        "Phiên bản 2.0.1 đã có.",  # versions
        "Gọi 0225.3842.555.| Giờ hành chính.",  # telephone
        "Họp xong.Sở báo cáo.",  # no space: not cut, for it may be a name
        "Dòng một\n|Dòng hai",  # a line end always ends one
        "Dòng một,\n|dòng hai.\n\n|Dòng ba.",  # even inside a sentence
        "A. B. C.",  # nothing but initials
        "...| Rồi sao?",  # opens with dots
        ".",  # a lone stop
    ],
)
def test_full_stops_end_sentences_where_a_reader_would_stop(marked):
    expected = [part.strip() for part in marked.split("|")]
    assert sentences(marked.replace("|", "")) == expected


def test_spans_count_from_the_beginning_of_the_whole_text():
    text = "Bỏ qua. Sở Y tế họp. Sở Nội vụ dự. Bỏ qua."
    spans = sentence_spans(text, 8, 34)
    assert [text[a:b] for a, b in spans] == ["Sở Y tế họp.", "Sở Nội vụ dự."]


@pytest.mark.parametrize("text", ["", " ", "\n \n", "\u00a0\t"])
def test_text_without_letters_has_no_sentence(text):
    assert sentence_spans(text) == []


TEXTS = st.text(st.characters()) | st.text('aÂ1.!?… \n\t"”)(-\u00a0đ') | st.text("Tp. QA1đ\n")


@given(TEXTS)
def test_spans_are_in_order_and_hold_every_character_but_space_exactly_once(text):
    covered = [i for start, end in sentence_spans(text) for i in range(start, end)]
    assert covered == sorted(set(covered))
    assert {i for i, c in enumerate(text) if not c.isspace()} <= set(covered)


@given(TEXTS)
def test_no_span_is_empty_or_begins_or_ends_in_space(text):
    assert all(part and part == part.strip() for part in sentences(text))


@given(TEXTS, st.data())
def test_a_part_of_a_text_is_covered_like_the_whole(text, data):
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    covered = {i for a, b in sentence_spans(text, start, end) for i in range(a, b)}
    assert {i for i in range(start, end) if not text[i].isspace()} <= covered <= set(range(start, end))


@pytest.mark.parametrize(
    "text",
    [
        "." * 100_000 + "a",
        "a." * 50_000,
        "a. " * 33_000,
        ". " * 50_000,
        "a." + " " * 100_000 + "\n",
        "A" * 100_000 + ". B",
        "TP. " * 25_000,
        "I. " * 33_000,
        ". " + " " * 50_000 + "TP. " * 12_000,
    ],
)
def test_text_made_to_be_slow_is_cut_within_a_second(text):
    began = process_time()
    sentence_spans(text)
    assert process_time() - began < 1
