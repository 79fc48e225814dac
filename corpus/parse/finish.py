"""The last step of every parser: what was found on a page becomes an article, or is refused."""

from datetime import datetime

from config.errors import InputError
from corpus.clean import tidy
from corpus.models import Article, Attachment
from corpus.parse.legacy import to_unicode
from corpus.parse.quality import check_readable

MAX_TITLE = 300  # code points; the longest of 3,103 titles of portal and news articles has 255
_ENDS_OF_PROSE = (".", "!", "?", "…", ";", ":")


def finished(
    *,
    title: str,
    published: datetime | None,
    source: str,
    body: str,
    issuer: str | None = None,
    attachments: tuple[Attachment, ...] = (),
) -> Article:
    """The article of these parts, in Unicode and tidied: NFC, no invisible characters, no runs of blank lines.

    Where no title was found the first line is the title too. Give the parts as they were found: tidied before, they
    have lost the TCVN3 letters that look like soft hyphens.

    Raises:
        InputError: the page has no body, none beside its title, or its text is garbage.
    """
    title, _, body = to_unicode(f"{' '.join(title.split())}\n{body}").partition("\n")  # one tells of the other's font
    title, text = " ".join(tidy(title).split()), tidy(body)
    if not text:
        raise InputError(
            "trang chỉ có phần khung (tiêu đề, nút, QR), không có nội dung; hãy in lại trang có thân bài",
            "only page furniture (title, buttons, QR), no body; print the page again with its text",
        )
    if text == title and len(text) <= MAX_TITLE and not text.endswith(_ENDS_OF_PROSE):
        raise InputError(
            "trang chỉ có một dòng tiêu đề, không có nội dung; hãy lưu lại trang có thân bài",
            "only a line of title, no body; save the page again with its text",
        )
    check_readable(f"{title}\n{text}")
    return Article.create(
        title=_shortened(title or text.partition("\n")[0]),
        published=published,
        source=source,
        text=text,
        issuer=issuer,
        attachments=attachments,
    )


def _shortened(title: str) -> str:
    return title if len(title) <= MAX_TITLE else title[:MAX_TITLE].rsplit(" ", 1)[0] + " …"
