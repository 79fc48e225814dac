"""Who issued a directive: as the text says beside it, else as its symbol says where that names one body only."""

from __future__ import annotations

import re

from corpus.references.view import View, any_of, fold, one_of

_OF = re.compile(r"\s{0,3},?\s{1,3}(?:cua|do)\s{1,3}")
_BODIES = any_of(
    """
    uy ban, ub, ubnd, hdnd, hoi dong, chinh phu, thu tuong, bo, so, ban, quoc hoi, thanh uy, tinh uy, huyen uy, quan uy,
    dang uy, chu tich, van phong, tong cuc, cuc, chi cuc, thanh tra, toa an, vien, ngan hang, trung uong, truong ban,
    uy vien, cong an, kho bac, bao hiem, tong bi thu, bi thu, dang bo, mat tran, lien doan, hoi, dai hoc, truong, phong,
    giam doc, lien bo, lien nganh, nha nuoc, bch, tandtc, vksndtc, vpcp
    """
)
_BODY = re.compile(rf"(?:thuong truc\s|pho\s)?{_BODIES}\b")
_WORD = re.compile(r"\s{1,2}(?:&\s)?(?:(?:TP|TX|Q|P)\.\s?)?[^\W\d_]+|(?:\s?[-–]\s?)[^\W\d_]+")
_STOPS = any_of(
    """
    ban hanh, ve, quy dinh, ngay, da, vua, co, tai, trong, theo, de, thi hanh, nham, gui, phe duyet, cho, khi, thay the,
    huong dan, dieu chinh, sua doi, bai bo, huy bo, bo sung, het, duoc, den, tu, ky, yeu cau, giao, cong bo, thong bao,
    hop, ra, voi, nay, tren, sang, lam, chi ro, neu ro
    """
)
_STOP = re.compile(rf"\s{{1,2}}{_STOPS}\b")
_NAME_WORDS = frozenset(
    """
    nhan dan tinh thanh pho huyen quan xa phuong thi tran uy ban hoi dong bo truong chinh phu thuong vu chap hanh trung
    uong so chu tich tuong phong van tra tong cuc chi cong an dang doan lien vien kiem sat toa toi cao nha nuoc ngan
    hang quoc truc khoa dai bieu mat to giam doc ly chuc lanh dao
    """.split()
)
_MAX_WORDS = 14
BODY_OF_SYMBOL = {
    "CP": "Chính phủ", "TTg": "Thủ tướng Chính phủ", "QH": "Quốc hội", "UBTVQH": "Ủy ban Thường vụ Quốc hội",
    "CTN": "Chủ tịch nước", "VPCP": "Văn phòng Chính phủ", "HĐBT": "Hội đồng Bộ trưởng", "TW": "Trung ương Đảng",
    "TTCP": "Thanh tra Chính phủ", "NHNN": "Ngân hàng Nhà nước Việt Nam", "TANDTC": "Tòa án nhân dân tối cao",
    "VKSNDTC": "Viện kiểm sát nhân dân tối cao", "BTC": "Bộ Tài chính", "BNV": "Bộ Nội vụ", "BTP": "Bộ Tư pháp",
    "BCA": "Bộ Công an", "BQP": "Bộ Quốc phòng", "BYT": "Bộ Y tế", "BXD": "Bộ Xây dựng", "BCT": "Bộ Công Thương",
    "BGDĐT": "Bộ Giáo dục và Đào tạo", "BGTVT": "Bộ Giao thông vận tải",
    "BKHĐT": "Bộ Kế hoạch và Đầu tư", "BKHCN": "Bộ Khoa học và Công nghệ", "BTNMT": "Bộ Tài nguyên và Môi trường",
    "BNNPTNT": "Bộ Nông nghiệp và Phát triển nông thôn", "BTTTT": "Bộ Thông tin và Truyền thông",
    "BNG": "Bộ Ngoại giao", "BVHTTDL": "Bộ Văn hóa, Thể thao và Du lịch",
    "BLĐTBXH": "Bộ Lao động - Thương binh và Xã hội", "BNNMT": "Bộ Nông nghiệp và Môi trường",
}  # fmt: skip
_OTHER_MINISTRIES = ("Bộ Chính trị", "Bộ Dân tộc và Tôn giáo")
_MINISTRIES = one_of(
    fold(name).removeprefix("bo ").replace(" ", r"\s{1,2}")
    for name in sorted((*BODY_OF_SYMBOL.values(), *_OTHER_MINISTRIES), key=len, reverse=True)
    if name.startswith("Bộ ")
)
_MINISTRY = re.compile(
    rf"(?:bo|so)\s{{1,2}}{_MINISTRIES}(?!\w)"
)  # what a ministry is called its office in a province is


def issuer_after(view: View, at: int, limit: int) -> tuple[str, int] | None:
    """The body named right behind ("của UBND thành phố Hải Phòng"), and where it ends in the view, before `limit`."""
    if not (of := _OF.match(view.folded, at)) or not (body := _BODY.match(view.folded, of.end())):
        return None
    if ministry := _MINISTRY.match(view.folded, of.end()):
        body = ministry
    end = body.end()
    for _ in range(_MAX_WORDS):
        if not (word := _WORD.match(view.text, end, limit)) or (_STOP.match(view.folded, end) and _is_small(word[0])):
            break
        letters = word[0].strip(" &-–\n\t\u00a0")
        small = view.folded[word.start() : word.end()].strip(" &-\n\t\u00a0")
        if not (
            letters[0].isupper()
            or small in _NAME_WORDS
            or (small == "va" and _next_is_capital(view, word.end(), limit))
        ):
            break
        end = word.end()
    return " ".join(view.text[of.end() : end].split()), end


def _is_small(word: str) -> bool:
    return word.strip(" &-–\n\t\u00a0")[0].islower()


def _next_is_capital(view: View, at: int, limit: int) -> bool:
    return at + 1 < limit and view.text[at + 1].isupper()


def issuer_of_symbol(number: str) -> str | None:
    """The body that the last part of a symbol names, where it names one only."""
    parts = re.split(r"[-/&]", number)
    if len(parts) > 2 and "LT" in parts[-3] + parts[-2] and parts[-2] in BODY_OF_SYMBOL:
        return None  # joint documents have several
    return BODY_OF_SYMBOL.get(parts[-1].rstrip("0123456789"))
