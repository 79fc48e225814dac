import random
import re
from contextlib import suppress
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.errors import InputError
from corpus.parse.quality import check_readable

PAGE = """\
Ủy ban nhân dân thành phố họp về chống ngập sáng nay. Sở Xây dựng báo cáo ba điểm ngập sâu sau trận mưa đêm qua,
đề nghị nạo vét cống trước ngày 15/8 và lắp thêm hai trạm bơm ở quận Lê Chân. Chủ tịch yêu cầu các quận kiểm tra
từng tuyến đường, trả lời người dân trong ba ngày, và báo lại kết quả về Văn phòng trước thứ Sáu."""
ENGLISH = """\
The city opens a new office for citizens on Monday. Anyone who needs a permit can hand in the forms there,
and the staff will answer within three days. The café beside the hall stays closed until the work is done."""
FRENCH = """\
La ville ouvre un nouveau bureau pour les habitants dès lundi. Le maire a présenté le projet à l'école, et les
élus ont voté pour que les travaux soient terminés avant la fin de l'été dans tous les quartiers."""
MARKED = re.compile(r"[^\W\d_\x00-\x7f]")


def misread(text):
    return "".join(bytes([byte]).decode("windows-1252", "ignore") or chr(byte) for byte in text.encode())


def shuffled(text):
    chance = random.Random(1)
    return re.sub(r"[^\W\d_]+", lambda word: "".join(chance.sample(word[0], len(word[0]))), text)


@pytest.mark.parametrize(
    "text",
    [
        PAGE,
        "Uy ban nhan dan thanh pho hop ve chong ngap sang nay. So Xay dung bao cao ba diem ngap sau tran mua, de nghi",
        ENGLISH,
        FRENCH,
        "ko bit mk mất giấy tờ rùi, h mún làm lại thì pải ra đâu z mn, ai bik chỉ mk vs, cảm ơn mn nhìu nha, mk đg gấp",
        f"{PAGE} Nguồn: http://example.vn/tin?id=3&ma=Quy?t, thu@example.vn",  # addresses hold question marks
        f"{PAGE} Sao thế??? Có đúng không?Đúng.",  # question marks at the ends of words
        f"{PAGE} đư\ufffdc",  # one lost letter in a long text
        "UBND TP, HĐND, QĐ-UBND, NĐ-CP, TT-BTC, VPCP, BLĐTBXH, BTNMT, GDĐT, XDCB, ANQP, PCTT, TKCN, KTXH, BHYT, CNTT",
        "Messi, Ronaldo, Neymar",  # too few to tell
        "“KHÔNG ĐÃ” và “LÀ ĐÔ HÒA ĐÃ”",  # capitals and a closing quotation mark, not UTF-8 read wrongly
        "",
    ],
)  # fmt: skip
def test_what_people_can_read_passes(text):
    check_readable(text)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (misread(PAGE), "UTF-8 read as windows-1252, such as"),
        ("Thá»§ tá»¥c", r"wrong encoding in 2 places .*«Thá»§ tá»¥c»"),  # short, but sure
        ("Quy?t ??nh, th? t?c", "question marks stand for letters in 3 places"),
        (MARKED.sub("\ufffd", PAGE), "letters are lost in .* only � is left"),
        (MARKED.sub("?", PAGE), "question marks stand for letters"),
        (PAGE + "\x01\x02\ue000\ue001" * 5, "20 of .* characters are control characters"),
        (shuffled(PAGE), "words are no Vietnamese syllables"),
        (PAGE[::-1], "words are no Vietnamese syllables"),  # a line read backwards
        ("uoıʇdo sᴉɥʇ pɐǝɹ ʇouuɐɔ noʎ " * 5, "words are no Vietnamese syllables"),  # upside down
        ("Xqzt wrpl kjfd bvnm plkj hgfd " * 4, "24 of 24 words are no Vietnamese syllables"),
        ("Caùc quaän ñaõ kieåm tra töøng tuyeán ñöôøng vaø traû lôøi daân, baùo veà Vaên phoøng tröôùc thöù Saùu " * 2,
         "words are no Vietnamese syllables"),  # VNI that nothing converted
    ],
)  # fmt: skip
def test_garbage_is_refused_with_what_was_seen(text, said):
    with pytest.raises(InputError) as refused:
        check_readable(text)
    assert re.search(said, refused.value.en)


def test_the_refusal_is_in_vietnamese_too_and_says_what_to_do():
    with pytest.raises(InputError) as refused:
        check_readable(shuffled(PAGE))
    assert "không phải âm tiết tiếng Việt" in refused.value.vi
    assert "kiểm tra bảng mã" in refused.value.vi


@given(st.text())
def test_any_text_passes_or_is_refused(text):
    try:
        check_readable(text)
    except InputError as error:
        assert error.vi  # noqa: PT017 - both ends are right


@pytest.mark.parametrize("text", ["\ufffd", "?", "a?", "&a", ".", "Ã", "a\ufffd", "à "])
def test_a_text_made_to_be_slow_is_judged_within_a_second(text):
    start = process_time()
    with suppress(InputError):
        check_readable(text * (300_000 // len(text)))
    assert process_time() - start < 1
