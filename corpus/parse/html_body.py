"""Which blocks of a page are the article: its title, its body, and the links to files beside it.

Where the body stands is measured, not looked up by the names of portals: the element around which most unlinked
prose gathers. It reaches back to the title and on to the first label, list of links or footer behind it.
"""

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import takewhile

from lxml.html import HtmlElement

from corpus.parse.dates import is_labelled, iso_moment, moment_beside_name, shown_moment
from corpus.parse.finish import MAX_TITLE
from corpus.parse.html_blocks import Block, is_stamp
from corpus.parse.letterhead import HEAD_LINES, is_heading, is_number, read_letterhead
from corpus.references import find_references

SHORTEST_PROSE = 25  # code points of a block that counts as prose when the body is looked for
_SHORTEST_TITLE, _LONG_TITLE = 10, 25  # code points
_TITLE_REACH = 40  # blocks before the body among which its title is looked for
_HEAD_REACH = 12  # blocks between the beginning of the body and the national heading of a document
_LONGEST_STAMP, _LONGEST_BYLINE = 100, 80  # code points
_SHARES = (1.0, 1.0, 0.6, 0.36, 0.216, 0.13, 0.078)  # of a block's prose for its element, its parent and so on
_ENDS_OF_SENTENCE = (".", "!", "?", ";", ":")
_BYLINE = re.compile(
    r"\W*(?:(?:được\s+)?(?:đăng|gửi|viết)\s+bởi|(?:tác\s+giả|người\s+(?:đăng|gửi|viết)|chuyên\s+mục)\s*:|by\s|posted\b)",
    re.IGNORECASE,
)
_HEADINGS = {"h1": 3.0, "h2": 2.0, "h3": 1.5, "h4": 1.0}
_TITLE_NAME = re.compile(r"title|tieu-?_?de|headline|(?:^|[\s_-])td(?:$|[\s_-])", re.IGNORECASE)
_FRAME_NAME = re.compile(
    r"portlet|site-?title|page-?title-?sep|folder|widget|module-?title|titlelogo|dnnTITLE", re.IGNORECASE
)
_SITE_NAME = re.compile(
    r"(?:cổng|trang)\s+(?:thông\s+tin|tin)(?:\s+điện\s+tử)?"
    r"(?:\s+(?:thành\s+phố|tỉnh|quận|huyện|thị\s+xã|phường|xã|sở|ủy\s+ban|ubnd|chính\s+phủ)\b.{0,60})?",
    re.IGNORECASE,
)

_LIST_LABEL = re.compile(
    r"(?:(?:các|những)\s+)?(?:tin|bài|bài\s+viết|tin\s+bài|tin\s+tức|văn\s+bản|thông\s+tin|thông\s+báo|xem|đọc)?\s*"
    r"(?:khác|(?:có\s+)?liên\s+quan|đã\s+(?:đưa|đăng)|cùng\s+(?:chuyên\s+)?(?:mục|chủ\s+đề|loại|lĩnh\s+vực)|mới\s+(?:hơn|nhất)"
    r"|cũ\s+hơn|mới|thêm|(?:đọc|xem)\s+nhiều(?:\s+nhất)?|nổi\s+bật|tiếp\s+theo|trước\s+đó)"
    r"(?:\s+(?:tin|bài|ngày|của)\b.{0,30})?\s*(?:[:»>.…(].{0,20})?|ý\s+kiến\s+bạn\s+đọc.*|(?:gửi\s+)?bình\s+luận.*|chia\s+sẻ.{0,20}"
    r"|(?:từ\s+khóa|tags?|thẻ|chuyên\s+mục|xem\s+theo\s+ngày|liên\s+kết(?:\s+web(?:site)?)?)\s*:?.{0,80}|thống\s+kê(?:\s+truy\s+cập)?",
    re.IGNORECASE,
)
FILE_LABEL = re.compile(
    r"(?:(?:các|danh\s+sách)\s+)?(?:tệp|file|tài\s+liệu|văn\s+bản|tập\s+tin|phụ\s+lục)?\s*(?:tin\s+)?(?:đính|gửi)\s+kèm(?:\s+theo)?"
    r"|(?:tải|download)\s*(?:về|xuống|file|tệp|văn\s+bản)?|(?:file|tệp)(?:\s+tin)?",
    re.IGNORECASE,
)
_FOOTER = re.compile(
    r"(?:cơ\s+quan|đơn\s+vị)\s+(?:chủ\s+quản|quản\s+lý)\b|(?:bản\s+quyền|giấy\s+phép|copyright|©|chịu\s+trách\s+nhiệm\s+(?:về\s+|chính|nội\s+dung))"
    r"|(?:trụ\s+sở|địa\s+chỉ|điện\s+thoại|email|fax)\s*:|(?:®\s*)?ghi\s+rõ\s+nguồn|(?:tổng\s+)?(?:số\s+)?lượt\s+truy\s+cập|đang\s+(?:online|truy\s+cập)",
    re.IGNORECASE,
)
_TOOL = re.compile(
    r"\W*(?:(?:bản\s+)?in(?:\s+(?:ra|trang|bài|bài\s+viết))?(?:\s+này)?|bản\s+in|quay\s+lại|trở\s+(?:về|lại)|về\s+đầu\s+trang|lên\s+đầu\s+trang"
    r"|gửi\s+(?:email|mail|cho\s+bạn(?:\s+bè)?|bài\s+viết|phản\s+hồi)|email|chia\s+sẻ|facebook|twitter|zalo|google\s*\+?|print|share"
    r"|(?:cỡ|kích\s+thước)\s+chữ\s*:?|a\s?[-+]|nghe(?:\s+đọc)?\s+bài(?:\s+viết)?|đọc\s+bài(?:\s+viết)?|lưu(?:\s+bài)?|đánh\s+giá"
    r"|theo\s+dõi.{0,30}google\s+news|(?:số\s+)?(?:lượt|lần|người)(?:\s+người)?\s+(?:xem|đọc|truy\s+cập)\s*:?\s*[\d.,]*|xem\s+với\s+cỡ\s+chữ"
    r"|(?:xem\s+)?chi\s+tiết(?:\s+tại\s+đây)?|aa|đăng\s+nhập\s+để\s+(?:gửi|bình\s+luận|xem|trả\s+lời).{0,30})\W*",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Body:
    """What of a page is the article.

    `title` is the block of the title, None where the page shows none; `first` and `last` bound the blocks that
    belong to it, dates and file links included; `kept` are those of its text, `listed` the lists of links among them.
    """

    title: Block | None
    first: int
    last: int
    kept: tuple[Block, ...]
    listed: frozenset[Block] = frozenset()


def find_body(blocks: Sequence[Block], names: Sequence[str]) -> Body:
    """The article among the blocks of a page; `names` are the titles its metadata gives, best first."""
    weights = _weights(blocks)
    anchor = _anchor(blocks, weights)
    around = set() if anchor is None else set(anchor.iter())
    inside = [at for at, block in enumerate(blocks) if block.element in around]
    if anchor is None or not inside:
        return Body(None, 0, 0, ())
    start = next((at for at in inside if weights[at]), inside[0])
    head_at = _letterhead(blocks, inside[0], start, anchor)
    title_at = find_title(blocks, start, names) if head_at is None else _title_above(blocks, head_at, names)
    title = None if title_at is None else blocks[title_at]
    begins = inside[0] if head_at is None else min(head_at, inside[0])
    first = begins if title_at is None else title_at + 1
    last = _end(blocks, first, inside[-1] + 1, anchor if title is None else common(title.element, anchor))
    kept = _Text(title).read(blocks[first:last])
    listed = _listed_links(kept)
    _drop_tail(kept, listed)
    if 2 * sum(bool(_FOOTER.match(block.text)) for block in kept) >= len(kept):  # nothing but the page's footer
        return Body(None, 0, 0, ())
    return Body(title, first, last, tuple(kept), frozenset(listed))


def same_words(one: str, other: str) -> bool:
    """Whether two titles differ in case, marks of punctuation and spaces at most."""
    return _words(one) == _words(other) != []


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text.casefold())


# --------------------------------------------------------------------------------------------------------- the body


def _weights(blocks: Sequence[Block]) -> list[int]:
    """Code points of prose of every block; none for links, nor for the summary of another page under its title."""
    weights = []
    teased: HtmlElement | None = None
    for at, block in enumerate(blocks):
        prose = prose_of(block)
        if block.is_link and len(block.text) >= SHORTEST_PROSE:
            prose, teased = 0, _teaser(blocks, at)
        elif prose and teased is not None:
            prose, teased = 0 if within(block.element, teased) else prose, None
        weights.append(prose)
    return weights


def prose_of(block: Block) -> int:
    """Code points of prose: what is no link, less as much as is, but in a sentence that begins without one."""
    prose = len(block.text) - block.linked
    if block.linked and not (block.text.endswith(_ENDS_OF_SENTENCE) and _begins_unlinked(block)):
        prose -= block.linked
    return 0 if prose < SHORTEST_PROSE or _FOOTER.match(block.text) or block_moment(block) else prose


def _begins_unlinked(block: Block) -> bool:
    return block.inner.tag != "a" and next(block.inner.iterancestors("a"), None) is None


def _teaser(blocks: Sequence[Block], at: int) -> HtmlElement | None:
    """The element that holds a linked title and its summary; None where other text stands beside the title."""
    element = blocks[at].element
    beside = (*blocks[max(at - 1, 0) : at], *blocks[at + 1 : at + 2])
    return None if any(within(block.element, element) for block in beside) else element.getparent()


def _anchor(blocks: Sequence[Block], weights: Sequence[int]) -> HtmlElement | None:
    """The element most prose gathers around: a block counts fully for its element and parent, less further up."""
    scores: dict[HtmlElement, float] = defaultdict(float)
    for block, weight in zip(blocks, weights, strict=True):
        if not weight:
            continue
        element: HtmlElement | None = block.element
        for share in _SHARES:
            if element is None:
                break
            scores[element] += weight * share
            element = element.getparent()
    return max(scores, key=scores.__getitem__, default=None)


def within(element: HtmlElement, outer: HtmlElement) -> bool:
    """Whether one element is the other or stands in it."""
    return element is outer or any(ancestor is outer for ancestor in element.iterancestors())


def common(one: HtmlElement, other: HtmlElement) -> HtmlElement:
    """The innermost element that holds both."""
    above = {one, *one.iterancestors()}
    return next(element for element in [other, *other.iterancestors()] if element in above)


def _end(blocks: Sequence[Block], first: int, anchored: int, outer: HtmlElement) -> int:
    """Where the article ends: behind the anchor, at the first block that is outside, a label, a link or a footer."""
    at = max(first, anchored)
    around = set(outer.iter())
    while at < len(blocks) and blocks[at].element in around:
        block = blocks[at]
        if is_label_of_list(block) or _FOOTER.match(block.text):
            break
        if block.is_link and not (is_file_link(block) or _is_aside(block)):
            listed = _listed(blocks, at)
            if not listed:
                break
            at += len(listed)
            continue
        at += 1
    return at


def is_label_of_list(block: Block) -> bool:
    """Whether a block heads a list of other pages, or what readers say."""
    return bool(_LIST_LABEL.fullmatch(block.text))


def _listed(blocks: Sequence[Block], at: int) -> list[Block]:
    """The links from `at` on that the article itself lists: introduced by it, or the directives it is about."""
    lead, parent = blocks[at - 1] if at else None, blocks[at].element.getparent()
    if lead is None or lead.is_link or is_label_of_list(lead):
        return []
    behind = (blocks[behind] for behind in range(at, len(blocks)))
    links = list(takewhile(lambda block: block.is_link and block.element.getparent() is parent, behind))
    if lead.text.endswith(":"):
        return links if all(len(link.text) >= _SHORTEST_TITLE for link in links) else []
    is_prose = len(lead.text) >= SHORTEST_PROSE and not lead.bold
    return links if is_prose and all(find_references(link.text) for link in links) else []


def _listed_links(blocks: Sequence[Block]) -> set[Block]:
    """The links that the article itself lists."""
    found: set[Block] = set()
    for at, block in enumerate(blocks):
        if block.is_link and block not in found:
            found.update(_listed(blocks, at))
    return found


def is_file_link(block: Block) -> bool:
    """Whether a block names a file to fetch, perhaps under a label and with its size."""
    return FILE_LABEL.match(block.text) is not None or any(map(is_file, block.links))


_FILE = re.compile(r"\.(?:pdf|docx?|xlsx?|zip|rar)(?:$|[?#/&;])", re.IGNORECASE)


def is_file(url: str) -> bool:
    """Whether a link leads to a document: its ending may be followed by a query or stand in one."""
    return bool(_FILE.search(url))


def _is_aside(block: Block) -> bool:
    """A line about the page: tools, readers, date."""
    return bool(_TOOL.fullmatch(block.text)) or block_moment(block) is not None


def block_moment(block: Block) -> datetime | None:
    """The moment a block shows, to programs or to readers; None for prose."""
    is_prose = len(block.text) > _LONGEST_STAMP or block.text.endswith(_ENDS_OF_SENTENCE)
    return (None if is_prose else iso_moment(block.stated)) or shown_moment(block.text)


class _Text:
    """The text among an article's blocks: no tools, dates, file links, nor lists of other pages under their label."""

    def __init__(self, title: Block | None) -> None:
        self.kept: list[Block] = []
        self._title = title
        self._in_list = False
        self._has_begun = False
        self._day: date | None = None

    def read(self, blocks: Sequence[Block]) -> list[Block]:
        for at, block in enumerate(blocks):
            self._in_list = self._goes_on_list(block, blocks[at + 1] if at + 1 < len(blocks) else None)
            if self._in_list or _TOOL.fullmatch(block.text) or (is_file_link(block) and _only_files(block)):
                continue
            if self._is_head_line(blocks, at) if not self._has_begun else _is_called_date(block):
                continue
            self.kept.append(block)
            self._has_begun = self._has_begun or len(block.text) >= SHORTEST_PROSE
        return self.kept

    def _goes_on_list(self, block: Block, following: Block | None) -> bool:
        begins = is_label_of_list(block) and (following is None or following.linked > 0)
        return (begins or self._in_list) and (block.linked > 0 or len(block.text) < SHORTEST_PROSE)

    def _is_head_line(self, blocks: Sequence[Block], at: int) -> bool:
        """Whether a line before the prose is the date, the author or the title once more."""
        block = blocks[at]
        if block.cell is None or not self.kept:  # a table of data may have dates
            moment = block_moment(block) or moment_beside_name(block.text)
            if moment and (is_labelled(block.text) or self._day in {None, moment.date()}):
                self._day = moment.date()  # another day is one of a timetable
                return True
        is_title = self._title is not None and same_words(block.text, self._title.text)
        return is_title or _is_byline(block) or _is_beside_date(blocks, at)


def _is_called_date(block: Block) -> bool:
    """A date within the prose that is called that of publishing."""
    if block.cell is not None or block_moment(block) is None:
        return False
    return is_labelled(block.text) or is_stamp(block.element) or is_stamp(block.inner)


def _is_beside_date(blocks: Sequence[Block], at: int) -> bool:
    """A short line, the section's name, in an element that holds the date and no prose behind it."""
    element = blocks[at].element
    if len(blocks[at].text) >= SHORTEST_PROSE or any(block.element is element for block in blocks[at + 1 : at + 3]):
        return False
    beside = (*blocks[max(at - 1, 0) : at], *blocks[at + 1 : at + 2])
    return any(
        block.element is not element and block_moment(block) and within(block.element, element) for block in beside
    )


def _drop_tail(blocks: list[Block], listed: set[Block]) -> None:
    """Drops the dates and links at the end, which lead away, but for those that the article lists."""
    while blocks:
        last = blocks[-1]
        is_introduced = len(blocks) > 1 and blocks[-2].text.endswith(":")
        is_date = last.cell is None and not is_introduced and block_moment(last) is not None
        if not is_date and (not last.is_link or last in listed):
            break
        blocks.pop()


def _is_byline(block: Block) -> bool:
    named = f"{block.inner.get('class', '')} {block.element.get('class', '')}"
    return len(block.text) < _LONGEST_BYLINE and ("author" in named or bool(_BYLINE.match(block.text)))


def _only_files(block: Block) -> bool:
    rest = FILE_LABEL.sub("", block.text, count=1)
    return len(rest) - block.linked < SHORTEST_PROSE


# -------------------------------------------------------------------------------------------------------- the title


def find_title(blocks: Sequence[Block], start: int, names: Sequence[str]) -> int | None:
    """Which block up to `start`, where the body begins, is the title; None where none looks like one."""
    near = range(max(0, start - _TITLE_REACH), min(start + 1, len(blocks)))
    scores = {at: _title_score(blocks[at], names) - 0.1 * (start - at) for at in near}
    best = max(scores, key=scores.__getitem__, default=None)
    return best if best is not None and scores[best] >= 1 else None


def _letterhead(blocks: Sequence[Block], inside: int, start: int, anchor: HtmlElement) -> int | None:
    """Where the head of an administrative document begins that stands before the prose; None without one."""
    near = range(max(0, inside - _HEAD_REACH), min(inside + _HEAD_REACH, len(blocks)))
    at = next((at for at in near if is_heading(blocks[at].text)), None)
    if at is None or (start < at and blocks[start].text.endswith(_ENDS_OF_SENTENCE)):
        return None
    holder = next(blocks[at].element.iterancestors("table"), blocks[at].element.getparent())
    around = common(blocks[at].element, anchor) if within(blocks[at].element, anchor) else holder
    while at and _is_of_head(blocks[at - 1]) and within(blocks[at - 1].element, around):
        at -= 1
    lines = "\n".join(block.text for block in blocks[at : at + HEAD_LINES])
    return at if read_letterhead(lines).title else None  # a portal's banner has the heading, but no number or kind


def _is_of_head(block: Block) -> bool:
    """The issuing body, the number, a rule of dashes: what stands left of the national heading."""
    if block.linked or block.inner.tag in _HEADINGS or block.element.tag in _HEADINGS:
        return False
    return block.text.isupper() or is_number(block.text) or not any(map(str.isalnum, block.text))


def _title_above(blocks: Sequence[Block], head_at: int, names: Sequence[str]) -> int | None:
    """The title a page gives a document, above its head; a short one names a section."""
    at = find_title(blocks, head_at - 1, names) if head_at else None
    is_near = at is not None and head_at - at <= _HEAD_REACH
    return at if is_near and len(blocks[at or 0].text) >= _LONG_TITLE else None


def _title_score(block: Block, names: Sequence[str]) -> float:
    if not _SHORTEST_TITLE <= len(block.text) <= MAX_TITLE or block.text.endswith((".", ":", ";")):
        return -1
    if _LIST_LABEL.fullmatch(block.text):
        return -1
    around = list(dict.fromkeys([block.inner, *block.inner.iterancestors()]))[: _depth(block) + 3]
    called = " ".join(f"{element.get('class', '')} {element.get('id', '')}" for element in around)
    score = max((_HEADINGS.get(str(element.tag), 0.0) for element in around), default=0.0)
    if any(same_words(name, block.text) for name in names):
        score += 5 if len(block.text) >= _LONG_TITLE else 1.5  # a short part may be the section's name
    score += 2 * bool(_TITLE_NAME.search(called)) + 1.2 * block.bold + 1.5 * any(map(_is_large, around))
    is_site = _SITE_NAME.fullmatch(block.text)  # a title that begins so still wins where no other is as near
    return score - 6 * bool(_FRAME_NAME.search(called)) - 8 * bool(is_site) - 3 * block.is_link


def _depth(block: Block) -> int:
    """How many elements within the line the first word stands in."""
    above = [block.inner, *block.inner.iterancestors()]
    return next((depth for depth, element in enumerate(above) if element is block.element), 0)


def _is_large(element: HtmlElement) -> bool:
    return element.tag == "font" and element.get("size", "").lstrip("+").strip() in set("3456")
