"""HTML pages of city portals.

1. decode: UTF-8 wherever the bytes are UTF-8, whatever is declared;
2. convert what stands in fonts of before Unicode (html_fonts.py), read what the head says (html_meta.py);
3. drop scripts, menus and comments, break the rest into blocks (html_blocks.py);
4. find title and body among them (html_body.py) and the date beside them (html_dates.py), refuse what is no article;
5. join the body's blocks: a line for each, a row of a table of data with " | " between its cells.
"""

import codecs
import re
from collections.abc import Sequence
from itertools import groupby

from lxml.html import HtmlElement

from config.errors import InputError
from corpus.models import CELLS, Article, Raw
from corpus.parse.finish import finished
from corpus.parse.html_blocks import Block, blocks_of, drop_furniture, drop_unseen, tree_of
from corpus.parse.html_body import Body, find_body
from corpus.parse.html_dates import find_published
from corpus.parse.html_fonts import convert_fonts
from corpus.parse.html_meta import Metadata, find_attachments, find_origin, find_owner
from corpus.parse.legacy import decode_eight_bit
from corpus.parse.letterhead import read_letterhead

_MARKS = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
_META_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w-]{3,20})", re.IGNORECASE)
_HEAD = 4096  # bytes in which a page declares its encoding
_LOST_SHARE = (
    1000  # one letter, and one in so many, may be broken in UTF-8: a server that cuts a summary cuts a letter in two
)
_SHORT = 600  # code points; a shorter text under a linked title is a summary of another page
_LINKS_OF_LIST = 3  # links as long as titles that make a list
_LINK_SHARE = 0.4  # of a body's text
_TITLE_LENGTH = 20  # code points from which a link reads like a title
_EMPTY = 200  # code points below which a page with scripts is an empty shell, one with a password a form

_LOGIN = re.compile(r"đăng\s+nhập|log\s?in|sign\s+in", re.IGNORECASE)
_MISSING = re.compile(
    r"(?:trang|bài\s+viết|nội\s+dung|địa\s+chỉ|đường\s+dẫn)\b.{0,40}\b(?:không\s+(?:tồn\s+tại|tìm\s+thấy)|đã\s+bị\s+xóa)"
    r"|không\s+tìm\s+thấy\s+(?:trang|bài|nội\s+dung)|\b(?:404|403|500|502|503)\b.{0,40}\b(?:not\s+found|error|lỗi|forbidden)"
    r"|(?:error|lỗi)\W{0,3}(?:404|403|50\d)\b|page\s+not\s+found|access\s+denied|server\s+error|service\s+unavailable",
    re.IGNORECASE,
)


def parse_html(raw: Raw) -> Article:
    """The article of a page.

    Raises:
        InputError: the page is a list of links, a form, an error page or an empty shell, or cannot be decoded.
    """
    root = tree_of(_decoded(raw))
    convert_fonts(root)
    metadata = Metadata(root)
    has_password = bool(root.xpath("//input[@type='password']"))
    has_script = next(root.iter("script"), None) is not None
    drop_unseen(root)
    owner = find_owner(root)
    drop_furniture(root)
    blocks = blocks_of(root)
    body = find_body(blocks, metadata.names)
    _check_shown(blocks, body, has_password=has_password, has_script=has_script)
    _check_list(blocks, body)
    text = _joined(body.kept)
    head = read_letterhead(text)
    return finished(
        title=body.title.text if body.title else head.title or next(iter(metadata.names), ""),
        published=find_published(blocks, body, metadata) or head.published,
        source=metadata.source(raw),
        body=text,
        issuer=head.issuer or find_origin(text) or owner or metadata.site,
        attachments=find_attachments(root, blocks, body, metadata, raw),
    )


# -------------------------------------------------------------------------------------------------------- decoding


def _decoded(raw: Raw) -> str:
    """The markup: by its byte order mark, else UTF-8 if it is UTF-8, else as declared, else as it looks."""
    data = raw.data
    for mark, encoding in _MARKS.items():
        if data.startswith(mark):
            return data.decode(encoding, errors="replace")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        pass
    declared = _META_CHARSET.search(data[:_HEAD])
    for name in (raw.charset or "", declared[1].decode("ascii", "replace") if declared else ""):
        if name.lower().startswith("utf-16"):
            return data.decode(name.lower() if name.lower() in {"utf-16le", "utf-16be"} else "utf-16", errors="replace")
    if (text := decode_eight_bit(data, convert=False)) is not None:
        return text
    text = data.decode("utf-8", errors="replace")
    if (text.count("\ufffd") - 1) * _LOST_SHARE <= len(text):
        return text.replace("\ufffd", "")
    raise InputError(
        "không nhận ra bảng mã của trang HTML (không phải UTF-8, Windows-1258, TCVN3 hay VNI); hãy mở trang trong"
        " trình duyệt rồi lưu thành .txt (UTF-8)",
        "the encoding of the HTML is not recognised (not UTF-8, windows-1258, TCVN3 or VNI); open the page in a browser"
        " and save it as .txt (UTF-8)",
    )


# -------------------------------------------------------------------------------------------------------- refusing


def _check_shown(blocks: Sequence[Block], body: Body, *, has_password: bool, has_script: bool) -> None:
    shown = sum(len(block.text) for block in blocks)
    words = sum(len(block.text) for block in body.kept)
    title = body.title.text if body.title else ""
    head = " ".join([title, *(block.text for block in body.kept[:3] or blocks[:5])])
    if words < _SHORT and _MISSING.search(head):
        raise _refused("trang báo lỗi (trang không tồn tại, máy chủ lỗi)", "an error page")
    if has_password and words < _SHORT and (not body.kept or _LOGIN.search(" ".join(block.text for block in blocks))):
        raise _refused("trang đăng nhập", "a login page")
    if not body.kept and has_script and shown < _EMPTY:
        raise _refused(
            "khung trang trống, nội dung chỉ hiện khi chạy JavaScript", "an empty shell filled by JavaScript"
        )


def _refused(vi: str, en: str) -> InputError:
    return InputError(
        f"đây có vẻ là {vi}, không phải bài viết; hãy mở địa chỉ trong trình duyệt, lưu trang có bài rồi thêm lại",
        f"this looks like {en}, not an article; open the address in a browser and add the page that shows the article",
    )


def _check_list(blocks: Sequence[Block], body: Body) -> None:
    """Refuses a home page or a section: titles that lead to other pages, with or without their summaries.

    Raises:
        InputError: always for such a page.
    """
    links = [block for block in blocks if block.is_link and len(block.text) >= _TITLE_LENGTH]
    inside = set(links) & set(body.kept) - body.listed
    words = sum(len(block.text) for block in body.kept)
    is_summary = body.title is not None and body.title.is_link and words < _SHORT
    is_list = len(inside) >= _LINKS_OF_LIST and sum(len(b.text) for b in inside) > _LINK_SHARE * words
    is_menu = words < _SHORT and body.title is None and len(links) >= _LINKS_OF_LIST
    if is_summary or is_list or is_menu or (not words and links):
        raise InputError(
            "trang là danh sách liên kết, không phải bài viết; để lấy các bài trong danh sách: chidao add --follow URL",
            "the page is a list of links, not an article; to take the articles behind them: chidao add --follow URL",
        )


# --------------------------------------------------------------------------------------------------------- joining


def _joined(blocks: Sequence[Block]) -> str:
    lines = []
    for _, row in groupby(blocks, key=_row):
        cells = [" ".join(block.text for block in cell) for _, cell in groupby(row, key=lambda block: block.cell)]
        lines.append(CELLS.join(cells))
    return "\n".join(lines)


def _row(block: Block) -> HtmlElement:
    """What a block shares its line with: the row of its table, else nothing."""
    return block if block.cell is None else block.cell.getparent()
