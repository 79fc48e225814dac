"""The claim lock: what a quote says may be shortened, and nothing else."""

from collections.abc import Callable
from time import process_time

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from bot.answering.lock import Fault, fault_of, words_of
from bot.answering.lock.reading import Kind, read
from corpus.sentences import sentence_spans
from corpus.syllables import without_marks
from tests.homes import SAMPLE

DECREE = "Nghị định số 30/2020/NĐ-CP do Chính phủ ban hành ngày 05/3/2020 về công tác văn thư, có hiệu lực từ ngày ký."
SCHOOLS = "Trường Lê Lợi tuyển 50 học sinh, Trường Trần Phú tuyển 70 học sinh."
CLOSED = "Trường Thái Phiên chưa tuyển học sinh lớp mười."
FEES = "Lệ phí cấp lại 50.000 đồng, cấp mới 70.000 đồng."
PAPERS = "Người dân không phải nộp lại giấy tờ đã có trong dữ liệu của cơ quan."
ORDER = "Ông Nguyễn Văn An giao ông Trần Văn Bình báo cáo Ủy ban nhân dân thành phố trước ngày 15/8/2025."
TERM = "Hồ sơ được giải quyết trong thời hạn không quá 15 ngày làm việc kể từ ngày nhận đủ giấy tờ."

HELD = [
    (DECREE, DECREE),  # a quote holds itself
    ("Nghị định số 30/2020/NĐ-CP do Chính phủ ban hành về công tác văn thư.", DECREE),
    ("Nghị định 30/2020 do Chính phủ ban hành ngày 5 tháng 3 năm 2020.", DECREE),  # the same day and number, otherwise
    ("Nghị định số 30/2020/NĐ-CP có hiệu lực từ ngày ký.", DECREE),
    ("Trường Trần Phú tuyển 70 học sinh.", SCHOOLS),
    ("Trường Lê Lợi tuyển 50 học sinh, Trường Trần Phú tuyển 70 học sinh.", SCHOOLS),
    ("Trường Thái Phiên chưa tuyển học sinh.", CLOSED),
    ("Lệ phí cấp lại là 50.000 đồng.", FEES),
    ("Lệ phí cấp mới là 70000 đồng.", FEES),
    ("Người dân không phải nộp lại giấy tờ đã có.", PAPERS),
    ("Ông Trần Văn Bình báo cáo UBND thành phố trước ngày 15/8/2025.", ORDER),  # abbreviated
    ("Thời hạn giải quyết không quá 15 ngày làm việc.", TERM),  # turned round
    ("Nghi dinh so 30/2020/ND-CP do Chinh phu ban hanh.", without_marks(DECREE)),  # both without marks
    ("Nghị định số 30/2020/NĐ-CP do Chính phủ ban hành.", without_marks(DECREE)),  # an article without any
    ("Từ năm 2020, công tác văn thư có hiệu lực.", "Từ năm 2020, công tác văn thư và lưu trữ có hiệu lực."),
]
DROPPED = [
    ("Nghị định số 30/2020/NĐ-CP có hiệu lực từ ngày 05/3/2020.", DECREE, Fault.FACTS),  # a day of another thing
    ("Nghị định số 30/2020/NĐ-CP do Chính phủ ban hành ngày 06/3/2020.", DECREE, Fault.FACTS),
    ("Nghị định số 30/2021/NĐ-CP do Chính phủ ban hành.", DECREE, Fault.FACTS),
    ("Nghị định số 30/2020/NĐ-CP do Quốc hội ban hành.", DECREE, Fault.FACTS),  # another body
    ("Nghị định số 30/2020/NĐ-CP về công tác lưu trữ.", DECREE, Fault.WORDS),
    ("Nghị định 30 ngày 5 do Chính phủ ban hành.", DECREE, Fault.FACTS),  # pieces of a number and a day
    ("Trường Lê Lợi tuyển 70 học sinh.", SCHOOLS, Fault.FACTS),  # another school's figure
    ("Trường Trần Phú tuyển 50 học sinh.", SCHOOLS, Fault.FACTS),
    ("Trường Thái Phiên tuyển 70 học sinh.", SCHOOLS, Fault.FACTS),
    ("Trường Trần Phú tuyển 70 lớp học sinh.", SCHOOLS, Fault.FACTS),  # another unit
    ("Lệ phí cấp lại là 70.000 đồng.", FEES, Fault.FACTS),
    ("Lệ phí cấp lại là 50.000 nghìn đồng.", FEES, Fault.FACTS),
    ("Lệ phí cấp lại là 50 đồng.", FEES, Fault.FACTS),
    ("Người dân phải nộp lại giấy tờ đã có.", PAPERS, Fault.NEGATION),
    ("Người dân nộp lại giấy tờ đã có.", PAPERS, Fault.NEGATION),
    ("Cơ quan không có dữ liệu của người dân.", PAPERS, Fault.ORDER),  # put elsewhere
    ("Trường Thái Phiên tuyển học sinh.", CLOSED, Fault.NEGATION),
    # Whom "chưa" is about is not known for sure.
    ("Trường Trần Phú tuyển 70 học sinh.", f"{SCHOOLS[:-1]}, Trường Thái Phiên chưa tuyển.", Fault.NEGATION),
    ("Ông Trần Văn Bình giao ông Nguyễn Văn An báo cáo.", ORDER, Fault.FACTS),  # who does it to whom
    ("Ông Trần Văn An báo cáo Ủy ban nhân dân thành phố.", ORDER, Fault.FACTS),  # a name of two
    ("Ông Trần Văn Bình báo cáo Ủy ban nhân dân thành phố sau ngày 15/8/2025.", ORDER, Fault.FACTS),
    ("Ông Trần Văn Bình báo cáo Ủy ban nhân dân thành phố ngày 15/8/2025.", ORDER, Fault.FACTS),
    ("Thời hạn giải quyết là 15 ngày làm việc.", TERM, Fault.FACTS),  # "không quá" left out
    ("Thời hạn giải quyết không quá 15 ngày.", TERM, Fault.FACTS),  # "làm việc" left out
    ("Thời hạn giải quyết không quá 15 tháng làm việc.", TERM, Fault.FACTS),
    ("Chủ tịch UBND thành phố dự họp.", "Phó Chủ tịch UBND thành phố dự họp.", Fault.NEGATION),
    ("Sở Y tế chủ trì kiểm tra.", "Sở Xây dựng chủ trì, cùng Bộ Y tế kiểm tra.", Fault.FACTS),
    ("Tỷ lệ tăng từ 7% lên 5%.", "Tỷ lệ tăng từ 5% lên 7%.", Fault.FACTS),
    ("Tỷ lệ giảm từ 5% lên 7%.", "Tỷ lệ tăng từ 5% lên 7%.", Fault.FACTS),
    ("Tỷ lệ đạt 5 trong kỳ.", "Tỷ lệ đạt 12,5% trong kỳ.", Fault.FACTS),  # a piece of a figure
    ("Lệ phí được miễn cho người nộp.", "Nếu hồ sơ hợp lệ, lệ phí được miễn cho người nộp.", Fault.FRAME),
    ("Lệ phí được miễn cho mọi người.", "Lệ phí được miễn cho mọi người, trừ hộ kinh doanh.", Fault.FRAME),
    ("Lệ phí đã tăng gấp đôi.", "Có tin rằng lệ phí đã tăng gấp đôi.", Fault.FRAME),
    ("Lệ phí thu 100.000 đồng mỗi lần.", "Lệ phí dự kiến thu 100.000 đồng mỗi lần.", Fault.NEGATION),
    ("Chủ nhà trả tiền cho người thuê.", "Người thuê trả tiền cho chủ nhà.", Fault.ORDER),
    ("Hồ sơ nộp trực tiếp, trực tuyến.", "Hồ sơ nộp trực tiếp hoặc trực tuyến.", Fault.NEGATION),
    ("Lệ phí là 0 đồng.", "Lệ phí là bao nhiêu đồng?", Fault.EMPTY),  # a question says nothing
    ("Lệ phí đã miễn phải không?", "Lệ phí đã miễn phải không.", Fault.EMPTY),
    ("Đúng vậy.", DECREE, Fault.EMPTY),
    ("", DECREE, Fault.EMPTY),
    ("Nghi dinh so 30/2020/ND-CP do Chinh phu ban hanh.", DECREE, Fault.FACTS),  # marks lost on the way
]
SENTENCES = [
    text[start:end]
    for text in (path.read_text(encoding="utf-8") for path in sorted(SAMPLE.glob("*.txt")))
    for start, end in sentence_spans(text)
    if end - start > 40 and text[end - 1] == "."
]


@pytest.mark.parametrize(("claim", "quote"), HELD)
def test_a_claim_that_says_what_the_quote_says_is_held(claim, quote):
    assert fault_of(claim, quote) is None


@pytest.mark.parametrize(("claim", "quote", "fault"), DROPPED)
def test_a_claim_that_adds_swaps_or_turns_is_dropped(claim, quote, fault):
    assert fault_of(claim, quote) is fault


@pytest.mark.parametrize("sentence", SENTENCES)
def test_every_sentence_holds_itself(sentence):
    assert fault_of(sentence, sentence) is None


@given(st.sampled_from(SENTENCES), st.sampled_from(SENTENCES))
def test_no_sentence_holds_another(claim, quote):
    assume(" ".join(read(claim).forms(marked=True)) not in " ".join(read(quote).forms(marked=True)))
    assert fault_of(claim, quote) is not None


def changed(kind: Kind, change: Callable[[str], str]) -> st.SearchStrategy[tuple[str, str]]:
    """A sentence with a figure of this kind, and it with that figure changed."""

    @st.composite
    def draw(pick: st.DrawFn) -> tuple[str, str]:
        sentence = pick(st.sampled_from([s for s in SENTENCES if any(f.kind is kind for f in read(s).facts)]))
        fact = pick(st.sampled_from([f for f in read(sentence).facts if f.kind is kind]))
        form = read(sentence).tokens[fact.start].form
        assume(form in sentence)
        return sentence, sentence.replace(form, change(form), 1)

    return draw()


def next_up(form: str) -> str:
    """The last figure of it one higher."""
    head, last = form[:-1], form[-1]
    return head + str((int(last) + 1) % 10) if last.isdigit() else f"{form}X"


@given(st.one_of(changed(Kind.NUMBER, next_up), changed(Kind.DATE, next_up), changed(Kind.DOCUMENT, next_up)))
def test_no_figure_may_be_changed(pair):
    sentence, claim = pair
    assume(claim != sentence)
    assert fault_of(claim, sentence) is not None


@given(st.sampled_from(SENTENCES), st.data())
def test_a_negation_put_in_is_seen(sentence, data):
    words = sentence.split()
    at = data.draw(st.integers(1, len(words) - 1))
    assume(not {"không", "chưa"} & {word.strip(".,;:") for word in words})
    assert fault_of(" ".join([*words[:at], "không", *words[at:]]), sentence) is not None


@given(st.sampled_from([s for s in SENTENCES if " không " in s and "hàng không" not in s and "không gian" not in s]))
def test_a_negation_left_out_is_seen(sentence):
    assert fault_of(sentence.replace(" không ", " ", 1), sentence) is not None


@given(st.sampled_from(SENTENCES), st.sampled_from(SENTENCES), st.data())
def test_a_word_of_elsewhere_is_seen(sentence, other, data):
    foreign = [w for w in other.split() if w.isalpha() and len(w) > 2 and w.islower()]
    assume(foreign)
    word = data.draw(st.sampled_from(foreign))
    token = read(f"x {word}").tokens[-1]
    assume(token.is_content and token.form not in read(sentence).forms(marked=True))
    assert fault_of(sentence.replace(" ", f" {word} ", 1), sentence) is not None


@given(st.text(max_size=300), st.text(max_size=300))
def test_any_texts_can_be_held_against_each_other(claim, quote):
    fault_of(claim, quote)
    assert words_of(claim) >= set()


def test_a_long_run_of_figures_does_not_take_long():
    figures = " ".join(f"{n % 7}" for n in range(600))
    began = process_time()
    assert fault_of(f"Có {figures} người", f"Có {figures} người.") is None
    assert process_time() - began < 5  # less than one, where it was seventeen
