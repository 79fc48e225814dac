"""The subject (trích yếu) of a directive, as a text states it right behind the reference: "… về việc ban hành …"."""

from __future__ import annotations

import re

from corpus.models import Reference
from corpus.references.issuers import issuer_after
from corpus.references.view import any_of, view_of

_ABOUT = any_of("v/v:?, về việc, về, quy định về, quy định chi tiết, quy định")
_DOES = any_of(  # words that open a subject which has none of those before it
    """
    ban hành, phê duyệt, hướng dẫn, công bố, thành lập, điều chỉnh, sửa đổi, bãi bỏ, giao, tăng cường, triển khai,
    đẩy mạnh, thực hiện
    """
)
_BEHIND = re.compile(
    rf"[)\s]{{0,3}},?\s{{0,2}}(?:\(?{_ABOUT}|(?={_DOES} ))\s{{0,2}}(?P<subject>[^.;:\n()“”\"|]{{8,300}})", re.IGNORECASE
)
_OTHER_DIRECTIVE = any_of("Quyết định, Nghị định, Nghị quyết, Thông tư, Kế hoạch, Công văn, Luật")
_ENDS = re.compile(
    r",\s+(?=[A-ZĐÁÀẢÃẠÂẤẦĂÊÔƠƯỐỦỨỞÝ])|,?\s+(?:có hiệu lực|hết hiệu lực|đã được|được (?:sửa đổi|thay thế)|thay thế"
    rf"|nêu rõ|và (?:các )?{_OTHER_DIRECTIVE}|theo đó|trong đó|kể từ)"
)
_REACH = 420  # an issuer with a long name, then the subject
_SHORTEST = 8


def subject_span(text: str, reference: Reference) -> tuple[int, int] | None:
    """Where the subject stands in the text that `reference` was found in; None where the text states none."""
    stretch = text[reference.end : reference.end + _REACH]
    at = 0
    if named := issuer_after(view_of(stretch), 1 if stretch.startswith(")") else 0, len(stretch)):
        at = stretch.find(named[0]) + len(named[0]) if named[0] in stretch else 0
    found = _BEHIND.match(stretch, at)
    if found is None:
        return None
    start, end = found.span("subject")
    if stop := _ENDS.search(stretch, start, end):
        end = stop.start()
    end = start + len(stretch[start:end].rstrip(" ,-–"))
    return (reference.end + start, reference.end + end) if end - start >= _SHORTEST else None
