"""HTML parse mode, read as Telegram reads it (Bot API, section "Formatting options", "HTML style")."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from tests.botapi.errors import ApiError, bad
from tests.botapi.text import Entity, in_order, utf16_length

_SIMPLE: Final = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "span": "spoiler",
    "tg-spoiler": "spoiler",
}
_OTHER: Final = frozenset({"a", "code", "pre", "blockquote", "tg-emoji", "tg-time"})
_NAMED: Final = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
_REFERENCE: Final = re.compile(r"&(?:#(\d{1,7})|#[xX]([0-9a-fA-F]{1,6})|([a-zA-Z][a-zA-Z0-9]*));?")
_LOOKS_LIKE_REFERENCE: Final = re.compile(r"&#?\w{1,20};")
_SPACES: Final = re.compile(r"\s*")
_NAME: Final = re.compile(r"[^\s>]*")
_ATTRIBUTE: Final = re.compile(r"[^\s=>/\"']*")
_TOKEN: Final = re.compile(r"[A-Za-z0-9.-]*")
_HOST: Final = re.compile(r"[\w-]+(\.[\w-]+)+$")
_USER_LINK: Final = re.compile(r"tg://user\?id=(\d+)$")


@dataclass(slots=True)
class _Open:
    tag: str
    attributes: dict[str, str]
    offset: int  # UTF-16 units of the text without tags
    at: int  # characters of the text without tags


class HtmlReader:
    """Reads one text. `text` and `entities` hold the result, `silent` what Telegram passes over without a word."""

    def __init__(self, source: str) -> None:
        self._source = source
        self._at = 0
        self._pieces: list[str] = []
        self._units = 0
        self._length = 0
        self._open: list[_Open] = []
        self.entities: list[Entity] = []
        self.silent: list[str] = []
        self._read()
        self.text = "".join(self._pieces)
        self.entities = in_order(self.entities)

    def _read(self) -> None:
        while self._at < len(self._source):
            character = self._source[self._at]
            if character == "<":
                (self._end_tag if self._source.startswith("</", self._at) else self._start_tag)()
            elif character == "&":
                self._append(self._reference())
            else:
                stop = min((p for c in "<&" if (p := self._source.find(c, self._at)) >= 0), default=len(self._source))
                plain = self._source[self._at : stop]
                if ">" in plain:
                    self.silent.append(f"a bare > at byte offset {self._byte(self._at + plain.index('>'))}")
                self._append(plain)
                self._at = stop
        if self._open:
            raise _unparsable(f'Can\'t find end tag corresponding to start tag "{self._open[-1].tag}"')

    def _append(self, piece: str) -> None:
        self._pieces.append(piece)
        self._units += utf16_length(piece)
        self._length += len(piece)

    def _byte(self, at: int) -> int:
        return len(self._source[:at].encode())

    def _reference(self) -> str:
        """The character a reference stands for; what is none stays as it is written, and is noted."""
        match = _REFERENCE.match(self._source, self._at)
        decoded = _decoded(match) if match else None
        if match is None or decoded is None:
            like = _LOOKS_LIKE_REFERENCE.match(self._source, self._at)
            what = f"unknown entity {like[0]}" if like else "a bare &"
            self.silent.append(f"{what} at byte offset {self._byte(self._at)}")
            self._at += 1
            return "&"
        self._at = match.end()
        return decoded

    def _start_tag(self) -> None:
        begin = self._byte(self._at)
        match = _NAME.match(self._source, self._at + 1)
        tag = match[0].lower() if match else ""
        self._at += 1 + len(tag)
        if self._at >= len(self._source):
            raise _unparsable(f"Unclosed start tag at byte offset {begin}")
        if tag not in _SIMPLE and tag not in _OTHER:
            raise _unparsable(f'Unsupported start tag "{tag}" at byte offset {begin}')
        attributes = self._attributes(tag, begin)
        if tag == "span" and attributes.get("class") != "tg-spoiler":
            raise _unparsable(f'Tag "span" must have class "tg-spoiler" at byte offset {begin}')
        self._open.append(_Open(tag, attributes, self._units, self._length))

    def _skip_spaces(self) -> None:
        if match := _SPACES.match(self._source, self._at):
            self._at = match.end()

    def _attributes(self, tag: str, begin: int) -> dict[str, str]:
        """Up to and with the closing >."""
        attributes: dict[str, str] = {}
        while True:
            self._skip_spaces()
            if self._at >= len(self._source):
                raise _unparsable(f'Unclosed start tag "{tag}" at byte offset {begin}')
            if self._source[self._at] == ">":
                self._at += 1
                return attributes
            match = _ATTRIBUTE.match(self._source, self._at)
            if match is None or not match[0]:
                raise _unparsable(f'Empty attribute name in the tag "{tag}" at byte offset {begin}')
            self._at = match.end()
            attributes[match[0].lower()] = self._value(tag, begin)

    def _value(self, tag: str, begin: int) -> str:
        self._skip_spaces()
        if not self._source.startswith("=", self._at):
            if tag in {"blockquote", "tg-time"}:  # expandable stands alone
                return ""
            raise _unparsable(
                f'Expected equal sign in declaration of an attribute of the tag "{tag}" at byte offset {begin}'
            )
        self._at += 1
        self._skip_spaces()
        quote = self._source[self._at : self._at + 1]
        if quote and quote in "'\"":
            stop = self._source.find(quote, self._at + 1)
            if stop < 0:
                raise _unparsable(f"Unclosed start tag at byte offset {begin}")
            raw, self._at = self._source[self._at + 1 : stop], stop + 1
            return _REFERENCE.sub(lambda match: match[0] if (c := _decoded(match)) is None else c, raw)
        match = _TOKEN.match(self._source, self._at)
        token = match[0] if match else ""
        self._at += len(token)
        if self._source[self._at : self._at + 1] not in {">", " ", "\n", "\t"}:
            raise _unparsable(f"Unexpected end of name token at byte offset {self._byte(self._at - len(token))}")
        return token.lower()

    def _end_tag(self) -> None:
        begin = self._byte(self._at)
        match = _NAME.match(self._source, self._at + 2)
        tag = match[0].lower() if match else ""
        self._at += 2 + len(tag)
        if not self._open:
            raise _unparsable(f"Unexpected end tag at byte offset {begin}")
        self._skip_spaces()
        if not self._source.startswith(">", self._at):
            raise _unparsable(f"Unclosed end tag at byte offset {begin}")
        self._at += 1
        opened = self._open.pop()
        if tag and tag != opened.tag:
            raise _unparsable(f'Unmatched end tag at byte offset {begin}, expected "</{opened.tag}>", found "</{tag}>"')
        if self._units > opened.offset:
            self._close(opened)

    def _close(self, opened: _Open) -> None:
        entity: Entity = {"type": "", "offset": opened.offset, "length": self._units - opened.offset}
        tag, attributes = opened.tag, opened.attributes
        if tag in _SIMPLE:
            entity["type"] = _SIMPLE[tag]
        elif tag == "blockquote":
            entity["type"] = "expandable_blockquote" if "expandable" in attributes else "blockquote"
        elif tag == "a":
            self._link(entity, attributes.get("href") or "".join(self._pieces)[opened.at :])
            return
        elif tag == "tg-emoji":
            emoji = attributes.get("emoji-id", "")
            if not emoji.isdecimal() or int(emoji) == 0:
                raise _unparsable("Invalid custom emoji identifier specified")
            entity |= {"type": "custom_emoji", "custom_emoji_id": emoji}
        elif tag == "tg-time":
            if not attributes.get("unix", "").isdecimal():
                raise _unparsable("Invalid date specified")
            entity |= {"type": "date_time", "unix_time": int(attributes["unix"])}
        else:
            self._code(entity, tag, attributes.get("class", ""))
            return
        self.entities.append(entity)

    def _link(self, entity: Entity, url: str) -> None:
        if user := _USER_LINK.match(url):
            person = {"id": int(user[1]), "is_bot": False, "first_name": f"User {user[1]}"}
            self.entities.append({**entity, "type": "text_mention", "user": person})
            return
        try:
            self.entities.append({**entity, "type": "text_link", "url": checked_url(url)})
        except ValueError as error:
            self.silent.append(f"the link {url!r} is invalid ({error}): Telegram shows plain text")

    def _code(self, entity: Entity, tag: str, name: str) -> None:
        """`pre` around `code` with a language is one entity."""
        language = name.removeprefix("language-") if tag == "code" and name.startswith("language-") else ""
        last = self.entities[-1] if self.entities else None
        same = last is not None and all(last[key] == entity[key] for key in ("offset", "length"))
        if last is not None and same and {last["type"], tag} == {"code", "pre"} and (language or "language" in last):
            last["type"] = "pre"
            last["language"] = last.get("language") or language
        else:
            self.entities.append({**entity, "type": tag} | ({"language": language} if language else {}))


def _decoded(match: re.Match[str]) -> str | None:
    decimal, hexadecimal, name = match.groups()
    if name is not None:
        return _NAMED.get(name)
    code = int(decimal) if decimal else int(hexadecimal, 16)
    return chr(code) if 0 < code < 0x110000 and not 0xD800 <= code < 0xE000 else None


def _unparsable(text: str) -> ApiError:
    return bad(f"can't parse entities: {text}")


def checked_url(url: str) -> str:
    """The address as Telegram keeps it: http:// put before a bare host, a slash after it.

    Raises:
        ValueError: Telegram takes it for none; why, in its words.
    """
    url = url.strip()
    if url.startswith(("tg://", "ton://")):
        return url
    full = url if "://" in url else f"http://{url}"
    if not full.lower().startswith(("http://", "https://", "tonsite://")):
        raise ValueError("Unsupported URL protocol")
    try:
        parts = urlsplit(full)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        raise ValueError("Wrong HTTP URL") from None
    if not host:
        raise ValueError("URL host is empty")
    if not _HOST.match(host) or any(character.isspace() for character in full):
        raise ValueError("Wrong HTTP URL")
    return full if parts.path else f"{full}/"


def read_html(source: str) -> tuple[str, list[Entity], list[str]]:
    """The text without tags, its entities, and what Telegram passes over silently.

    Raises:
        ApiError: Telegram cannot parse it; the description names the byte offset.
    """
    reader = HtmlReader(source)
    for entity in reader.entities:
        if entity["type"] == "code":
            entity.pop("language", None)
    return reader.text, reader.entities, reader.silent
