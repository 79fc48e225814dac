"""Types of documents, their abbreviations, and the normal form of a symbol.

Decree 30/2020/NĐ-CP, Appendix III (administrative documents); Law 64/2025/QH15 on legal documents and its forerunners;
Regulation 66-QĐ/TW and Guideline 36-HD/VPTW (party documents); older forms as texts of before 2004 write them.
"""

from __future__ import annotations

import re
from functools import lru_cache

from corpus.references.view import fold

# Abbreviation -> the type's name.
KINDS = {
    "NQ": "Nghị quyết", "QĐ": "Quyết định", "CT": "Chỉ thị", "QC": "Quy chế", "QyĐ": "Quy định", "QĐi": "Quy định",
    "TC": "Thông cáo", "TB": "Thông báo", "HD": "Hướng dẫn", "CTr": "Chương trình", "KH": "Kế hoạch", "PA": "Phương án",
    "ĐA": "Đề án", "DA": "Dự án", "BC": "Báo cáo", "TTr": "Tờ trình", "CĐ": "Công điện", "GM": "Giấy mời",
    "NĐ": "Nghị định", "TT": "Thông tư", "TTLT": "Thông tư liên tịch", "TTLB": "Thông tư liên bộ", "L": "Lệnh",
    "PL": "Pháp lệnh", "KL": "Kết luận", "QH": "Luật", "UBTVQH": "Nghị quyết", "CV": "Công văn", "QyC": "Quy chế",
    "VBHN": "Văn bản hợp nhất", "SL": "Sắc lệnh", "NQLT": "Nghị quyết liên tịch", "KHLT": "Kế hoạch liên tịch",
    "HDLT": "Hướng dẫn liên tịch", "QCLT": "Quy chế liên tịch", "CTLT": "Chỉ thị liên tịch",
    "QĐNS": "Quyết định", "QĐUB": "Quyết định", "NĐCP": "Nghị định", "QĐHC": "Quyết định", "QĐST": "Quyết định",
}  # fmt: skip
LETTER = "Công văn"
NAMED = frozenset({"Luật", "Bộ luật", "Pháp lệnh", "Hiến pháp"})  # what has a name of its own
CODE = "Bộ luật"
CODES = {  # folded abbreviation -> the code's name
    "blds": "Dân sự", "blhs": "Hình sự", "bltths": "Tố tụng hình sự", "blttds": "Tố tụng dân sự", "blld": "Lao động",
    "blhh": "Hàng hải Việt Nam",
}  # fmt: skip
_LINKED = ("Thông tư liên tịch", "Thông tư liên bộ", "Nghị quyết liên tịch", "Kế hoạch liên tịch", "Chỉ thị liên tịch")
NAMES = (*{*KINDS.values(), *NAMED, *_LINKED, "Điều lệ", "Thông tri"},)
KIND_OF_NAME = {fold(name): name for name in NAMES}

# Folded letters of a symbol's part -> as it is written. What is not here keeps its own letters.
_PARTS = {
    fold(part): part
    for part in """
    NQ QĐ CT QC QyĐ QĐi TB CTr KH PA BC TTr GM NĐ TT TTLT TTLB PL KL QH UBTVQH CV QyC VBHN SL NQLT KHLT QĐNS QĐUB NĐCP
    QĐHC XPVPHC XPHC UBND HĐND UBMTTQ UB HĐBT HĐTP CP TTg TW TU HU VPCP VPTW VPTU VP BNV BTC BTP BCA BQP BYT BXD BCT
    BGDĐT BGTVT BKHĐT BKHCN BTNMT BNNPTNT BNNMT BTTTT BVHTTDL BLĐTBXH BNG TTCP NHNN UBDT TANDTC VKSNDTC TLĐLĐ TCT TCHQ
    BHXH CTN ĐCT BCĐ ĐCS BCSĐ KSTTHC LĐTBXH SGDĐT SKHĐT SLĐTBXH STNMT SNV STC SXD SYT SCT STP NCPC ĐĐBQH QLĐĐ GPMB ĐTXD
    ĐT GDĐT KGVX TNMT TLĐ ĐKKD VPĐĐ
    """.split()
} | {"tư": "TW", "ctn": "CTN", "cd": "CĐ", "qdd": "QĐ", "ndd": "NĐ"}
_ONLY_TYPED_SMALL = {"da": "ĐA", "dh": "ĐH", "du": "ĐU"}  # in capitals DA, DH and DU are other words

# A part in a symbol's first place that makes it no directive: contracts, minutes, licences, certificates, forms.
NO_KINDS = frozenset(
    """
    hđ hđlđ hđkt hđtv hđmb hđtc hđxd hđtđ hđtcth bb bbvp gp gpxd gpkd gpmt gphđ gcn gcnđkkd gcnđkdn gcnqsdđ gxn gtvt đk
    gtgt hs ds hc kdtm hngđ gđt pc
    """.split()
)
_COURTS = frozenset("st pt gđt".split())  # of the first, the second instance: what follows HS, DS, HC in a judgment

# Bodies and offices that begin the symbol of an official letter where no word says that it is one.
_OFFICES = frozenset(
    """
    ubnd hdnd vpubnd vphdnd vp vpcp vptu vptw ttg cp qh ubtvqh ttcp tttp nhnn bhxh tct tchq tcthads kbnn ubmttq mttq
    ubdt tandtc tand vksndtc vksnd ktnn tldld ldld ct cthads cat catp btgtw btctw btl bcd bql bnv btc btp bca bqp byt
    bxd bct bgddt bgd bgtvt bkhdt bkhcn btnmt bnnptnt bnnmt btttt bvhttdl bldtbxh bng bdt bdttg snv stc stp sxd syt sct
    sgddt sgtvt skhdt skhcn stnmt snnptnt snnmt stttt svhtt svhttdl sldtbxh sdl sqhkt pnv tckh tnmt ldtbxh gddt
    """.split()
)
_LETTERS = re.compile(r"[^\W\d_]+")


@lru_cache(maxsize=4096)
def normal_part(part: str) -> str:
    """A part of a symbol in its normal form: "qd" is QĐ, "TTG" TTg, "TƯ" TW; digits stay."""
    return _LETTERS.sub(lambda found: _normal_letters(found[0]), part)


def _normal_letters(letters: str) -> str:
    written = letters.replace("Ð", "Đ").replace("ð", "đ")
    if written.lower() == "tư":
        return "TW"
    plain = fold(written)
    if written.islower() and (small := _ONLY_TYPED_SMALL.get(plain)):
        return small
    if plain == "hd" and written.upper() == "HĐ":
        return "HĐ"  # hợp đồng, not hướng dẫn
    if known := _PARTS.get(plain):
        return known
    return written.upper() if written[0].islower() else written


@lru_cache(maxsize=4096)
def kind_of_part(part: str) -> str | None:
    """The type that a part stands for; None where it names no type."""
    return KINDS.get(normal_part(part).rstrip("0123456789"))


@lru_cache(maxsize=4096)
def is_no_kind(parts: tuple[str, ...]) -> bool:
    """Whether the parts of a symbol are those of a contract, a licence, a judgment and their like."""
    small = [part.lower().rstrip("0123456789") for part in parts]
    return small[0] in NO_KINDS or (len(small) > 1 and small[-1] in _COURTS and kind_of_part(parts[0]) is None)


@lru_cache(maxsize=4096)
def is_office(part: str) -> bool:
    """Whether a part is a body or office known to write official letters."""
    return fold(part).rstrip("0123456789") in _OFFICES
