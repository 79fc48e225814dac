"""Text with its formatting: `parse_mode` or explicit entities, nesting, length limits.

Bot API, sections sendMessage (text of 1-4096 characters after entities parsing), sendDocument (caption of
0-1024) and "Formatting options" (which entities may hold which).
"""

from __future__ import annotations

from typing import Any, Final

from tests.botapi.errors import bad
from tests.botapi.markup import checked_url, read_html
from tests.botapi.text import Entity, clean, find_entities, in_order, trim, utf16_length

TEXT_LIMIT: Final = 4096  # characters after parsing; sendMessage, "text"
CAPTION_LIMIT: Final = 1024  # characters after parsing; sendDocument, "caption"
RAW_LIMIT: Final = 32 * 1024  # bytes before parsing; what the Bot API server itself refuses
ENTITY_LIMIT: Final = 100  # "Formatting options": no more are kept in a message

_STYLES: Final = frozenset({"bold", "italic", "underline", "strikethrough", "spoiler"})
_QUOTES: Final = frozenset({"blockquote", "expandable_blockquote"})
_CODES: Final = frozenset({"pre", "code"})
_NEEDS: Final = {
    "text_link": ("url", str),
    "text_mention": ("user", dict),
    "custom_emoji": ("custom_emoji_id", str),
    "date_time": ("unix_time", int),
}
_AUTOMATIC: Final = frozenset(
    {"mention", "hashtag", "cashtag", "bot_command", "url", "email", "phone_number", "bank_card_number"}
)
_KNOWN: Final = _STYLES | _QUOTES | _CODES | _NEEDS.keys() | _AUTOMATIC


def formatted(
    text: str, parse_mode: str | None, entities: Any, silent: list[str], *, limit: int, what: str = "text"
) -> tuple[str, list[Entity]]:
    """The text and entities a person gets.

    What Telegram passes over without refusing (a bare &, a quote within a quote) is added to `silent`.
    `what` is "text" or "caption"; it words the refusals.

    Raises:
        ApiError: too long, unparsable, or an entity outside the text.
    """
    if len(text.encode("utf-8", "surrogatepass")) > RAW_LIMIT:
        raise bad(f"{what} is too long")
    if parse_mode:
        if entities:
            silent.append("parse_mode and entities together: Telegram takes parse_mode")
        text, given = _parsed(text, parse_mode, silent)
        text = clean(text)
    else:
        text = clean(text)
        given = _explicit(text, entities, silent)
    text, given = trim(text, nested(given, silent))
    if len(text) > limit:
        raise bad("message caption is too long" if what == "caption" else "message is too long")
    if len(given) > ENTITY_LIMIT:
        silent.append(f"{len(given)} entities: only {ENTITY_LIMIT} are kept")
        given = given[:ENTITY_LIMIT]
    return text, find_entities(text, given)


def _parsed(text: str, parse_mode: str, silent: list[str]) -> tuple[str, list[Entity]]:
    if parse_mode.lower() != "html":
        if parse_mode.lower() in {"markdown", "markdownv2"}:
            raise bad(f"this server reads HTML only, not {parse_mode}")
        raise bad("unsupported parse_mode")
    text, entities, found = read_html(text)
    silent += found
    return text, entities


def _explicit(text: str, entities: Any, silent: list[str]) -> list[Entity]:
    if not entities:
        return []
    if not isinstance(entities, list) or not all(isinstance(entity, dict) for entity in entities):
        raise bad("can't parse entities: expected an Array of MessageEntity")
    end = utf16_length(text)
    inside = _units_inside(text)
    kept = []
    for entity in entities:
        kind, offset, length = str(entity.get("type")), entity.get("offset"), entity.get("length")
        if kind not in _KNOWN:
            raise bad("can't parse MessageEntity: Unsupported type specified")
        for name in ("offset", "length"):
            if not isinstance(entity.get(name), int):
                raise bad(f"can't parse MessageEntity: Can't find field \"{name}\"")
        _check_bounds(offset, length, end, inside)
        _check_extra(entity)
        if kind in _AUTOMATIC:
            silent.append(f"an entity of type {kind}: Telegram finds these by itself and ignores given ones")
        else:
            kept.append(dict(entity))
    return kept


def _check_bounds(offset: int, length: int, end: int, inside: set[int]) -> None:
    if offset < 0:
        raise bad(f"receive an entity with incorrect offset {offset}")
    if length <= 0:
        raise bad(f"receive an entity with incorrect length {length}")
    if offset >= end:
        raise bad(f"entity begins after the end of the text at UTF-16 offset {offset}")
    stop = offset + length
    if stop > end:
        raise bad(f"entity beginning at UTF-16 offset {offset} ends after the end of the text at UTF-16 offset {stop}")
    if offset in inside or stop in inside:
        raise bad(f"entity at UTF-16 offset {offset} begins or ends in a middle of a UTF-16 symbol")


def _units_inside(text: str) -> set[int]:
    """UTF-16 offsets between the two halves of one character."""
    inside, at = set(), 0
    for character in text:
        at += 1
        if character > "\uffff":
            inside.add(at)
            at += 1
    return inside


def _check_extra(entity: Entity) -> None:
    kind = entity["type"]
    if kind in _NEEDS:
        name, of_type = _NEEDS[kind]
        if not isinstance(entity.get(name), of_type):
            raise bad(f"can't parse MessageEntity: Can't find field \"{name}\"")
    if kind == "text_link":
        try:
            entity["url"] = checked_url(entity["url"])
        except ValueError as error:
            raise bad(f"entity URL '{entity['url']}' is invalid: {error}") from None


def nested(entities: list[Entity], silent: list[str]) -> list[Entity]:
    """The entities that may stand where they are; Telegram drops the others, and so does this, noting it."""
    kept: list[Entity] = []
    for entity in in_order(entities):
        start, stop = entity["offset"], entity["offset"] + entity["length"]
        around = [e for e in kept if e["offset"] + e["length"] > start]
        if any(e["offset"] + e["length"] < stop for e in around):
            silent.append(f"{entity['type']} at {start} crosses another entity")
        elif refused := next((e for e in around if not _may_hold(e["type"], entity["type"])), None):
            silent.append(f"{entity['type']} at {start} cannot stand within {refused['type']}")
        else:
            kept.append(entity)
    return kept


def _may_hold(outer: str, inner: str) -> bool:
    """ "Formatting options": styles hold and stand in all but code; quotes hold all but quotes; nothing else nests."""
    if outer in _CODES or (inner in _CODES and outer in _STYLES):
        return False
    if outer in _QUOTES:
        return inner not in _QUOTES
    return outer in _STYLES or inner in _STYLES
