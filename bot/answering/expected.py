"""What type of thing a question asks for, and whether a sentence holds one.

One table says both, so that a type can be added in one place. A question typed without marks is matched against the
patterns with their marks off; sentences are print and always have them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from retrieval.tokens import folded_form


class Expected(StrEnum):
    """The type of answer a question asks for, from the most precise to any."""

    PHONE = "phone"
    MONEY = "money"
    PERCENTAGE = "percentage"
    AREA = "area"
    HOUR = "hour"
    DURATION = "duration"
    TIME = "time"
    DOCUMENT = "document"
    NUMBER = "number"
    PERSON = "person"
    PLACE = "place"
    ANY = "any"


# Without one of these in the sentence, or what may be one, the question stays unanswered.
STRICT = frozenset(
    {
        Expected.PHONE,
        Expected.MONEY,
        Expected.PERCENTAGE,
        Expected.AREA,
        Expected.HOUR,
        Expected.DURATION,
        Expected.TIME,
        Expected.PLACE,
    }
)

_HOW_MANY = r"(?:bao nhiêu|mấy)"
_LONG_TIME = r"(?:giây|tiếng|ngày|tuần|tháng|quý|năm|thế kỷ|thập kỷ|thập niên|học kỳ)"
_NO_CLOCK = r"(?<!\d)(?<!giờ )(?<!từ )(?<!lúc )(?<!đến )(?<!hồi )(?<!trước )(?<!sau )"  # "từ 7 giờ 30 phút"
_NUMBER_WORD = r"(?:nửa|vài|một|hai|ba|bốn|năm|sáu|bảy|tám|chín|mười|mươi|chục|trăm|nghìn|ngàn|vạn|triệu|tỉ|tỷ|đôi)"
_TITLE = r"\b(?:ông|bà|đồng chí|đ/c|anh|chị|cô|chú|bác|giáo sư|tiến sĩ|chủ tịch|bí thư|giám đốc|trưởng|phó|vua)"
CAPITALS = "A-ZÀÁÂÃÈÉÊÌÍÒÓÔÕÙÚÝĂĐĨŨƠƯẠẢẤẦẨẪẬẮẰẲẴẶẸẺẼẾỀỂỄỆỈỊỌỎỐỒỔỖỘỚỜỞỠỢỤỦỨỪỬỮỰỲỴỶỸ"
_CAPITAL = rf"(?-i:[{CAPITALS}])\w*"
_CURRENCY = r"(?:đồng|đ|vnđ|vnd|usd|đô|đôla|euro|bảng)"
_AREA_UNIT = r"(?:m2|m²|km2|km²|ha|héc ta|hecta|mét vuông|dặm vuông)"
_WHERE = (
    r"ủy ban|cơ quan|bộ phận|trụ sở|văn phòng|trung tâm|sở|trường|phường|xã|quận|huyện|thị trấn|tỉnh|thành phố|khu|"
    r"làng|đường|nhà|cổng|trang|mạng|nước|châu|miền|vùng|sông|núi|biển|đảo"
)
_DOCUMENT = r"(?:nghị định|nghị quyết|quyết định|thông tư|chỉ thị|văn bản|công văn|luật|kết luận|kế hoạch|đề án)"


@dataclass(frozen=True, slots=True)
class _Type:
    """How a type is asked for, with marks and without; what shows it in a sentence, surely or perhaps."""

    expected: Expected
    asked: re.Pattern[str]
    asked_unmarked: re.Pattern[str]
    surely: re.Pattern[str]
    perhaps: re.Pattern[str] | None


def _type(expected: Expected, asked: str, surely: str, perhaps: str | None = None) -> _Type:
    folded = re.sub(r"[^\W\d_]{2,}", lambda m: folded_form(m.group()), asked)
    return _Type(
        expected,
        re.compile(rf"\b(?:{asked})(?!\w)"),
        re.compile(rf"\b(?:{folded})(?!\w)"),
        re.compile(surely, re.IGNORECASE),
        re.compile(perhaps, re.IGNORECASE) if perhaps else None,
    )


# The first type whose words stand in the question is the one expected.
_TYPES = (
    _type(
        Expected.PHONE,
        r"số điện thoại|điện thoại số|đường dây nóng|hotline|sđt|gọi số nào",
        r"(?:\d[\s.-]?){8,}|\b1[89]00\b",
    ),
    _type(
        Expected.MONEY,
        rf"{_HOW_MANY} (?:nghìn |triệu |tỉ |tỷ )?(?:tiền|đồng|usd|đô la)|{_HOW_MANY} (?:nghìn|ngàn) (?:một|1)|"
        r"(?:lệ phí|mức phí|học phí|mức phạt|bị phạt|mức thưởng|(?:mức|tiền) lương|giá tiền|kinh phí|"
        r"tổng mức đầu tư|trợ cấp|học bổng|^lương (?:của|cơ bản|cơ sở|tối thiểu)|^phí|^giá(?! trị))"
        rf"(?: (?!chiếm\b)[\w/]+){{0,14}} {_HOW_MANY}(?: nghìn| triệu| đồng)?$",
        rf"\d\s*(?:{_CURRENCY}|nghìn|ngàn|triệu|tỉ|tỷ)\b|[$€£¥]|(?:nghìn|ngàn|triệu|tỉ|tỷ) {_CURRENCY}|"
        r"miễn (?:lệ |học )?phí|không (?:phải )?(?:thu|nộp|mất) (?:lệ |học )?(?:phí|tiền)",
    ),
    _type(
        Expected.PERCENTAGE,
        rf"{_HOW_MANY} (?:phần trăm|%)|(?:tỉ lệ|tỷ lệ|chiếm)(?: \w+){{0,12}} {_HOW_MANY}",
        r"%|phần trăm|một nửa|\b(?:một|hai|ba) phần|(?<![\d/])\d{1,2}[/:]\d{1,2}(?![\d/])",
    ),
    _type(
        Expected.AREA,
        rf"diện tích(?: \w+){{0,12}} {_HOW_MANY}|{_HOW_MANY} {_AREA_UNIT}",
        rf"\d\s*(?:(?:nghìn|triệu|tỷ) )?{_AREA_UNIT}(?!\w)",
    ),
    _type(
        Expected.HOUR,
        r"mấy giờ|giờ nào|(?:giờ|thời gian|lịch) (?:làm việc|mở cửa|tiếp dân)",
        r"\d\s*(?:giờ|h)\b|\d+[h:]\d\d\b",
    ),
    _type(
        Expected.DURATION,
        rf"bao lâu(?! một lần)|{_HOW_MANY} (?:ngày|tháng|năm|tuần|giờ|phút|tiếng|học kỳ)",
        rf"(?:\d|\b{_NUMBER_WORD})\s+(?:\w+\s+)?{_LONG_TIME}(?!\s+\d)|{_NO_CLOCK}\d+\s+(?:giờ(?!\s*\d)|phút)|"
        r"\bngay (?:trong|sau|khi|lập tức|từ)\b|\d{4}\s*(?:[-–]|đến)",
    ),
    _type(
        Expected.TIME,
        r"khi nào|bao giờ|lúc nào|hôm nào|thời (?:gian|điểm) nào|giai đoạn nào|ngày tháng|"
        r"(?:ngày|tuần|tháng|mùa|năm|thế kỷ) (?:nào|mấy|bao nhiêu)",
        r"\d+/\d+|\d{4}|thế kỷ|\d (?:giờ|tháng)|(?:ngày|tháng|năm|lúc) \d",
        r"\b(?:ngày|tháng|năm|sáng|chiều|giờ|khi|sau|trước|mùa|thời|ngay|tuần|kỳ|đợt|hè|hạn|đầu|cuối|nếu)\b",
    ),
    _type(
        Expected.DOCUMENT,
        rf"{_DOCUMENT} (?:nào|số mấy|số bao nhiêu|gì)|số hiệu",
        r"\d+(?:/\d+)?[/-](?-i:[A-ZĐ])",
        rf"\b{_DOCUMENT}\b",
    ),
    _type(
        Expected.NUMBER,
        r"bao nhiêu|mấy(?! (?:tính|móc|bay|ảnh|điện|chủ)\b)|bao xa|số lượng",
        r"(?<!\w)\d",
        rf"\b{_NUMBER_WORD}\b",
    ),
    _type(
        Expected.PERSON,
        r"ai|người nào|tên gì|tên là|(?:cơ quan|đơn vị|tổ chức|sở|bộ|phòng|ban|cấp) nào",
        rf"{_TITLE}(?:\s+\w+){{0,8}}?\s+{_CAPITAL}\s+{_CAPITAL}|{_CAPITAL}(?:\s+{_CAPITAL}){{2}}",
        rf"(?<=[\s(])(?-i:[{CAPITALS}])\w+",
    ),
    _type(
        Expected.PLACE,
        r"ở đâu|tại đâu|đâu|(?:nơi|địa điểm|chỗ|đường|phố|nước|tỉnh|thành phố|xã|phường|quốc gia) nào|địa chỉ",
        r"\b(?:tại|ở|trên|trong|đến|từ|phía|qua|nơi|địa chỉ|địa điểm)\s+"
        r"(?!\d|(?:ngày|tháng|năm|khi|đó|trước|sau|lúc|đầu|nay)\b)",
        rf"\b(?:{_WHERE})\b|(?<=[\s(])(?-i:[{CAPITALS}])\w+",
    ),
)
_BY_NAME = {known.expected: known for known in _TYPES}


def expected_type(question: str, *, marked: bool) -> Expected:
    """The type of thing a normalised question asks for."""
    words = question.casefold().strip(" ?!.")
    if not marked:
        words = " ".join(map(folded_form, words.split()))
    return next((t.expected for t in _TYPES if (t.asked if marked else t.asked_unmarked).search(words)), Expected.ANY)


def fit(expected: Expected, sentence: str) -> float:
    """1 where a sentence holds the type of thing asked for, 0 where not, 0.5 where perhaps or nothing is asked for."""
    known = _BY_NAME.get(expected)
    if known is None:
        return 0.5
    if known.surely.search(sentence):
        return 1.0
    return 0.5 if known.perhaps and known.perhaps.search(sentence) else 0.0
