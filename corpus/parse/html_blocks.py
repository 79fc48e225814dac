"""HTML as a list of text blocks, in the order of the page, each with the element it stands in."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from lxml import etree
from lxml.html import HtmlElement, HTMLParser, document_fromstring

from config.errors import InputError
from corpus.clean import normalise
from corpus.parse.layout import LAYOUT_MARKS

MAX_ELEMENTS = 200_000  # a law of 1 MB of text pasted from Word has under a tenth of that

_BLOCK_TAGS = frozenset(
    "address amp-img article aside blockquote body br caption center dd details div dl dt fieldset figcaption figure "
    "footer form h1 h2 h3 h4 h5 h6 header hr li main nav ol p pre section table tbody td tfoot th thead tr ul".split()
)
_UNSEEN_TAGS = frozenset(
    "amp-ad amp-sidebar applet audio button canvas embed iframe input link map marquee math menu meta nav noscript "
    "object option script select style svg template textarea title video xml".split()
)
_UNSEEN_STYLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
# What surrounds articles on portals, by words of class and id: whole words, then beginnings and parts of words.
_FURNITURE = re.compile(
    r"(?:^|[\s_-])(?:nav|navbar|navigation|menu|topnav|contextmenu|sidebar|footer|share|sharing|social|related"
    r"|comments?|discussion|tags?|pagination|pager|breadcrumbs?|ratings?|author-box|toolbar|tool|lienket)(?=$|[\s_-])"
    r"|breadcrumb|relatedposts|sharedaddy|sharethis|addthis|social-bookmark|taglib-rating|readcounter|hitcount"
    r"|printandback|linkstoweb|newsmore|othernews|othertitle|tin-?khac|tin-?lien-?quan|tinkhac|binh-?luan|wm-ipp|s4-ribbon|navlist"
    r"|quicklaunch|s4-search|asset-more|tags-links|cat-links|post-navigation|dnn_dnn",
    re.IGNORECASE,
)
_BOLD_TAGS = frozenset({"b", "strong", "h1", "h2", "h3", "h4", "h5", "h6"})
_CELL_TAGS = frozenset({"td", "th"})
_STAMP_TAGS = frozenset({"em", "i", "label", "small", "span"})
_STAMP_NAME = re.compile(r"date|time|thoi-?gian|author|(?:^|[\s_-])ngay", re.IGNORECASE)
_NEVER_FURNITURE = frozenset({"html", "body", "form", "main", "article", "table", "tbody"})
_FURNITURE_SHARE = 0.4  # an element with more of the page's unlinked text is no furniture, whatever it is called
_LONGEST_CELL = 400  # code points; a cell with more lays out the page
_PROSE_RUN = 40  # code points of one run of text that look like prose, not like a label


@dataclass(frozen=True, slots=True, eq=False)
class Block:
    """One line of text as a browser would break it: NFC, no invisible characters, single spaces.

    `element` is the innermost one that breaks lines, `inner` the innermost of all around the first word. `linked`
    counts the code points that are links, which lead to `links`; `bold` says that all of it is bold or a heading;
    `cell` is the cell of a table of data, if it stands in one; `stated` what its first <time> says to programs.
    """

    text: str
    element: HtmlElement
    inner: HtmlElement
    linked: int
    bold: bool
    links: tuple[str, ...] = ()
    cell: HtmlElement | None = None
    stated: str = ""

    @property
    def is_link(self) -> bool:
        """Whether nothing but a link stands here."""
        return self.linked >= 0.85 * len(self.text)


def tree_of(markup: str) -> HtmlElement:
    """The page's tree.

    Raises:
        InputError: no markup, too deep or too large.
    """
    parser = HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, huge_tree=True)
    parser.set_element_class_lookup(etree.ElementDefaultClassLookup(element=HtmlElement))  # lxml's own asks Python
    try:
        root = document_fromstring(markup.replace("\x00", "").encode(errors="replace"), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError):
        raise InputError(
            "trang HTML rỗng; hãy tải hoặc lưu lại trang rồi thêm lại",
            "an empty HTML page; fetch or save the page again",
        ) from None
    if any("depth" in entry.message for entry in parser.error_log.filter_from_fatals()):
        raise _unreadable("lồng quá sâu", "nested too deep")
    if sum(1 for _ in root.iter()) > MAX_ELEMENTS:
        raise _unreadable(f"có hơn {MAX_ELEMENTS} thẻ", f"has more than {MAX_ELEMENTS} elements")
    return root


def _unreadable(vi: str, en: str) -> InputError:
    return InputError(
        f"trang HTML {vi}, không phải bài viết thường; hãy lưu phần nội dung thành .txt rồi thêm lại",
        f"the HTML {en}, which no article is; save its text as .txt and add that",
    )


def drop_unseen(root: HtmlElement) -> None:
    """Takes out of the tree what a browser does not show as text: scripts, styles, fields of forms, hidden parts."""
    _drop(
        root,
        [e for e in root.iterdescendants() if e.tag in _UNSEEN_TAGS or _UNSEEN_STYLE.search(e.get("style", ""))],
    )


def drop_furniture(root: HtmlElement) -> None:
    """Takes out of the tree what stands around articles: menus, footers, shares, comments, other news."""
    prose = _prose(root)
    limit = prose[root] * _FURNITURE_SHARE
    _drop(root, [e for e in root.iterdescendants() if _is_called_furniture(e) and prose[e] <= limit])


def _drop(root: HtmlElement, elements: list[HtmlElement]) -> None:
    """Without drop_tree(), which handles texts one by one and refuses control characters."""
    for element in elements:
        element.tag = "dropped"
    etree.strip_elements(root, "dropped", with_tail=False)


def _is_called_furniture(element: HtmlElement) -> bool:
    if element.tag in _NEVER_FURNITURE:
        return False
    return bool(_FURNITURE.search(element.get("class", "")) or _FURNITURE.search(element.get("id", "")))


def _prose(root: HtmlElement) -> dict[HtmlElement, int]:
    """Code points of unlinked prose below every element."""
    counts: dict[HtmlElement, int] = dict.fromkeys(root.iter(), 0)
    for element in reversed(counts):
        parent = element.getparent()
        if element.tag == "a":
            counts[element] = 0
        else:
            counts[element] += _run(element.text)
        if parent is not None:
            counts[parent] += counts[element] + _run(element.tail)
    return counts


def _run(text: str | None) -> int:
    length = len(text.strip()) if text else 0
    return length if length >= _PROSE_RUN else 0


def blocks_of(root: HtmlElement) -> list[Block]:
    """Every block of text below `root`, in reading order."""
    return list(_Walk(root).blocks())


def line_breaker(element: HtmlElement) -> HtmlElement:
    """The innermost element around one that breaks lines."""
    return next((e for e in (element, *element.iterancestors()) if e.tag in _BLOCK_TAGS), element)


class _Run(NamedTuple):
    """Text without a tag inside."""

    text: str
    inside: HtmlElement
    link: str | None
    bold: bool


class _Walk:
    """One walk over the tree; runs of text gather until an element or a <br> breaks the line."""

    def __init__(self, root: HtmlElement) -> None:
        self._root = root
        self._places: list[HtmlElement] = [root]
        self._rows = _data_rows(root)
        self._cells: list[HtmlElement] = []
        self._links: list[str] = []
        self._bold = 0
        self._runs: list[_Run] = []
        self._stated = ""

    def blocks(self) -> Iterator[Block]:
        for event, element in etree.iterwalk(self._root, events=("start", "end")):
            breaks = element.tag in _BLOCK_TAGS or (element.tag in _STAMP_TAGS and is_stamp(element))
            if breaks:
                yield from self._flush()
            if event == "start":
                self._enter(element, breaks=breaks)
            else:
                self._leave(element, breaks=breaks)
        yield from self._flush()

    def _enter(self, element: HtmlElement, *, breaks: bool) -> None:
        tag = element.tag
        if breaks:
            self._places.append(element)
        if tag == "a":
            self._links.append(element.get("href", ""))
        elif tag in _BOLD_TAGS:
            self._bold += 1
        elif tag in _CELL_TAGS and element.getparent() in self._rows:
            self._cells.append(element)
        elif tag == "time":
            self._stated = self._stated or _stated(element)
        self._take(element.text, element)

    def _leave(self, element: HtmlElement, *, breaks: bool) -> None:
        tag = element.tag
        if breaks:
            self._places.pop()
        if tag == "a":
            self._links.pop()
        elif tag in _BOLD_TAGS:
            self._bold -= 1
        elif self._cells and self._cells[-1] is element:
            self._cells.pop()
        if (tail := element.tail) and element is not self._root:
            self._take(tail, element.getparent())

    def _take(self, text: str | None, inside: HtmlElement) -> None:
        if text and (self._runs or not text.isspace()):
            self._runs.append(_Run(text, inside, self._links[-1] if self._links else None, self._bold > 0))

    def _flush(self) -> Iterator[Block]:
        runs, self._runs = self._runs, []
        stated, self._stated = self._stated, ""
        if not runs or not (text := plain("".join([run.text for run in runs]))):
            return
        links = [run.link for run in runs if run.link]
        linked = len(" ".join("".join([run.text for run in runs if run.link]).split())) if links else 0
        bold = all(run.bold or run.text.isspace() for run in runs)
        cell = self._cells[-1] if self._cells else None
        yield Block(text, self._places[-1], runs[0].inside, linked, bold, tuple(dict.fromkeys(links)), cell, stated)


def _stated(time: HtmlElement) -> str:
    is_update = "updated" in (name := time.get("class", "")) and "published" not in name
    return "" if is_update else time.get("datetime", "")


def is_stamp(element: HtmlElement) -> bool:
    """Whether an element is called one that shows the date or the author, which style parts from its neighbours."""
    return bool(_STAMP_NAME.search(element.get("class", "")) or _STAMP_NAME.search(element.get("itemprop", "")))


def _data_rows(root: HtmlElement) -> set[HtmlElement]:
    """Rows of the tables that hold data: no table, long cell or letterhead inside, two filled cells side by side."""
    rows: set[HtmlElement] = set()
    for table in root.iter("table"):
        if next(table.iterdescendants("table"), None) is not None:
            continue
        texts = {row: [plain(cell.text_content()) for cell in row.iterchildren("td", "th")] for row in table.iter("tr")}
        cells = [text for row in texts.values() for text in row]
        side_by_side = any(sum(map(bool, row)) > 1 for row in texts.values())
        if (
            side_by_side
            and max(map(len, cells)) <= _LONGEST_CELL
            and not any(t.startswith(LAYOUT_MARKS) for t in cells)
        ):
            rows.update(texts)
    return rows


def plain(text: str) -> str:
    """The text as one line: NFC, no invisible characters, single spaces."""
    return " ".join(normalise(text).split())
