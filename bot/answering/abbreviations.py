"""Everyday abbreviations of offices, papers and documents, written out so that both spellings meet."""

from __future__ import annotations

import re

_ALWAYS = {
    "ubnd": "ủy ban nhân dân",
    "hđnd": "hội đồng nhân dân",
    "tthc": "thủ tục hành chính",
    "dvc": "dịch vụ công",
    "cccd": "căn cước công dân",
    "cmnd": "chứng minh nhân dân",
    "cmt": "chứng minh nhân dân",
    "csdl": "cơ sở dữ liệu",
    "cntt": "công nghệ thông tin",
    "tt&tt": "thông tin và truyền thông",
    "tttt": "thông tin và truyền thông",
    "gd&đt": "giáo dục và đào tạo",
    "tn&mt": "tài nguyên và môi trường",
    "kh&cn": "khoa học và công nghệ",
    "bhyt": "bảo hiểm y tế",
    "bhxh": "bảo hiểm xã hội",
    "gplx": "giấy phép lái xe",
    "qsdđ": "quyền sử dụng đất",
    "tp": "thành phố",
    "tp.": "thành phố",
    "tw": "trung ương",
    "đkkd": "đăng ký kinh doanh",
    "pct": "phó chủ tịch",
    "cty": "công ty",
    "ko": "không",
    "hok": "không",
    "đc": "được",
    "dc": "được",
    "ntn": "như thế nào",
    "bnhiu": "bao nhiêu",
    "bn": "bao nhiêu",
    "vs": "với",
    "ng": "người",
    "sđt": "số điện thoại",
    "gpxd": "giấy phép xây dựng",
    "gpkd": "giấy phép kinh doanh",
    "gcn": "giấy chứng nhận",
    "gks": "giấy khai sinh",
    "đkkh": "đăng ký kết hôn",
    "bhtn": "bảo hiểm thất nghiệp",
    "gtvt": "giao thông vận tải",
    "ttđt": "thông tin điện tử",
    "hkd": "hộ kinh doanh",
}
# These are words of other meanings too, unless a number follows: "nq 57", "NĐ số 61/2018".
_BEFORE_NUMBER = {
    "nđ": "nghị định",
    "nq": "nghị quyết",
    "qđ": "quyết định",
    "tt": "thông tư",
    "ct": "chỉ thị",
    "kl": "kết luận",
    "kh": "kế hoạch",
    "cv": "công văn",
}
_WITHOUT_MARKS = {short.replace("đ", "d"): written for short, written in (_ALWAYS | _BEFORE_NUMBER).items()}
_WRITTEN = _WITHOUT_MARKS | _ALWAYS | _BEFORE_NUMBER


def _either(table: dict[str, str]) -> str:
    """A pattern for the abbreviations, longest first, with đ or d."""
    return "|".join(re.escape(short).replace("đ", "[đd]") for short in sorted(table, key=len, reverse=True))


# Never inside a directive's number (3482/QĐ-UBND), which is one term.
_ABBREVIATION = re.compile(
    rf"(?<![\w/&-])(?:(?:{_either(_ALWAYS)})(?![\w/&-])|(?:{_either(_BEFORE_NUMBER)})(?=\.?\s+(?:số\s+|so\s+)?\d))",
    re.IGNORECASE,
)


def write_out(text: str) -> str:
    """The text with its abbreviations written out; for counting words only, never for showing."""
    return _ABBREVIATION.sub(lambda found: _WRITTEN[found.group().lower()], text)
