"""The subject (trích yếu) of a directive, as a text states it right behind the reference: "… về việc ban hành …"."""

from __future__ import annotations

import re

from corpus.models import Reference
from corpus.references.issuers import issuer_after
from corpus.references.view import view_of

_BEHIND = re.compile(
    r"[)\s]{0,3},?\s{0,2}(?:\(?v/v:?|về việc|về|quy định(?: về| chi tiết)?|(?=ban hành |phê duyệt |hướng dẫn |công bố |thành lập |điều chỉnh "
    r"|sửa đổi, bổ sung |bãi bỏ |giao |tăng cường |triển khai |đẩy mạnh |thực hiện ))\s{0,2}(?P<subject>[^.;:\n()“”\"|]{8,300})",
    re.IGNORECASE,
)
_ENDS = re.compile(
    r",\s+(?=[A-ZĐÁÀẢÃẠÂẤẦĂÊÔƠƯỐỦỨỞÝ])|,?\s+(?:có hiệu lực|hết hiệu lực|đã được|được (?:sửa đổi|thay thế)|thay thế|nêu rõ|và (?:các )?(?:Quyết định|Nghị định"
    r"|Nghị quyết|Thông tư|Kế hoạch|Công văn|Luật)|theo đó|trong đó|kể từ)"
)
_REACH = 420  # an issuer with a long name, then the subject
_SHORTEST = 8


def subject_span(text: str, reference: Reference) -> tuple[int, int] | None:
    """Where the subject stands in the text that `reference` was found in; None where the text states none."""
    stretch = text[reference.end : reference.end + _REACH]
    at = 0
    if named := issuer_after(view_of(stretch), 1 if stretch.startswith(")") else 0):
        at = stretch.find(named[0]) + len(named[0]) if named[0] in stretch else 0
    found = _BEHIND.match(stretch, at)
    if found is None:
        return None
    start, end = found.span("subject")
    if stop := _ENDS.search(stretch, start, end):
        end = stop.start()
    end = start + len(stretch[start:end].rstrip(" ,-–"))
    return (reference.end + start, reference.end + end) if end - start >= _SHORTEST else None
