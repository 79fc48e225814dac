"""Personal data taken out of a question before it is stored: numbers of people and of what is theirs, e-mail addresses.

Rules, not understanding: a name or an address written in words stays. What is spared is told in docs/privacy.md, how
well the rules do is measured by bench/redaction.py.
"""

from __future__ import annotations

import re

from bot.receipts.numbers import Kind
from bot.receipts.personal import personal

MASKS = {
    Kind.PHONE: "[điện thoại]",
    Kind.IDENTITY: "[số định danh]",
    Kind.EMAIL: "[e-mail]",
    Kind.ACCOUNT: "[tài khoản]",
    Kind.PASSPORT: "[hộ chiếu]",
    Kind.TAX: "[mã số thuế]",
    Kind.PLATE: "[biển số]",
    Kind.INSURANCE: "[số bảo hiểm]",
    Kind.BIRTH: "[ngày sinh]",
    Kind.NUMBER: "[dãy số]",
}
_MASK = re.compile("|".join(map(re.escape, MASKS.values())))
_ROUNDS = 5  # what stood beside a number may be one, once that is gone; a text made to go on so for ever shall end


def masked(text: str) -> str:
    """The text with each piece of personal data by its kind's name. Masking again changes nothing."""
    for _ in range(_ROUNDS):
        if (left := _masked_once(text)) == text:
            break
        text = left
    return text


def without_masks(text: str) -> str:
    """The text without what stands for personal data: words that nobody asked with."""
    return _MASK.sub(" ", text)


def _masked_once(text: str) -> str:
    pieces, at = [], 0
    for start, end, kind in personal(text):
        pieces += [text[at:start], MASKS[kind]]
        at = end
    return "".join(pieces) + text[at:]
