"""From bytes to text, or a refusal that names the encoding seen: a wrong guess would be stored as garbage."""

import re

from config.errors import InputError
from corpus.parse.legacy import decode_eight_bit, has_toned_capitals

PDF, DOCX, HTML = "PDF", "DOCX", "HTML"  # the kinds with a reader of their own
_ZIP, _OLE = "ZIP (DOCX, XLSX …)", "Word 97 (.doc)"
_SIGNATURES = {
    b"%PDF": PDF,
    b"PK\x03\x04": _ZIP,
    b"\xd0\xcf\x11\xe0": _OLE,
    b"\x89PNG": "PNG",
    b"\xff\xd8\xff": "JPEG",
    b"GIF8": "GIF",
    b"II*\x00": "TIFF",
    b"MM\x00*": "TIFF",
    b"\x1f\x8b": "gzip",
    b"Rar!\x1a": "RAR",
    b"7z\xbc\xaf": "7-Zip",
    b"{\\rtf": "RTF",
}
# A name of a part inside tells what the container is; names of parts are never compressed.
_PARTS = {
    _ZIP: {
        b"word/document": DOCX,
        b"xl/workbook": "Excel (.xlsx)",
        b"ppt/presentation": "PowerPoint (.pptx)",
        b"vnd.oasis.opendocument.text": "OpenDocument (.odt)",
    },
    _OLE: {
        "EncryptedPackage".encode("utf-16-le"): "DOCX có mật khẩu / with a password",
        "WordDocument".encode("utf-16-le"): _OLE,
        "Workbook".encode("utf-16-le"): "Excel 97 (.xls)",
    },
}
_HTML = re.compile(
    rb"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE | re.DOTALL
)
# Longer marks first: the UTF-32 little-endian mark begins with the UTF-16 one.
_BYTE_ORDER_MARKS = {
    b"\xff\xfe\x00\x00": "UTF-32",
    b"\x00\x00\xfe\xff": "UTF-32",
    b"\xff\xfe": "UTF-16",
    b"\xfe\xff": "UTF-16",
}
_SAMPLE = 4096
# In windows-1258 most marked vowels are a letter followed by a combining mark, which no other code page has.
_LETTER_AND_TONE = re.compile("[aeiouyăâêôơư][\u0300\u0301\u0303\u0309\u0323]", re.IGNORECASE)


def sniff(data: bytes) -> str | None:
    """PDF, DOCX or HTML where the first bytes say so, whatever the file is called; None for all else that may be text.

    Raises:
        InputError: the bytes are of a kind that is not read; names it and the way out.
    """
    seen = _signature(data)
    kind = next((kind for part, kind in _PARTS.get(seen or "", {}).items() if part in data), seen)
    if kind in {None, PDF, DOCX}:
        return kind or (HTML if _HTML.match(_without_mark(data)) else None)
    raise InputError(
        f"tệp {kind} không đọc được; hãy mở bằng phần mềm gốc rồi lưu thành DOCX hoặc PDF, tệp nén thì giải nén trước",
        f"{kind} files are not read; open it in its program and save it as DOCX or PDF, unpack an archive first",
    )


def decode(data: bytes) -> str:
    """The text of a UTF-8 file (with or without a byte order mark), or of windows-1258, TCVN3 or VNI bytes.

    Raises:
        InputError: empty, binary, or another encoding; says which and how to convert it.
    """
    if kind := _signature(data):
        raise _binary(kind)
    if encoding := _wide_encoding(data):
        raise _not_utf8(encoding)
    if b"\x00" in data:  # looked for in the whole file: an archive can begin with a readable comment
        raise _binary("NUL")
    text = _utf8(data)
    if text is None:
        text = decode_eight_bit(data)
    if text is None:
        raise _not_utf8(_eight_bit_encoding(data))
    if not text.strip():
        raise InputError(
            f"tệp rỗng ({len(data)} byte); hãy xuất lại trang rồi thêm lại",
            f"empty file ({len(data)} bytes); export the page again",
        )
    return text


def _utf8(data: bytes) -> str | None:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return None


def _binary(kind: str) -> InputError:
    return InputError(
        f"tệp nhị phân ({kind}), không phải văn bản; hãy lưu trang thành .txt (UTF-8)",
        f"binary file ({kind}), not text; save the page as .txt (UTF-8)",
    )


def _not_utf8(encoding: str | None) -> InputError:
    if encoding is None:
        return InputError(
            "văn bản không phải UTF-8 và không nhận ra bảng mã; mở trong trình soạn thảo rồi lưu lại với mã UTF-8",
            "the text is not UTF-8, and its encoding is not recognised; open it in an editor and save it as UTF-8",
        )
    return InputError(
        f"văn bản không phải UTF-8 (có vẻ là {encoding}); chuyển bằng: iconv -f {encoding} -t UTF-8 CŨ > MỚI",
        f"the text is not UTF-8 (it looks like {encoding}); convert it: iconv -f {encoding} -t UTF-8 OLD > NEW",
    )


def _signature(data: bytes) -> str | None:
    return next((name for signature, name in _SIGNATURES.items() if data.startswith(signature)), None)


def _without_mark(data: bytes) -> bytes:
    """The beginning without byte order mark and without the zero bytes of UTF-16."""
    return data[:_SAMPLE].lstrip(b"\xef\xbb\xbf\xff\xfe").replace(b"\x00", b"")


def _wide_encoding(data: bytes) -> str | None:
    """UTF-16 or UTF-32, told by a byte order mark or by the zero bytes of every ASCII letter."""
    for mark, name in _BYTE_ORDER_MARKS.items():
        if data.startswith(mark):
            return name
    sample = data[:_SAMPLE]
    odd, even = sample[1::2], sample[::2]
    for name, zeros, others in (("UTF-16LE", odd, even), ("UTF-16BE", even, odd)):
        if zeros.count(0) > len(zeros) // 4 and others.count(0) == 0:
            return name
    return next((name for name in ("UTF-32LE", "UTF-32BE") if _is_text_in(name, sample)), None)


def _is_text_in(encoding: str, sample: bytes) -> bool:
    try:
        text = sample.decode(encoding)
    except UnicodeDecodeError:
        return False
    return bool(text) and "\x00" not in text


def _eight_bit_encoding(data: bytes) -> str | None:
    text = data[:_SAMPLE].decode("windows-1258", errors="replace")
    if _LETTER_AND_TONE.search(text):
        return "WINDOWS-1258"
    return "TCVN5712-1" if has_toned_capitals(data) else None
