"""Text as Telegram counts and keeps it: UTF-16 offsets, white space, entities found by themselves.

Bot API, section MessageEntity: offsets and lengths are in UTF-16 code units.
"""

from __future__ import annotations

import re
from typing import Any, Final

Entity = dict[str, Any]

_COMMAND: Final = re.compile(r"(?<![\w/@])/[A-Za-z0-9_]{1,64}(?:@[A-Za-z0-9_]{3,32})?(?![\w/])")
_MENTION: Final = re.compile(r"(?<![\w@])@[A-Za-z0-9_]{3,32}\b")
_HASHTAG: Final = re.compile(r"(?<![\w#])#\w*[^\W\d]\w*")
_EMAIL: Final = re.compile(r"(?<![\w.+-])[A-Za-z0-9_.+-]{1,64}@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}")
_URL: Final = re.compile(
    r"(?<![\w@./])(?:https?://[^\s<>\"«»]+|(?:[A-Za-z0-9-]+\.)+(?:vn|com|org|net|info|gov|edu|io|me)\b(?:/[^\s<>\"«»]*)?)"
)
_FOUND: Final = (
    ("url", ".", _URL),
    ("email", "@", _EMAIL),
    ("bot_command", "/", _COMMAND),
    ("mention", "@", _MENTION),
    ("hashtag", "#", _HASHTAG),
)
"""With the character without which there is none: a search through a long text costs more than a look for it."""
_CONTROL: Final = re.compile("[\x00-\x09\x0b-\x1f]")
_HIDES_OTHERS: Final = frozenset({"pre", "code", "text_link", "text_mention", "custom_emoji"})


def utf16_length(text: str) -> int:
    """How many UTF-16 code units a text takes."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def utf16_slice(text: str, offset: int, length: int) -> str:
    """The part of a text that an entity covers."""
    data = text.encode("utf-16-le", "surrogatepass")
    return data[2 * offset : 2 * (offset + length)].decode("utf-16-le", "replace")


def covered(message: dict[str, Any], kind: str) -> list[str]:
    """What the entities of one type of a message (or its caption) cover, in order."""
    text = message.get("text", message.get("caption", ""))
    entities = message.get("entities", message.get("caption_entities", []))
    return [utf16_slice(text, entity["offset"], entity["length"]) for entity in entities if entity["type"] == kind]


def clean(text: str) -> str:
    """Carriage returns go, other control characters but the line feed become spaces."""
    return _CONTROL.sub(" ", text.replace("\r", ""))


def trim(text: str, entities: list[Entity]) -> tuple[str, list[Entity]]:
    """Without white space around, as a message is shown; entities are moved and cut with it."""
    kept = text.strip()
    cut = utf16_length(text[: len(text) - len(text.lstrip())])
    end = utf16_length(kept)
    moved = []
    for entity in entities:
        start = max(entity["offset"] - cut, 0)
        stop = min(entity["offset"] + entity["length"] - cut, end)
        if stop > start:
            moved.append({**entity, "offset": start, "length": stop - start})
    return kept, moved


def find_entities(text: str, given: list[Entity]) -> list[Entity]:
    """The given entities and those that Telegram sees by itself: commands, mentions, addresses, hashtags."""
    taken = [(e["offset"], e["offset"] + e["length"]) for e in given if e["type"] in _HIDES_OTHERS]
    found = list(given)
    for kind, sign, pattern in _FOUND:
        for match in pattern.finditer(text) if sign in text else ():
            start = utf16_length(text[: match.start()])
            stop = start + utf16_length(match[0].rstrip(".,:;!?)") if kind == "url" else match[0])
            if not any(start < end and begin < stop for begin, end in taken):
                taken.append((start, stop))
                found.append({"type": kind, "offset": start, "length": stop - start})
    return in_order(found)


def in_order(entities: list[Entity]) -> list[Entity]:
    """Outer before inner, as Telegram lists them."""
    return sorted(entities, key=lambda entity: (entity["offset"], -entity["length"]))
