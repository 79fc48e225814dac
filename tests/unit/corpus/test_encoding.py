import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.errors import InputError
from corpus.clean import normalise
from corpus.parse.encoding import decode

LINE = "Tiếng Việt: Sở Y tế họp sáng nay.\n"
# Windows-1258 writes a tone as a mark of its own behind the vowel.
LINE_1258 = "Tiê\u0301ng Viê\u0323t: Sơ\u0309 Y tê\u0301 ho\u0323p sa\u0301ng nay.\n".encode("windows-1258")


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (LINE.encode(), LINE),  # UTF-8
        (LINE.encode("utf-8-sig"), LINE),  # with a byte order mark, which is no text
        (b"plain ASCII", "plain ASCII"),  # a subset
        ("👍".encode(), "👍"),  # beyond the basic plane
    ],
)
def test_utf8_is_read(data, expected):
    assert decode(data) == expected


@pytest.mark.parametrize(
    ("data", "seen"),
    [
        (LINE.encode("utf-16"), "UTF-16"),  # with mark, either end first
        (b"\xfe\xff" + LINE.encode("utf-16-be"), "UTF-16"),
        (LINE.encode("utf-16-le"), "UTF-16LE"),  # without mark
        (LINE.encode("utf-16-be"), "UTF-16BE"),
        (LINE.encode("utf-32"), "UTF-32"),  # its mark begins like that of UTF-16
        (b"\x00\x00\xfe\xff" + LINE.encode("utf-32-be"), "UTF-32"),
        (LINE.encode("utf-32-le"), "UTF-32LE"),  # without mark
        (LINE.encode("utf-32-be"), "UTF-32BE"),
    ],
)
def test_another_encoding_is_named_with_the_command_that_converts_it(data, seen):
    with pytest.raises(InputError) as refused:
        decode(data)
    assert f"looks like {seen}); convert it: iconv -f {seen} -t UTF-8 OLD > NEW" in refused.value.en
    assert f"có vẻ là {seen}); chuyển bằng: iconv -f {seen} -t UTF-8 CŨ > MỚI" in refused.value.vi


def test_windows_1258_is_read():
    """Letters and tones apart; a text of fewer than three marked words is too little to be sure, and named instead."""
    assert normalise(decode(LINE_1258)) == "Tiếng Việt: Sở Y tế họp sáng nay.\n"
    with pytest.raises(InputError, match="looks like WINDOWS-1258"):
        decode("Ho\u0323p.".encode("windows-1258"))


# The beginning of "Ủy ban nhân dân quận Lê Chân thông báo", "Ảnh:" and "Ứng Hòa" as iconv writes them.
@pytest.mark.parametrize("capital", [b"\x9ey ban", b"\x81nh:", b"\x11ng H\xdfa"])
def test_capitals_of_tcvn_5712_that_no_font_has_are_not_stored_as_other_signs(capital):
    rest = b" nh\xa9n d\xa9n qu\xcbn L\xaa Ch\xa9n th\xabng b\xb8o m\xf8c thu ph\xdd"
    assert decode(rest) == " nhân dân quận Lê Chân thông báo mức thu phí"
    assert decode(b"\x93Th\xabng b\xb8o\x94 \x96" + rest).startswith("“Thông báo” –")
    with pytest.raises(InputError, match="iconv -f TCVN5712-1 -t UTF-8"):
        decode(capital + rest)


def test_an_eight_bit_encoding_that_is_not_vietnamese_is_not_called_windows_1258():
    with pytest.raises(InputError, match="not UTF-8") as refused:
        decode("Un café très élégant".encode("latin-1"))
    assert "1258" not in refused.value.en + refused.value.vi


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"%PDF-1.7\n%\xe2\xe3", "PDF"),
        (b"PK\x03\x04\x14\x00", "ZIP (DOCX, XLSX …)"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", "Word 97 (.doc)"),
        (b"\x89PNG\r\n\x1a\n\x00", "PNG"),
        (b"\xff\xd8\xff\xe0", "JPEG"),
        (b"GIF89a", "GIF"),
        (b"\x1f\x8b\x08", "gzip"),
        (rb"{\rtf1\ansi Xin}", "RTF"),
        (b"readable comment\n" * 400 + b"\x00", "NUL"),  # seen wherever it stands
    ],
)
def test_a_binary_file_is_refused_by_its_kind(data, kind):
    with pytest.raises(InputError) as refused:
        decode(data)
    assert refused.value.en == f"binary file ({kind}), not text; save the page as .txt (UTF-8)"
    assert refused.value.vi == f"tệp nhị phân ({kind}), không phải văn bản; hãy lưu trang thành .txt (UTF-8)"


@pytest.mark.parametrize(("data", "size"), [(b"", 0), (b" \r\n\t ", 5), (b"\xef\xbb\xbf", 3), (b"\xef\xbb\xbf \n", 5)])
def test_an_empty_file_is_refused_with_its_size(data, size):
    with pytest.raises(InputError) as refused:
        decode(data)
    assert refused.value.en == f"empty file ({size} bytes); export the page again"
    assert refused.value.vi == f"tệp rỗng ({size} byte); hãy xuất lại trang rồi thêm lại"


def test_utf8_that_is_cut_inside_a_letter_is_refused():
    with pytest.raises(InputError, match="the text is not UTF-8"):
        decode(LINE.encode() + "ế".encode()[:2])


@given(st.binary())
def test_any_bytes_are_text_or_refused(data):
    try:
        text = decode(data)
    except InputError:
        return
    assert text.strip()


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), min_size=1))
def test_text_without_nul_comes_back_from_utf8(text):
    data = ("Sở " + text).encode()
    assert decode(data) == "Sở " + text


def test_an_unknown_encoding_gets_advice_that_can_be_followed():
    with pytest.raises(InputError, match="not recognised; open it in an editor and save it as UTF-8"):
        decode("Décision".encode("latin-1"))
