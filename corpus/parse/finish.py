"""The last step of every parser: what was found on a page becomes an article, or is refused."""

from datetime import datetime

from config.errors import InputError
from corpus.clean import tidy
from corpus.models import Article, Attachment

MAX_TITLE = 300  # code points; the longest of 3,103 titles of portal and news articles has 255


def finished(
    *,
    title: str,
    published: datetime | None,
    source: str,
    body: str,
    issuer: str | None = None,
    attachments: tuple[Attachment, ...] = (),
) -> Article:
    """The article of these parts, its text tidied: NFC, no invisible characters, no runs of blank lines.

    Raises:
        InputError: the page has no body.
    """
    text = tidy(body)
    if not text:
        raise InputError(
            "trang chỉ có phần khung (tiêu đề, nút, QR), không có nội dung; hãy in lại trang có thân bài",
            "only page furniture (title, buttons, QR), no body; print the page again with its text",
        )
    return Article.create(
        title=_shortened(" ".join(tidy(title).split())),
        published=published,
        source=source,
        text=text,
        issuer=issuer,
        attachments=attachments,
    )


def _shortened(title: str) -> str:
    return title if len(title) <= MAX_TITLE else title[:MAX_TITLE].rsplit(" ", 1)[0] + " …"
