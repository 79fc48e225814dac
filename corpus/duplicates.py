"""The same article twice: found by MinHash, judged by what changed between the two texts.

A city publishes notices that are alike to the letter but for a number, a name or a day, and each of them answers
questions of its own. So likeness only proposes; two articles are versions of one when a re-post or a correction
explains every word that differs. In doubt they are different articles, and both are kept.

Figures beside the constants: bench/duplicates.py and docs/experiments.md.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from difflib import SequenceMatcher
from enum import Enum
from typing import NewType

import numpy as np

from corpus.models import Article
from corpus.sentences import sentence_spans

SHINGLE = 3  # syllables; longer ones let two corrected figures in a short notice hide it
PERMUTATIONS = 128  # 512 bytes an article; the estimate is off by 0.04 (standard deviation) at NEAR
BANDS, ROWS = (
    32,
    4,
)  # at NEAR a pair shares a band with 1 - (1 - 0.7^4)^32 = 0.9998, at 0.6 with 0.988, at 0.1 with 0.003
NEAR = 0.7  # of shingles for candidates, of words for versions; what shares less is told anew
_SEED = 1  # of the permutations; a change of it, or of any constant above, wants every stored signature made again
_BATCH = 4096  # shingles hashed at once: 2 MB an array, whatever the length of the text

_CORRECTION = timedelta(days=3)  # a weekly notice comes again after 7
_CORRECTED = 3  # distinct places that one correction touches, at most
_ALIGNED = 600  # words; more than that changed on both sides is a rewriting, and comparing them would take seconds
_MISSPELT = 30  # letters; what is longer than a few syllables is no slip
_SPELLING = 0.85  # likeness of the letters of a word misspelt: ham/tham, nganh/nghanh; not phuong/thuong, bay/ba

# What stands before a number that names a thing; the same number before a unit would be a quantity.
_NUMBERED = frozenset(
    """
    số thứ ngày tháng năm tuần quý kỳ kì đợt lần khóa khoá phiên quyển tập tổ khu lô thửa tờ gói phường quận ấp thôn
    điều khoản điểm mục chương phần mẫu biểu bảng lớp hạng cấp bậc loại nhóm phòng nhà ngõ ngách hẻm km tuyến đường
    """.split()
)
_NUMBER_WORDS = frozenset("một hai ba bốn tư năm sáu bảy tám chín mười nhất nhì cn đầu cuối".split())
_UNITS = frozenset(  # or the first syllable of one: học sinh, trường hợp, hồ sơ, phần trăm
    """
    % đồng đ vnđ usd nghìn ngàn trăm triệu tỷ tỉ ha m m2 m3 km km2 cm kg tấn tạ lít người hộ học cháu em trường hồ
    đơn lượt ca suất phần ngày tháng năm
    """.split()
)
_TOKEN = re.compile(r"[^\W_]+|%")
_CREDIT = re.compile(r"\W*(?:theo|nguồn|ảnh|bài|tin|tác giả|thực hiện)\b[^\d\n]*", re.IGNORECASE)
_CREDIT_WORDS = 8
_PAGE = re.compile(r"https?://[^/\s]+/+[^/\s]", re.IGNORECASE)  # a host alone is a portal, not an article's address

Signature = NewType("Signature", bytes)


class Judgement(Enum):
    """What a new article is to an old one."""

    DIFFERENT = "different"
    SUPERSEDES = "supersedes"  # versions of one article, the new one is current
    OLDER = "older"  # versions of one article, the old one stays current


def signature(text: str) -> Signature:
    """MinHash of the text's syllable triples: casefolded, marks kept, punctuation and leading zeros ignored.

    datasketch's scheme "affine32" over SHA-1 with a fixed seed, 128 values of 32 bits, little-endian: the same bytes in
    every process and on every machine.
    """
    from datasketch import MinHash  # noqa: PLC0415  brings scipy, which only adding needs

    sketch = MinHash(num_perm=PERMUTATIONS, seed=_SEED, scheme="affine32")
    shingles = list(_shingles([*_forms(text)]))
    for start in range(0, len(shingles), _BATCH):
        sketch.update_batch(shingles[start : start + _BATCH])
    return Signature(sketch.hashvalues.astype("<u4").tobytes())


def _shingles(words: Sequence[str]) -> set[bytes]:
    """Every run of three words; of a shorter text the whole."""
    last = max(1, len(words) - SHINGLE + 1)
    return {" ".join(words[at : at + SHINGLE]).encode() for at in range(last)}


def bands(of: Signature) -> tuple[int, ...]:
    """32 keys, signed 64-bit: articles that share one are candidates. Keys of different bands differ."""
    width = len(of) // BANDS
    parts = (bytes([band]) + of[band * width : (band + 1) * width] for band in range(BANDS))
    return tuple(int.from_bytes(hashlib.blake2b(part, digest_size=8).digest(), "little", signed=True) for part in parts)


def similarity(a: Signature, b: Signature) -> float:
    """Estimated Jaccard similarity of the shingles of two texts, 0 to 1."""
    return float(np.mean(np.frombuffer(a, "<u4") == np.frombuffer(b, "<u4")))


def judge(new: Article, old: Article, *, same_place: str | None) -> Judgement:
    """Whether two articles are versions of one, and which is current.

    `same_place` is the URL or file path that both came from, None where they came from different ones. There what is
    said now counts, whatever its date; but a file's name is used again for other articles, so the text must tell.
    Of different places that agree in all they both say, the one that says more is current, else the one published
    later, or the one added later. Takes time linear in the texts.
    """
    if same_place and _PAGE.match(same_place):
        return Judgement.SUPERSEDES
    if same_place is None and not _same_title(new, old):  # most pairs end here, for a hundredth of the time below
        return Judgement.DIFFERENT
    change = _compare(new.text, old.text)
    if change is None or _attachments_differ(new, old) or not _explained(change, new, old, same_place is not None):
        return Judgement.DIFFERENT
    if same_place is not None:
        return Judgement.SUPERSEDES
    if not change.corrected and change.more != change.less:
        return Judgement.SUPERSEDES if change.more else Judgement.OLDER
    return _later(new, old)


def _later(new: Article, old: Article) -> Judgement:
    """By date; an undated copy is the poorer one."""
    if old.published and (new.published is None or new.published < old.published):
        return Judgement.OLDER
    return Judgement.SUPERSEDES


def _attachments_differ(new: Article, old: Article) -> bool:
    """Whether each has a file that the other has not: "see the attached file" is no text of its own."""
    ours, theirs = ({a.name.casefold() for a in article.attachments} for article in (new, old))
    return bool(ours - theirs and theirs - ours)


# ------------------------------------------------------------------------------------------------ what changed


class _Kind(Enum):
    PLAIN = 0
    QUANTITY = 1  # a number with its unit
    NAME = 2  # a number or a word that tells this article from its like: a name, a date, a document's number


@dataclass(frozen=True, slots=True)
class _Word:
    form: str
    kind: _Kind


Phrase = tuple[_Word, ...]


@dataclass(slots=True)
class _Change:
    """What tells a new text from an old one, spelling aside."""

    more: bool = False  # the new one says something that the old one does not
    less: bool = False
    inside: bool = False  # within sentences, not only whole ones
    corrected: set[tuple[str, str]] = field(default_factory=set)  # words, quantities: old and new
    renamed: set[tuple[str, str]] = field(default_factory=set)  # names, dates, numbers of things


def _compare(new: str, old: str) -> _Change | None:
    """What changed, or None where too much did."""
    ours, theirs = list(_sentences(new)), list(_sentences(old))
    sizes = sorted((_count(ours), _count(theirs)))
    added, dropped = _without(ours, theirs), _without(theirs, ours)
    if added and dropped:
        if max(_count(added), _count(dropped)) > _ALIGNED:
            return None
        pairs = list(_align(_words(dropped), _words(added)))
        change = _sum_up(pairs)
        common = _count(ours) - sum(len(after) for _, after in pairs)
    else:
        change = _Change(more=bool(added), less=bool(dropped))
        common = sizes[0]
    return change if common >= NEAR * sizes[1] else None


def _sum_up(pairs: Sequence[tuple[Phrase, Phrase]]) -> _Change:
    pairs = [pair for pair in pairs if not _misspelt(*pair)]
    change = _Change(inside=bool(pairs))
    change.less = any(not after for _, after in pairs)
    change.more = any(not before for before, _ in pairs)
    for before, after in pairs:
        if (before and after) or (change.less and change.more):
            names = any(word.kind is _Kind.NAME for word in (*before, *after))
            (change.renamed if names else change.corrected).add((_plain(before), _plain(after)))
    return change


def _explained(change: _Change, new: Article, old: Article, same_place: bool) -> bool:
    """Whether this change makes a re-post or a correction of one article, and not another article."""
    if same_place and not change.inside and not (change.more and change.less):
        return True  # the very file, its sentences unchanged: read better now, or added to, whatever title it gets
    same_title, soon = _same_title(new, old), _soon(new, old)
    if change.renamed:  # as in two notices of one form; unless the very file was changed at once, and in one thing
        return same_place and same_title and soon and len(change.renamed) == 1 and not change.corrected
    if change.inside:
        return same_title and (same_place or soon) and len(change.corrected) <= _CORRECTED
    # The same text stands under titles of different procedures, so without a place in common the title must agree too.
    return same_title or (same_place and not _sum_up(_titles(new, old)).renamed)


def _same_title(new: Article, old: Article) -> bool:
    """Whether the titles differ in spelling at most."""
    return all(_misspelt(*pair) for pair in _titles(new, old))


def _titles(new: Article, old: Article) -> list[tuple[Phrase, Phrase]]:
    return list(_align(_words([old.title]), _words([new.title])))


def _soon(new: Article, old: Article) -> bool:
    """Whether one was published so shortly after the other that it may correct it."""
    if new.published is None or old.published is None:
        return False
    return abs(new.published - old.published) <= _CORRECTION


def _misspelt(before: Phrase, after: Phrase) -> bool:
    """Whether the words differ in marks, spaces or a letter only, and none is a name or a number."""
    if any(word.kind is not _Kind.PLAIN for word in (*before, *after)):
        return False
    a, b = sorted((_plain(before, fold=True), _plain(after, fold=True)))
    if a == b:
        return True
    return max(len(a), len(b)) <= _MISSPELT and SequenceMatcher(None, a, b, autojunk=False).ratio() >= _SPELLING


def _plain(phrase: Phrase, *, fold: bool = False) -> str:
    if not fold:
        return " ".join(word.form for word in phrase)
    letters = unicodedata.normalize("NFD", "".join(word.form for word in phrase)).replace("đ", "d")
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


# ------------------------------------------------------------------------------------------------ sentences and words


def _forms(text: str) -> Iterator[str]:
    """The words of a text as they are compared: casefolded, numbers without leading zeros (05/3 is 5/3)."""
    for token in _TOKEN.findall(text):
        yield token.lstrip("0") or "0" if token.isdigit() else token.casefold()


def _sentences(text: str) -> Iterator[str]:
    """The sentences that hold words, without lines that say who wrote or printed them first."""
    for start, end in sentence_spans(text):
        sentence = text[start:end]
        if _TOKEN.search(sentence) and not _is_credit(sentence):
            yield sentence


def _is_credit(sentence: str) -> bool:
    return bool(_CREDIT.fullmatch(sentence)) and len(_TOKEN.findall(sentence)) <= _CREDIT_WORDS


def _count(sentences: Iterable[str]) -> int:
    return sum(len(_TOKEN.findall(sentence)) for sentence in sentences)


def _without(sentences: Sequence[str], others: Iterable[str]) -> list[str]:
    """The sentences that are not among the others, in order; one said twice must stand there twice."""
    there = Counter(tuple(_forms(other)) for other in others)
    left = []
    for sentence in sentences:
        forms = tuple(_forms(sentence))
        if there[forms]:
            there[forms] -= 1
        else:
            left.append(sentence)
    return left


def _align(before: Sequence[_Word], after: Sequence[_Word]) -> Iterator[tuple[Phrase, Phrase]]:
    """What stands in one only or otherwise in the other, as pairs of old and new words."""
    first, second = [word.form for word in before], [word.form for word in after]
    if first > second:  # the matcher sees other matches from the other side; what two texts are must not hang on order
        yield from ((old, new) for new, old in _align(after, before))
        return
    for what, a, b, c, d in SequenceMatcher(None, first, second, autojunk=False).get_opcodes():
        if what != "equal":
            yield tuple(before[a:b]), tuple(after[c:d])


def _words(sentences: Iterable[str]) -> list[_Word]:
    return [word for sentence in sentences for word in _words_of(sentence)]


def _words_of(sentence: str) -> Iterator[_Word]:
    written, forms = _TOKEN.findall(sentence), list(_forms(sentence))
    for at, form in enumerate(forms):
        if form[0].isdigit():
            yield _Word(form, _kind_of_number(forms, at))
        else:
            numbered = at > 0 and forms[at - 1] in _NUMBERED and form in _NUMBER_WORDS
            yield _Word(form, _Kind.NAME if numbered or _is_capital(written, at) else _Kind.PLAIN)


def _is_capital(written: Sequence[str], at: int) -> bool:
    """Whether the word bears a capital that is not the sentence's."""
    follows = written[at + 1] if at + 1 < len(written) else "A"
    return written[at][0].isupper() and (at > 0 or follows[0].isupper())


def _kind_of_number(forms: Sequence[str], at: int) -> _Kind:
    """A quantity has its unit behind it ("3,5 tỷ") and before it no noun that is numbered ("ngày 5 tháng")."""
    start = end = at
    while start and forms[start - 1].isdigit():
        start -= 1
    while end < len(forms) and forms[end].isdigit():
        end += 1
    counted = start > 0 and forms[start - 1] in _NUMBERED
    return _Kind.QUANTITY if end < len(forms) and forms[end] in _UNITS and not counted else _Kind.NAME
