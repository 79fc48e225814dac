"""Fonts of before Unicode in a page: what stands in TCVN3 or VNI is converted in the tree, before anything is read."""

import re
from collections.abc import Iterator
from itertools import chain

from lxml import etree
from lxml.html import HtmlElement

from corpus.parse.legacy import is_suspect, lines_to_unicode

_OLD_FONT = r"(?P<name>\.Vn\w+|VNI-\w+)"
_NOT_IN_XML = re.compile(
    "[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]"
)  # which lxml reads, but refuses to set
_FACE = re.compile(rf"\W*?{_OLD_FONT}", re.IGNORECASE)
_STYLE = re.compile(rf"\bfont(?:-family)?\s*:[^;]*?{_OLD_FONT}", re.IGNORECASE)


def convert_fonts(root: HtmlElement) -> None:
    """Puts Unicode in place of TCVN3 and VNI, on the evidence of the whole page and of the fonts it declares."""
    contents = [meta.get("content", "") for meta in root.iter("meta")]
    if not is_suspect("\n".join(chain(contents, root.itertext()))):
        return
    places = list(_places(root))
    texts, fonts = [text for _, _, text, _ in places], [font for _, _, _, font in places]
    for (element, kind, text, _), converted in zip(places, lines_to_unicode(texts, fonts), strict=True):
        if converted == text:
            continue
        settable = _NOT_IN_XML.sub("", converted)
        if kind == "content":
            element.set(kind, settable)
        else:
            setattr(element, kind, settable)


def _places(root: HtmlElement) -> Iterator[tuple[HtmlElement, str, str, str | None]]:
    """Every text a reader sees, in order: its element, whether it stands in or behind it, itself and its font."""
    fonts: list[str | None] = [None]
    for event, element in etree.iterwalk(root, events=("start", "end")):
        if event == "end":
            fonts.pop()
            if element.tail:
                yield element, "tail", element.tail, fonts[-1]
            continue
        fonts.append(_declared(element) or fonts[-1])
        if element.tag == "meta":
            yield element, "content", element.get("content", ""), None
        elif element.text and element.tag not in {"script", "style"}:
            yield element, "text", element.text, fonts[-1]


def _declared(element: HtmlElement) -> str | None:
    """The old font that an element names, if any."""
    found = _FACE.match(element.get("face", "")) or _STYLE.search(element.get("style", ""))
    return found["name"] if found else None
