import json
import shutil
import subprocess
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.parse.legacy import decode_eight_bit, to_unicode

DATA = Path(__file__).parents[4] / "shared" / "data"

# An encoder of its own: letter, then bytes of TCVN 5712 VN3, then of VNI, as the published tables list them.
SMALL = """
à B5 61F8 ả B6 61FB ã B7 61F5 á B8 61F9 ạ B9 61EF ă A8 61EA ằ BB 61E8 ẳ BC 61FA ẵ BD 61FC ắ BE 61E9 ặ C6 61EB
â A9 61E2 ầ C7 61E0 ẩ C8 61E5 ẫ C9 61E3 ấ CA 61E1 ậ CB 61E4 đ AE F1 è CC 65F8 ẻ CE 65FB ẽ CF 65F5 é D0 65F9
ẹ D1 65EF ê AA 65E2 ề D2 65E0 ể D3 65E5 ễ D4 65E3 ế D5 65E1 ệ D6 65E4 ì D7 EC ỉ D8 E6 ĩ DC F3 í DD ED ị DE F2
ò DF 6FF8 ỏ E1 6FFB õ E2 6FF5 ó E3 6FF9 ọ E4 6FEF ô AB 6FE2 ồ E5 6FE0 ổ E6 6FE5 ỗ E7 6FE3 ố E8 6FE1 ộ E9 6FE4
ơ AC F4 ờ EA F4F8 ở EB F4FB ỡ EC F4F5 ớ ED F4F9 ợ EE F4EF ù EF 75F8 ủ F1 75FB ũ F2 75F5 ú F3 75F9 ụ F4 75EF
ư AD F6 ừ F5 F6F8 ử F6 F6FB ữ F7 F6F5 ứ F8 F6F9 ự F9 F6EF ỳ FA 79F8 ỷ FB 79FB ỹ FC 79F5 ý FD 79F9 ỵ FE EE
""".split()
CAPITALS = dict(zip("ĂÂÊÔƠƯĐ", "¡¢£¤¥¦§", strict=True))
TCVN3 = dict(zip(SMALL[::3], (bytes.fromhex(code).decode("latin-1") for code in SMALL[1::3]), strict=True)) | CAPITALS
VNI = dict(zip(SMALL[::3], (bytes.fromhex(code).decode("latin-1") for code in SMALL[2::3]), strict=True))
VNI |= {letter.upper(): code.upper() for letter, code in VNI.items()}

PAGE = """CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
Độc lập - Tự do - Hạnh phúc
Căn cứ Quyết định số 12/QĐ-UBND ngày 3/4/2005, Bộ Tư pháp và Sở Y tế đã có ý kiến về việc quản lý nhà nước.
Trưởng phòng thuỷ lợi đường sông ký giấy, người dân nộp ở phường; đô thị mới lấy nước từ giữa hồ."""


def tcvn3(text):
    return "".join(TCVN3.get(letter) or TCVN3.get(letter.lower(), letter) for letter in text)


def vni(text):
    return "".join(VNI.get(letter, letter) for letter in text)


def mojibake(text):
    return "".join(bytes([byte]).decode("windows-1252", "ignore") or chr(byte) for byte in text.encode())


def test_the_tables_hold_every_marked_letter():
    assert len(SMALL[::3]) == len(set(SMALL[::3])) == 67


# ------------------------------------------------------------------------------------------------ by font


@pytest.mark.parametrize("letter", VNI)
def test_every_letter_comes_back_from_vni_times(letter):
    assert to_unicode(VNI[letter], "VNI-Times") == letter


@pytest.mark.parametrize("letter", TCVN3)
def test_every_letter_comes_back_from_vntime(letter):
    assert to_unicode(TCVN3[letter], ".VnTime") == letter
    assert to_unicode(TCVN3[letter], ".VnTimeH") == letter.upper()


def test_the_fonts_of_capitals_show_plain_small_letters_as_capitals_too():
    assert to_unicode(tcvn3("Quyết định"), ".VnArialH") == "QUYẾT ĐỊNH"


@pytest.mark.parametrize("font", ["Times New Roman", "", None])
def test_another_font_leaves_it_to_the_words(font):
    assert to_unicode(vni("Quyết định"), font) == "Quyết định"
    assert to_unicode("café", font) == "café"


@pytest.mark.skipif(not shutil.which("iconv"), reason="iconv is not installed")
def test_the_tcvn3_table_is_that_of_iconv():
    codes = bytes(range(0xA1, 0xFF))
    written = subprocess.run(
        ["iconv", "-c", "-f", "TCVN5712-1", "-t", "UTF-8"],
        input=b"".join(bytes([code, 0x0A]) for code in codes),
        capture_output=True,
        check=False,
    )
    if written.returncode not in {0, 1} or not written.stdout:
        pytest.skip("this iconv does not know TCVN5712-1")
    theirs = [unicodedata.normalize("NFC", line) for line in written.stdout.decode().split("\n")[:-1]]
    letters = {chr(code): theirs[at] for at, code in enumerate(codes) if theirs[at].isalpha()}
    # That set has capitals with tones in places that the fonts leave to other signs.
    assert letters.items() >= {(code, letter) for letter, code in TCVN3.items()}


# ------------------------------------------------------------------------------------------------ by evidence


@pytest.mark.parametrize("encode", [tcvn3, vni])
@pytest.mark.parametrize("text", [PAGE, "Quyết định", *PAGE.split("\n")])
def test_a_page_or_a_line_in_an_old_font_comes_back(encode, text):
    assert to_unicode(encode(text)) == text


@pytest.mark.parametrize("encode", [tcvn3, vni])
def test_a_run_in_an_old_font_on_a_line_of_unicode_comes_back(encode):
    line = f"Uỷ ban nhân dân thành phố đã họp {encode('về việc thành lập trường')} mới ở quận Lê Chân"
    assert to_unicode(line) == "Uỷ ban nhân dân thành phố đã họp về việc thành lập trường mới ở quận Lê Chân"


def test_tcvn3_and_vni_may_follow_each_other():
    assert to_unicode(f"{tcvn3(PAGE)}\n{vni(PAGE)}\n{PAGE}") == f"{PAGE}\n{PAGE}\n{PAGE}"


def test_signs_that_pdf_fonts_give_for_two_codes_are_read():
    assert to_unicode(tcvn3("Thông tư đã gửi nhà nước").replace("\xad", "\u2212").replace("·", "\u2219")) == (
        "Thông tư đã gửi nhà nước"
    )


def test_bullets_and_sums_stay_in_a_converted_text():
    assert to_unicode(f"· {tcvn3('Quyết định phê duyệt')}: 3 × 4 = 12, 5 − 2 = 3") == (
        "· Quyết định phê duyệt: 3 × 4 = 12, 5 − 2 = 3"
    )


def test_words_between_capitals_are_capitals_in_tcvn3_but_an_abbreviation_raises_nothing():
    assert (
        to_unicode(tcvn3("BỘ TƯ PHÁP\nSở GD-ĐT đề nghị Bộ TN&MT trả lời"))
        == "BỘ TƯ PHÁP\nSở GD-ĐT đề nghị Bộ TN&MT trả lời"
    )


@pytest.mark.parametrize(
    "text",
    [
        PAGE,  # Vietnamese
        unicodedata.normalize("NFD", PAGE),  # decomposed
        "Ủy ban đã thu 3,5 m³ và 12 km² · «giá» ½ × 3 = ¼ © 2019 § 5 ± 2 °C",  # signs
        "L'été à la plage, où l'école française fête Noël; là où il y a du thé, ça plaît à maître François.",
        "The café's résumé: naïve façade, São Paulo, Zürich, Malmö, Bogotá.",  # English with foreign names
        "Ông Müller và bà François ở Zürich, cô Renée ở Liège",  # the same in Vietnamese
        "Giải bóng đá Perú gặp México: «Été» của Valéry",
        "quyet dinh so 12/QD-UBND",  # no marks
        "",
    ],
)  # fmt: skip
def test_what_is_unicode_stays(text):
    assert to_unicode(text) == text


@given(st.text())
def test_any_text_is_taken_and_none_changes_twice_when_it_is_vietnamese_by_then(text):
    to_unicode(text)
    assert to_unicode(to_unicode(f"{tcvn3(PAGE)}\n")) == f"{PAGE}\n"


@given(st.text(st.characters(max_codepoint=127)))
def test_ascii_is_never_touched(text):
    assert to_unicode(text) == text


@pytest.mark.parametrize("name", ["portal_daknong_dev", "tthc_mod", "alqac_law"])
def test_no_real_article_is_changed(name):
    path = DATA / name / "corpus.jsonl"
    if not path.exists():
        pytest.skip(f"the articles are not here ({path})")
    for line in path.read_text().splitlines():
        text = json.loads(line)["text"]
        assert to_unicode(text) == text


# ------------------------------------------------------------------------------------------------ by bytes


@pytest.mark.parametrize(
    "text",
    [PAGE, "Thủ tục", "Điều “3”: giữ — lại …", f"English first\n{PAGE}"],  # among them every byte windows-1252 lacks
)
def test_utf8_read_as_windows_1252_is_read_again(text):
    assert to_unicode(mojibake(text)) == text


@pytest.mark.parametrize("loss", [lambda text: text.replace("\xa0", " "), lambda text: text.replace("\x81", "")])
def test_utf8_read_wrongly_stays_as_it_is_where_something_is_lost(loss):
    spoilt = loss(mojibake("Về việc xử lý nhà đất và điều hành"))
    assert to_unicode(spoilt) == spoilt


def test_lines_read_rightly_stay_beside_lines_read_wrongly():
    assert to_unicode(f"Quyết định\n{mojibake('Quyết định')}") == "Quyết định\nQuyết định"


@pytest.mark.parametrize(
    "data",
    [
        tcvn3(PAGE).encode("windows-1252"),
        vni(PAGE).encode("windows-1252"),
    ],
)
def test_bytes_in_an_old_font_are_read(data):
    assert decode_eight_bit(data) == PAGE


def test_bytes_in_windows_1258_are_read():
    line = "Tiê\u0301ng Viê\u0323t: Sơ\u0309 Y tê\u0301 ho\u0323p sa\u0301ng nay"
    assert decode_eight_bit(line.encode("windows-1258")) == "Tiếng Việt: Sở Y tế họp sáng nay"


@pytest.mark.parametrize(
    "data",
    [
        "Un café très élégant, où l'été fête Noël".encode("latin-1"),  # French
        "Müller grüßt die Bürger von Köln".encode("latin-1"),  # German
        bytes(range(256)) * 4,  # anything
        b"",
    ],
)
def test_bytes_that_are_not_vietnamese_are_not_read(data):
    assert decode_eight_bit(data) is None
