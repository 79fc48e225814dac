"""Which blocks of a page are the article: its title, its body, and the links to files beside it.

Where the body stands is measured, not looked up by the names of portals: the element around which most unlinked
prose gathers. It reaches back to the title and on to the first label, list of links or footer behind it.
"""

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from lxml.html import HtmlElement

from corpus.parse.dates import shown_moment
from corpus.parse.finish import MAX_TITLE
from corpus.parse.html_blocks import Block, plain

SHORTEST_PROSE = 25  # code points of a block that counts as prose when the body is looked for
_SHORTEST_TITLE, _LONG_TITLE = 10, 25  # code points
_TITLE_REACH = 40  # blocks before the body among which its title is looked for
_HEADINGS = {"h1": 3.0, "h2": 2.0, "h3": 1.5, "h4": 1.0}
_TITLE_NAME = re.compile(r"title|tieu-?_?de|headline|(?:^|[\s_-])td(?:$|[\s_-])", re.IGNORECASE)
_FRAME_NAME = re.compile(
    r"portlet|site-?title|page-?title-?sep|folder|widget|module-?title|titlelogo|dnnTITLE", re.IGNORECASE
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
    r"|xem\s+chi\s+tiết(?:\s+tại\s+đây)?|aa)\W*",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Body:
    """What of a page is the article.

    `title` is the block of the title, None where the page shows none; `first` and `last` bound the blocks that
    belong to it, dates and file links included; `kept` are those of its text.
    """

    title: Block | None
    first: int
    last: int
    kept: tuple[Block, ...]


def find_body(blocks: Sequence[Block], names: Sequence[str]) -> Body:
    """The article among the blocks of a page; `names` are the titles its metadata gives, best first."""
    weights = _weights(blocks)
    anchor = _anchor(blocks, weights)
    inside = [at for at, block in enumerate(blocks) if _within(block.element, anchor)] if anchor is not None else []
    if not inside:
        return Body(None, 0, 0, ())
    start = next((at for at in inside if weights[at]), inside[0])
    title_at = find_title(blocks, start, names)
    first = inside[0] if title_at is None else title_at + 1
    last = _end(
        blocks, first, inside[-1] + 1, _common(blocks[title_at].element, anchor) if title_at is not None else anchor
    )
    title = None if title_at is None else blocks[title_at]
    kept = _text_blocks(blocks[first:last], title)
    if 2 * sum(bool(_FOOTER.match(block.text)) for block in kept) >= len(kept):  # nothing but the page's footer
        return Body(None, 0, 0, ())
    return Body(title, first, last, tuple(kept))


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
    for block in blocks:
        prose = len(block.text) - 2 * block.linked
        if block.is_link and len(block.text) >= SHORTEST_PROSE:
            prose, teased = 0, _teaser(block)
        elif prose < SHORTEST_PROSE or _FOOTER.match(block.text):
            prose = 0
        elif teased is not None:
            prose, teased = 0 if _within(block.element, teased) else prose, None
        weights.append(prose)
    return weights


def _teaser(block: Block) -> HtmlElement | None:
    """The element that holds a linked title and its summary; None where other text stands beside the title."""
    alone = plain(block.element.text_content()) == block.text
    return block.element.getparent() if alone else None


def _anchor(blocks: Sequence[Block], weights: Sequence[int]) -> HtmlElement | None:
    """The element most prose gathers around: a block counts fully for its element and parent, less further up."""
    scores: dict[HtmlElement, float] = defaultdict(float)
    for block, weight in zip(blocks, weights, strict=True):
        if not weight:
            continue
        share = 1.0
        for depth, element in enumerate([block.element, *block.element.iterancestors()]):
            scores[element] += weight * share
            share *= 1.0 if depth == 0 else 0.6
            if share < 0.05:
                break
    return max(scores, key=scores.__getitem__, default=None)


def _within(element: HtmlElement, outer: HtmlElement) -> bool:
    return element is outer or any(ancestor is outer for ancestor in element.iterancestors())


def _common(one: HtmlElement, other: HtmlElement) -> HtmlElement:
    """The innermost element that holds both."""
    above = {one, *one.iterancestors()}
    return next(element for element in [other, *other.iterancestors()] if element in above)


def _end(blocks: Sequence[Block], first: int, anchored: int, outer: HtmlElement) -> int:
    """Where the article ends: behind the anchor, at the first block that is outside, a label, a link or a footer."""
    at = max(first, anchored)
    while at < len(blocks) and _within(blocks[at].element, outer):
        block = blocks[at]
        if _LIST_LABEL.fullmatch(block.text) or _FOOTER.match(block.text):
            break
        if block.is_link and not (is_file_link(block) or _is_aside(block)):
            break
        at += 1
    return at


def is_file_link(block: Block) -> bool:
    """Whether a block names a file to fetch, perhaps under a label and with its size."""
    return FILE_LABEL.match(block.text) is not None or (block.linked > 0 and links_to_file(block.element))


def links_to_file(element: HtmlElement) -> bool:
    """Whether there is a link to a document inside."""
    return any(is_file(link.get("href", "")) for link in element.iter("a"))


_FILE = re.compile(r"\.(?:pdf|docx?|xlsx?|zip|rar)(?:$|[?#/&;])", re.IGNORECASE)


def is_file(url: str) -> bool:
    """Whether a link leads to a document: its ending may be followed by a query or stand in one."""
    return bool(_FILE.search(url))


def _is_aside(block: Block) -> bool:
    """A line about the page: tools, readers, date."""
    return bool(_TOOL.fullmatch(block.text)) or shown_moment(block.text) is not None


def _text_blocks(blocks: Sequence[Block], title: Block | None) -> list[Block]:
    """The text among the blocks: without tools, dates, file links, and lists of other pages under their label."""
    kept: list[Block] = []
    in_list = False
    for at, block in enumerate(blocks):
        following = blocks[at + 1] if at + 1 < len(blocks) else None
        if _LIST_LABEL.fullmatch(block.text) and (following is None or following.linked):
            in_list = True
        in_list = in_list and (block.linked > 0 or len(block.text) < SHORTEST_PROSE)
        is_aside = _is_aside(block) and (block.cell is None or not kept)  # a table of data may have a column of dates
        if in_list or is_aside or (is_file_link(block) and _only_files(block)):
            continue
        if not kept and (_is_byline(block) or (title is not None and same_words(block.text, title.text))):
            continue
        kept.append(block)
    while kept and kept[-1].is_link:
        kept.pop()
    return kept


def _is_byline(block: Block) -> bool:
    return "author" in block.inner.get("class", "") and len(block.text) < SHORTEST_PROSE


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
    return score - 6 * bool(_FRAME_NAME.search(called)) - 3 * block.is_link


def _depth(block: Block) -> int:
    """How many elements within the line the first word stands in."""
    above = [block.inner, *block.inner.iterancestors()]
    return next((depth for depth, element in enumerate(above) if element is block.element), 0)


def _is_large(element: HtmlElement) -> bool:
    return element.tag == "font" and element.get("size", "").lstrip("+").strip() in set("3456")
