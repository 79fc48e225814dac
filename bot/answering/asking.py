"""Requests: texts made of words that ask, and of what they ask of anything: "ai ký", "phí bao nhiêu", "nộp ở đâu".

Such a text has no subject of its own. Where it was typed with marks, they tell the words apart: "con" is no "còn".
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from retrieval.tokens import folded_form, marked_form


class Lexicon:
    """Phrases, found among words. Where these were typed with marks (`marked`), they must be those of the phrase."""

    def __init__(self, phrases: Iterable[str]) -> None:
        self._by_form: dict[tuple[bool, tuple[str, ...]], str] = {}
        for phrase in phrases:
            for marked in (True, False):
                self._by_form.setdefault((marked, _forms(phrase.split(), marked=marked)), phrase)
        self._longest = max(len(words) for _, words in self._by_form)

    def at_start(self, words: Sequence[str], *, marked: bool) -> str:
        """The longest phrase that words begin with, as it is written; empty where there is none."""
        lengths = range(min(self._longest, len(words)), 0, -1)
        return next((found for length in lengths if (found := self._phrase(words[:length], marked=marked))), "")

    def at_end(self, words: Sequence[str], *, marked: bool) -> str:
        """The longest phrase that words end with."""
        lengths = range(min(self._longest, len(words)), 0, -1)
        return next((found for length in lengths if (found := self._phrase(words[-length:], marked=marked))), "")

    def phrases(self, words: Sequence[str], *, marked: bool) -> tuple[str, ...] | None:
        """Words as phrases, with all their marks; None where one is in none."""
        found = []
        while words:
            phrase = self.at_start(words, marked=marked)
            if not phrase:
                return None
            found.append(phrase)
            words = words[len(phrase.split()) :]
        return tuple(found)

    def _phrase(self, words: Sequence[str], *, marked: bool) -> str:
        return self._by_form.get((marked, _forms(words, marked=marked)), "")


def _forms(words: Sequence[str], *, marked: bool) -> tuple[str, ...]:
    return tuple(map(marked_form if marked else folded_form, words))


def _phrases(text: str) -> tuple[str, ...]:
    return tuple(" ".join(phrase.split()) for phrase in text.split(",") if phrase.strip())


ASKING = _phrases(
    """
    ai, bởi ai, do ai, người nào, cơ quan nào, đơn vị nào, cấp nào, khi nào, bao giờ, lúc nào, hôm nào, ngày nào,
    ngày mấy, ngày bao nhiêu, ngày tháng nào, tháng nào, năm nào, năm bao nhiêu, mấy giờ, giờ nào, ở đâu, tại đâu, đâu,
    chỗ nào, nơi nào, bao nhiêu, bao nhiêu tiền, mấy tiền, mấy, bao lâu, mấy ngày, bao nhiêu ngày, mấy tháng, bao nhiêu
    tháng, mấy năm, bao nhiêu năm, bao nhiêu người, mấy người, bao nhiêu lần, mấy lần, bao nhiêu phần trăm, vì sao,
    tại sao, số mấy, số bao nhiêu, từ khi nào, đến khi nào, từ bao giờ, đến bao giờ, từ ngày nào, đến ngày nào, bao xa,
    văn bản nào, văn bản gì, theo văn bản nào, quyết định nào, nghị định nào, luật nào,
    về việc gì, về gì, nói gì, quy định gì, gồm gì, gồm những gì, cần gì, cần những gì, những ai, gọi ai,
    gọi số nào
    """
)
_ASKING_WEAKLY = _phrases("thế nào, như thế nào, ra sao, làm sao, sao, gì, những gì, cái gì, là gì, nào, không, chưa")
# What only a directive has, with what is asked of it where a text names it alone: "hiệu lực?".
OF_DIRECTIVE: Mapping[str, str] = {
    "ký": "ngày nào", "người ký": "là ai", "ký ban hành": "ngày nào", "ban hành": "ngày nào",
    "ngày ban hành": "là ngày nào",
    "ngày ký": "là ngày nào", "hiệu lực": "từ khi nào", "có hiệu lực": "từ khi nào", "còn hiệu lực": "không",
    "hết hiệu lực": "chưa", "còn áp dụng": "không", "còn dùng": "không", "thay thế": "văn bản nào",
    "bị thay thế": "chưa", "bãi bỏ": "văn bản nào", "bị bãi bỏ": "chưa", "sửa đổi": "văn bản nào",
    "bổ sung": "văn bản nào", "bị sửa đổi": "chưa", "số hiệu": "là gì", "số văn bản": "là gì",
    "cơ quan ban hành": "là cơ quan nào", "trích yếu": "là gì",
}  # fmt: skip
# What a procedure, a duty or an event has, with what is asked of it where a text names it alone: "the con phi".
_HAS: Mapping[str, str] = {
    "phí": "bao nhiêu tiền", "lệ phí": "bao nhiêu tiền", "mức phí": "bao nhiêu tiền", "chi phí": "bao nhiêu tiền",
    "giá": "bao nhiêu tiền", "giá vé": "bao nhiêu tiền", "mức thu": "bao nhiêu tiền", "tiền": "bao nhiêu",
    "mức phạt": "bao nhiêu", "tiền phạt": "bao nhiêu", "phạt": "bao nhiêu", "bị phạt": "bao nhiêu",
    "xử phạt": "bao nhiêu", "thời hạn": "bao lâu", "thời gian": "bao lâu", "thời hạn giải quyết": "bao lâu",
    "thời gian giải quyết": "bao lâu", "hồ sơ": "gồm những gì", "giấy tờ": "gồm những gì", "địa chỉ": "ở đâu",
    "địa điểm": "ở đâu", "số điện thoại": "", "điện thoại": "", "đối tượng": "là ai", "điều kiện": "là gì",
    "nội dung": "là gì", "vé": "bao nhiêu tiền", "diện tích": "bao nhiêu", "dân số": "bao nhiêu",
    "số lượng": "bao nhiêu",
}  # fmt: skip
_DONE = _phrases(
    """
    mất phí, mất tiền, cần giấy tờ, cần hồ sơ, nộp, nộp hồ sơ, nộp tiền, qua mạng, trực tuyến, online, nhận kết quả, trả
    kết quả, kết quả, giải quyết, liên hệ, diễn ra, tổ chức, bắt đầu, kết thúc, kéo dài, chủ trì, căn cứ
    """
)
_DONE_TO_ANYTHING = _phrases("đăng ký, làm, nhận, lấy, áp dụng, thủ tục, mục tiêu, cách làm")
_MANNERS = _phrases(
    """
    vậy, thế, à, ạ, nhỉ, hả, nhé, đó, này, nó, em, anh, chị, tôi, mình, bạn, ơi, hỏi, cho hỏi, cái đó, cái này, việc đó,
    việc này, thủ tục đó, thủ tục này, trường hợp đó, trường hợp này, thì, mà, rồi
    """
)
_FUNCTION = _phrases(
    """
    là, có, cần, phải, được, bị, cho, và, với, của, vào, ra, lại, đi, tổng, hết, khoảng, tối đa, tối thiểu, ít nhất,
    còn, nữa, cụ thể, mất, để, ngày, vào ngày, xong, từ, đến, hay, đúng, những, các, người dân, dân, do, bởi, lúc,
    muộn, chậm, trễ, quá hạn
    """
)
_WORDS = Lexicon((*ASKING, *_ASKING_WEAKLY, *OF_DIRECTIVE, *_HAS, *_DONE, *_DONE_TO_ANYTHING, *_MANNERS, *_FUNCTION))
_BEFORE = (*ASKING, *_phrases("cho em hỏi, cho tôi hỏi, cho hỏi, xin hỏi, cho biết, người ký, ký, là, của, cho, muốn"))
_BEHIND = (
    *ASKING, *_ASKING_WEAKLY, *OF_DIRECTIVE, *_DONE, *_MANNERS,
    *_phrases("là, có, phải, cần, mất, hết, lúc, được, bị, do, vào, từ, đến, tối đa, tối thiểu, ra, trong, xong, làm"),
)  # fmt: skip
_OPENING, _OPENING_WITH_MATTER = Lexicon((*_BEFORE, *_HAS)), Lexicon(_BEFORE)
_CLOSING, _CLOSING_WITH_MATTER = Lexicon((*_BEHIND, *_HAS)), Lexicon(_BEHIND)
_OF_THE_MATTER = frozenset(
    _phrases(
        """
        bao nhiêu, bao nhiêu tiền, mấy, từ khi nào, đến khi nào, từ bao giờ, đến bao giờ, từ ngày nào, đến ngày nào, văn
        bản nào, theo văn bản nào, quyết định nào, nghị định nào, luật nào, vì sao, tại sao
        """
    )
)


@dataclass(frozen=True, slots=True)
class Request:
    """A text without a subject: its phrases, with their marks."""

    phrases: tuple[str, ...]

    @property
    def asks(self) -> bool:
        """Whether it asks for anything; "sao?" or "có không" alone do not tell."""
        return any(phrase in ASKING or phrase in OF_DIRECTIVE for phrase in self.phrases) or self._what != ""

    @property
    def is_of_directive(self) -> bool:
        """Whether it asks what only directives have: who signed, since when in force."""
        return any(phrase in OF_DIRECTIVE for phrase in self.phrases)

    @property
    def text(self) -> str:
        """What is asked, without courtesies, and with the question word that goes without saying."""
        said = [phrase for phrase in self.phrases if phrase not in _MANNERS]
        if any(phrase in ASKING or phrase in _ASKING_WEAKLY for phrase in said):
            return " ".join(said)
        of_directive = next((phrase for phrase in said if phrase in OF_DIRECTIVE), "")
        return " ".join(filter(None, [*said, OF_DIRECTIVE.get(of_directive) or _HAS.get(self._what, "")]))

    @property
    def keeps_matter(self) -> bool:
        """Whether what was asked of the subject before still counts: "từ khi nào?" behind a question for a fee."""
        return not self._what and not _OF_THE_MATTER.isdisjoint(self.phrases)

    @property
    def _what(self) -> str:
        return next((phrase for phrase in self.phrases if phrase in _HAS or phrase in _DONE), "") or next(
            (phrase for phrase in self.phrases if phrase in _DONE_TO_ANYTHING and len(self.phrases) > 1), ""
        )


def read_request(words: Sequence[str], *, marked: bool) -> Request | None:
    """The request that words are; None where one of them makes it a question of its own."""
    phrases = _WORDS.phrases(words, marked=marked)
    return Request(phrases) if phrases else None


def subject_words(words: Sequence[str], *, marked: bool, matter: bool) -> slice:
    """Which words of a question tell what it is about: all but those at either end that ask something of it.

    `matter`: the fee, fine or deadline asked for belongs to it.
    """
    start, end = 0, len(words)
    opening, closing = (_OPENING_WITH_MATTER, _CLOSING_WITH_MATTER) if matter else (_OPENING, _CLOSING)
    while start < end and (found := opening.at_start(words[start:end], marked=marked)):
        start += len(found.split())
    while start < end and (found := closing.at_end(words[start:end], marked=marked)):
        end -= len(found.split())
    return slice(start, end)


def request_start(words: Sequence[str], *, marked: bool) -> int:
    """Where the words begin that ask at the end of a question; its length where it does not end so."""
    end = len(words)
    while end and (found := _CLOSING.at_end(words[:end], marked=marked)):
        end -= len(found.split())
    return end or len(words)
