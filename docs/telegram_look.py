"""A chat as a phone shows it: messages of the Bot API as a page of HTML, and that page as a small picture."""

from __future__ import annotations

import html
import re
import shutil
import struct
import subprocess
import tempfile
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageChops

Json = Mapping[str, Any]
Pixels = NDArray[Any]
WIDTH: Final = 390  # CSS pixels, as wide as many phones
SCALE: Final = 2
_TALLEST: Final = 5000  # CSS pixels of a chat; below its end the picture is cut
_COMMON: Final = 9  # colours that are kept as they are
_MORE: Final = 5  # for all others; sixteen in all fit half bytes
_ODD: Final = 4000  # squared distance from which a colour is not like a common one
_BELOW: Final = (255, 0, 255)  # what stands below the chat, and nowhere in it; #f0f of the style below
_FIRST_MINUTE: Final = 9 * 60 + 30  # the clock that is shown: half past nine
_RECEIPT: Final = re.compile(r"(?<=Biên nhận: )[0-9a-f]{12}|(?<=Receipt: )[0-9a-f]{12}")
_SAMPLE_RECEIPT: Final = "4f1c09a27be3"  # receipts differ from run to run; a picture should not
_SECONDS: Final = re.compile(r"\d\.\d s$")  # that a reload took; they differ as well
_TAGS: Final = {"bold": "b", "italic": "i", "code": "code", "text_link": "u", "url": "u", "bot_command": "u"}
_NAME_COLOURS: Final = ("#c03d33", "#4fad2d", "#8544d6", "#2996ad")


@dataclass
class Scene:
    """One picture: what stands at its head, and what is seen below, in order.

    `shown` holds messages and remarks (text between two moments); `pressed` the buttons that were tapped, each with
    its message's id; `names` the people of a group. `typed` is what is being typed, with its inline `cards`.
    """

    title: str
    about: str
    bot: int
    shown: list[Json | str] = field(default_factory=list)
    pressed: set[tuple[int, str]] = field(default_factory=set)
    names: dict[int, str] = field(default_factory=dict)
    me: int = 0
    you: str = "Bạn"
    typed: str = ""
    cards: list[Json] = field(default_factory=list)


def find_browser() -> str | None:
    """The path of Chromium; None where there is none."""
    return next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)


def draw(scene: Scene, path: Path, browser: str) -> None:
    """Writes the picture of a scene."""
    with tempfile.TemporaryDirectory() as folder:
        page, shot = Path(folder, "page.html"), Path(folder, "shot.png")
        page.write_text(page_of(scene), encoding="utf-8")
        options = [
            f"--screenshot={shot}",
            f"--window-size={WIDTH},{_TALLEST}",
            f"--force-device-scale-factor={SCALE}",
            f"--user-data-dir={folder}/profile",
        ]
        quiet = ["--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--disable-lcd-text"]
        # Letters on whole pixels are all alike, which makes the file smaller.
        quiet += ["--disable-font-subpixel-positioning", "--font-render-hinting=full"]
        subprocess.run([browser, *quiet, *options, page.as_uri()], check=True, capture_output=True, timeout=120)
        path.write_bytes(_small(Image.open(shot).convert("RGB")))


def _small(image: Image.Image) -> bytes:
    """The picture without what is below the chat, in few colours, as a PNG."""
    below = Image.new("RGB", image.size, _BELOW)
    pixels = np.asarray(image.crop(ImageChops.difference(image, below).getbbox()))
    height, width, _ = pixels.shape
    found, where = np.unique(pixels.reshape(-1, 3), axis=0, return_inverse=True)
    palette = _palette(found, np.bincount(where.reshape(-1)))
    nearest = _distances(found, palette).argmin(axis=1).astype(np.uint8)[where].reshape(height, width)
    # Pillow would filter the rows, which is for photographs: as they are, in half bytes, they need a sixth less.
    halves = np.zeros((height, 1 + width // 2), np.uint8)
    halves[:, 1:] = nearest[:, 0::2] << 4 | nearest[:, 1::2]
    header = struct.pack(">IIBBBBB", width, height, 4, 3, 0, 0, 0)
    rows = zlib.compress(halves.tobytes(), 9)
    chunks = {b"IHDR": header, b"PLTE": palette.astype(np.uint8).tobytes(), b"IDAT": rows, b"IEND": b""}
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        for name, data in chunks.items()
    )


def _palette(found: Pixels, counts: Pixels) -> Pixels:
    """The commonest colours as they are, and more for those that are like none of them."""
    common = found[np.argsort(-counts, kind="stable")[:_COMMON]]
    odd = found[_distances(found, common).min(axis=1) > _ODD].astype(np.uint8)
    if not len(odd):
        return common
    more = Image.fromarray(odd[None]).quantize(_MORE, method=Image.Quantize.MEDIANCUT).getpalette() or []
    return np.vstack([common, np.asarray(more).reshape(-1, 3)[:_MORE]])


def _distances(colours: Pixels, palette: Pixels) -> Pixels:
    """Squared, of each colour from each of a palette."""
    apart: Pixels = colours[:, None].astype(int) - palette[None].astype(int)
    squared: Pixels = np.square(apart).sum(axis=2)
    return squared


def page_of(scene: Scene) -> str:
    """The page of a scene."""
    rows, minute, before = [], _FIRST_MINUTE, False
    for each in scene.shown:
        if isinstance(each, str):
            rows.append(_remark(each))
            continue
        if "new_chat_members" in each:
            rows.append(_remark(f"{scene.names[each['from']['id']]} đã thêm {scene.names[scene.bot]} vào nhóm"))
            continue
        mine = each["from"]["id"] == scene.me
        minute += mine and not before
        before = mine
        rows.append(_bubble(scene, each, f"{minute // 60:02}:{minute % 60:02}"))
    head = (
        f'<header><i class="back"></i><div class="face">{html.escape(scene.title[:1])}</div>'
        f"<div><b>{html.escape(scene.title)}</b><small>{html.escape(scene.about)}</small></div></header>"
    )
    return (
        f'<!doctype html><meta charset="utf-8"><style>{_STYLE}</style>'
        f"<body>{head}<main>{''.join(rows)}</main>{_cards(scene)}<script>{_SCRIPT}</script>"
    )


def _cards(scene: Scene) -> str:
    """The cards above what is being typed, as inline mode shows them."""
    if not scene.typed:
        return ""
    made = [
        f"<div><i>{html.escape(each['title'][:1])}</i><div><b>{html.escape(each['title'])}</b>"
        f"<small>{html.escape(each['description'])}</small></div></div>"
        for each in scene.cards
    ]
    return f'<div class="cards">{"".join(made)}</div><footer>{html.escape(scene.typed)}<i></i></footer>'


def _remark(text: str) -> str:
    return f'<div class="remark"><span>{html.escape(text)}</span></div>'


def _bubble(scene: Scene, message: Json, clock: str) -> str:
    mine = message["from"]["id"] == scene.me
    text, entities = message.get("text"), message.get("entities", ())
    if text is None:
        text, entities = message.get("caption", ""), message.get("caption_entities", ())
    clock = f"đã sửa {clock}" if message.get("edit_date") else clock
    ticks = " <em>✓✓</em>" if mine else ""
    name = scene.names.get(message["from"]["id"])
    parts = [
        f'<div class="name" style="color:{_colour(message)}">{html.escape(name)}</div>' if name and not mine else "",
        _answered(scene, message.get("reply_to_message")),
        _document(message["document"]) if "document" in message else "",
        f'<div class="text">{formatted(_settled(text), entities)}<span class="space">{clock}{ticks}</span></div>',
        f'<span class="clock">{clock}{ticks}</span>',
    ]
    bubble = f'<div class="bubble">{"".join(parts)}</div>'
    return f'<div class="row {"mine" if mine else ""}"><div>{bubble}{_keyboard(scene, message)}</div></div>'


def _colour(message: Json) -> str:
    return _NAME_COLOURS[message["from"]["id"] % len(_NAME_COLOURS)]


def _settled(text: str) -> str:
    """A text as it would be in any other run, and as long, for its entities."""
    return _SECONDS.sub("1.3 s", _RECEIPT.sub(_SAMPLE_RECEIPT, text))


def _answered(scene: Scene, message: Json | None) -> str:
    """What a message replies to, in one line."""
    if message is None:
        return ""
    sender = message["from"]
    name = scene.names.get(sender["id"]) or (scene.you if sender["id"] == scene.me else scene.title)
    said = message.get("text") or message.get("document", {}).get("file_name", "")
    return f'<div class="answered"><b>{html.escape(name)}</b><span>{html.escape(" ".join(said.split()))}</span></div>'


def _document(document: Json) -> str:
    size = document.get("file_size", 0)
    told = f"{size / 1024:.1f} KB" if size >= 1024 else f"{size} B"
    name = html.escape(document.get("file_name", ""))
    return f'<div class="document"><i>↓</i><div><b>{name}</b><small>{told}</small></div></div>'


def _keyboard(scene: Scene, message: Json) -> str:
    rows = []
    for row in message.get("reply_markup", {}).get("inline_keyboard", ()):
        made = []
        for each in row:
            pressed = "pressed" if (message["message_id"], each["text"]) in scene.pressed else ""
            link = "<i>↗\ufe0e</i>" if "url" in each else ""
            made.append(f'<div class="{pressed}"><span>{html.escape(each["text"])}</span>{link}</div>')
        rows.append(f'<div class="keys">{"".join(made)}</div>')
    return "".join(rows)


def formatted(text: str, entities: Iterable[Json]) -> str:
    """A text as HTML; entities count UTF-16 units and nest, as Telegram has them."""
    units = text.encode("utf-16-le")
    ordered = sorted(entities, key=lambda each: (each["offset"], -each["length"]))
    return _within(units, ordered, 0, len(units) // 2)


def _within(units: bytes, entities: Sequence[Json], begin: int, end: int) -> str:
    out, at, rest = "", begin, list(entities)
    while rest:
        entity, *rest = rest
        first, last = entity["offset"], entity["offset"] + entity["length"]
        inner = [each for each in rest if each["offset"] < last]
        rest = rest[len(inner) :]
        block = entity["type"].endswith("blockquote")
        # A quote is a block of its own: the line ends around it begin no further line.
        plain = _plain(units, at, first)
        out += plain.removesuffix("\n") if block else plain
        out += _tagged(entity["type"], _within(units, inner, first, last))
        at = last + (block and units[2 * last : 2 * last + 2] == "\n".encode("utf-16-le"))
    return out + _plain(units, at, end)


def _plain(units: bytes, begin: int, end: int) -> str:
    return html.escape(units[2 * begin : 2 * end].decode("utf-16-le"))


def _tagged(kind: str, inner: str) -> str:
    if kind.endswith("blockquote"):
        fold = "fold" if kind.startswith("expandable") else ""
        return f'<blockquote class="{fold}"><div>{inner}</div><i class="more"></i></blockquote>'
    tag = _TAGS.get(kind)
    return f"<{tag}>{inner}</{tag}>" if tag else f"<u>{inner}</u>"


_STYLE: Final = """
* { box-sizing: border-box; margin: 0; }
html { background: #f0f; }
body { width: 390px; font: 15.5px/20.5px Roboto, "Noto Color Emoji", "DejaVu Sans", sans-serif; color: #000;
  overflow-wrap: anywhere; }
header { display: flex; align-items: center; gap: 10px; height: 56px; padding: 0 14px; background: #fff;
  border-bottom: 1px solid #d4d9de; }
header b { display: block; font-weight: 500; font-size: 16.5px; }
header small { color: #707579; font-size: 13px; }
.back { width: 11px; height: 11px; border: solid #707579; border-width: 0 0 2px 2px; transform: rotate(45deg);
  margin: 0 6px 0 4px; }
.face { width: 38px; height: 38px; border-radius: 50%; background: #3e95d6; color: #fff; font-size: 18px;
  font-weight: 500; display: grid; place-items: center; }
main { background: #d3e0d0; padding: 8px 8px 14px; }
.row { display: flex; margin-top: 6px; }
.row > div { max-width: 346px; min-width: 90px; }
.mine { justify-content: flex-end; }
.bubble { position: relative; background: #fff; border-radius: 15px 15px 15px 5px; padding: 6px 11px 7px;
  width: fit-content; min-width: 78px; }
.row > div:has(.keys) .bubble { width: auto; }
.mine .bubble { background: #e7fcd0; border-radius: 15px 15px 5px 15px; margin-left: auto; }
.name { font-weight: 500; font-size: 14px; }
.text { white-space: pre-wrap; }
.space { visibility: hidden; font-size: 12px; padding-left: 10px; white-space: nowrap; }
.clock { position: absolute; right: 9px; bottom: 4px; font-size: 12px; color: #8b9196; }
.mine .clock, .clock em { color: #4fae4e; font-style: normal; }
.clock em { letter-spacing: -4px; padding-right: 4px; }
u { color: #2481cc; text-decoration: none; }
b { font-weight: 500; }
.text b { font-weight: 700; }
code { font: 14px "DejaVu Sans Mono", monospace; color: #2f6fa8; }
.answered { display: block; border-left: 3px solid #3e95d6; background: #eaf3fa; border-radius: 4px; padding: 2px 8px;
  margin: 2px 0 4px; font-size: 14px; overflow: hidden; }
.mine .answered { background: #d4f2b8; border-color: #4fae4e; }
.answered b { display: block; color: #2481cc; }
.mine .answered b { color: #3f9a3e; }
.answered span { display: block; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; max-width: 290px; }
blockquote { position: relative; border-left: 3px solid #3e95d6; background: #eaf3fa; border-radius: 4px;
  padding: 3px 24px 4px 9px; margin: 3px 0; white-space: pre-wrap; }
blockquote::after { content: "”"; position: absolute; right: 7px; top: -1px; font: bold 24px/1.2 serif;
  color: #3e95d6; }
blockquote.folded > div { display: -webkit-box; -webkit-line-clamp: 3; -webkit-box-orient: vertical; overflow: hidden; }
.more { display: none; position: absolute; right: 9px; bottom: 8px; width: 8px; height: 8px; border: solid #3e95d6;
  border-width: 0 2px 2px 0; transform: rotate(45deg); }
.folded .more { display: block; }
.keys { display: flex; gap: 4px; margin-top: 4px; }
.keys > div { position: relative; flex: 1 1 0; min-width: 0; background: #7f967b; color: #fff; border-radius: 9px;
  padding: 8px 6px; text-align: center; font-weight: 500; font-size: 14.5px; }
.keys span { display: block; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.keys i { position: absolute; right: 5px; top: 1px; font: 11px "DejaVu Sans"; }
.keys .pressed { background: #4f6b4b; }
.keys .pressed::after { content: ""; position: absolute; right: 9%; top: 50%; width: 26px; height: 26px;
  margin: -13px 0; border-radius: 50%; background: rgba(255, 255, 255, .35); border: 2px solid #fff; }
.remark { text-align: center; margin: 10px 0 4px; }
.remark span { background: #7f967b; color: #fff; border-radius: 12px; padding: 3px 10px; font-size: 13px;
  font-weight: 500; }
.document { display: flex; gap: 10px; align-items: center; padding: 3px 0; }
.document > i { width: 42px; height: 42px; flex: none; border-radius: 50%; background: #3e95d6; color: #fff;
  display: grid; place-items: center; font-size: 22px; font-style: normal; }
.mine .document > i { background: #4fae4e; }
.cards { background: #fff; border-top: 1px solid #d4d9de; }
.cards > div { display: flex; gap: 12px; padding: 9px 12px; border-bottom: 1px solid #d4d9de; }
.cards i { width: 50px; height: 50px; flex: none; background: #3e95d6; color: #fff; border-radius: 5px;
  display: grid; place-items: center; font-size: 22px; font-style: normal; }
.cards b, .cards small { display: -webkit-box; -webkit-box-orient: vertical; overflow: hidden; -webkit-line-clamp: 1; }
.cards small { color: #707579; font-size: 14px; -webkit-line-clamp: 2; }
footer { background: #fff; padding: 14px; }
footer i { border-left: 2px solid #3e95d6; margin-left: 1px; }
.document small { display: block; color: #707579; font-size: 13px; }
"""
# Clients fold an expandable quote of more than three lines.
_SCRIPT: Final = """
for (const each of document.querySelectorAll(".fold")) {
  const lines = each.firstChild.getBoundingClientRect().height / 20.5;
  if (lines > 3.5) each.classList.add("folded");
}
"""
