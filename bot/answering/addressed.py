"""Texts that give orders to whoever answers instead of saying something: not quoted, and not handed to a model.

A list of turns of phrase can be evaded; what gets through to a model meets the claim lock. Of 43,000 paragraphs of
news, portals and laws it hits four that mean no harm ("hay trả lời", "không tuân thủ … quy định ở trên").
"""

from __future__ import annotations

import re

from corpus.clean import normalise
from corpus.references.view import any_of, fold

_DROP = any_of(
    """
    bo qua, phot lo, quen di, quen het, quen moi, dung nghe, khong can tuan, khong tuan, lam ngo, huy bo, gat bo, xoa bo
    """
)
_ORDERS = any_of(
    "huong dan, chi dan, chi thi, menh lenh, quy tac, quy dinh, yeu cau, cau lenh, loi nhac, prompt, rang buoc, lenh"
)
_WHICH = any_of("truoc, o tren, ben tren, phia tren, he thong, ban dau, cu, ngu canh, da nhan, duoc giao")
_ALL = any_of("moi, tat ca, toan bo, cac, nhung")
_MACHINE = (
    r"(?:tro ly (?:ao|ai|thong minh|tri tue)|chat ?bot|mo hinh (?:ngon ngu|ai)|he thong (?:ai|tri tue nhan tao)"
    r"|ai model|\bllm\b|\bgpt\b|language model|ai assistant)"
)
_COMMAND = "(?:hay|phai|can|duoc yeu cau|chi duoc|must|should|please)"
_SAY = any_of(
    """
    tra loi, noi rang, noi voi, noi la, dap rang, in ra, viet ra, viet rang, viet lai, khang dinh, xac nhan rang,
    bao rang, thong bao rang, ghi rang, khuyen, xuat ra, lap lai, dong vai, tiet lo
    """
)
_UNDONE = "ignore|disregard|forget|override|bypass"
_TOLD = "instruction|prompt|rule|guideline|above|previous|prior"
_PATTERNS = [
    re.compile(pattern)
    for pattern in (
        rf"\b{_DROP}\b.{{0,40}}\b{_ORDERS}\b.{{0,40}}\b{_WHICH}\b",
        rf"\b{_DROP}\b.{{0,20}}\b{_ALL}\b.{{0,20}}\b(?:huong dan|chi dan|quy tac|lenh)\b",
        rf"\bhay (?:chi |luon |dong |co |cu )?{_SAY}\b",
        rf"\b(?:neu|khi)\b.{{0,30}}\b(?:hoi|yeu cau)\b.{{0,60}}\b(?:hay|phai|thi) (?:chi |luon )?{_SAY}\b",
        rf"{_MACHINE}.{{0,60}}\b{_COMMAND}\b|\b{_COMMAND}\b.{{0,60}}{_MACHINE}",
        rf"\b(?:yeu cau|de nghi|nho) {_MACHINE}.{{0,40}}\b{_SAY}\b",
        r"\b(?:ban|may|nguoi) (?:bay gio |gio day |tu gio )(?:la|se la|dong vai)\b",
        rf"\b(?:{_UNDONE})\b.{{0,40}}\b(?:{_TOLD})",
        r"\b(?:system|developer) (?:prompt|message|override|instruction)",
        r"\byou (?:are now|must)\b|\b(?:answer|reply|respond|say) (?:only )?(?:that|with)\b",
        # Marks by which servers and people part the turns of a conversation.
        r"<\|?/?(?:im_start|im_end|system|user|assistant|endoftext)\b|\[/?inst\]|<<sys>>|#{2,} ?(?:system|instruction)",
        r"(?:^|[\n\"'{]) ?(?:system|assistant|he thong|role)\"? ?:",
    )
]


def speaks_to_the_model(text: str) -> bool:
    """Whether a text gives orders to whoever answers, in Vietnamese (with marks or without) or English."""
    plain = fold(normalise(text))
    return any(pattern.search(plain) for pattern in _PATTERNS)


def is_addressed(text: str, start: int, end: int) -> bool:
    """Whether the paragraph of a sentence speaks to the model: what stands beside an order is part of it."""
    begin, close = text.rfind("\n", 0, start) + 1, text.find("\n", end)
    return speaks_to_the_model(text[begin : close if close >= 0 else len(text)])
