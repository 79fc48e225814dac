"""HTML parse mode and explicit entities, without a server."""

from typing import Any

import pytest

from tests.botapi.errors import ApiError
from tests.botapi.formatting import RAW_LIMIT, formatted
from tests.botapi.markup import checked_url, read_html
from tests.botapi.text import find_entities


def entity(kind: str, offset: int, length: int, **more: Any) -> dict[str, Any]:
    return {"type": kind, "offset": offset, "length": length, **more}


@pytest.mark.parametrize(
    ("source", "text", "entities"),
    [
        ("chỉ chữ", "chỉ chữ", []),
        ("<b>a</b> <STRONG>b</STRONG>", "a b", [entity("bold", 0, 1), entity("bold", 2, 1)]),
        ("👍<i>x</i>", "👍x", [entity("italic", 2, 1)]),  # UTF-16 units
        ("<u>a<ins>b</ins></u>", "ab", [entity("underline", 0, 2), entity("underline", 1, 1)]),
        ("<s>a</s><del>b</del><strike>c</strike>", "abc", [entity("strikethrough", n, 1) for n in range(3)]),
        (
            '<span class="tg-spoiler">a</span><tg-spoiler>b</tg-spoiler>',
            "ab",
            [entity("spoiler", 0, 1), entity("spoiler", 1, 1)],
        ),
        ('<a href="https://a.vn/?x=1&amp;y=2">a</a>', "a", [entity("text_link", 0, 1, url="https://a.vn/?x=1&y=2")]),
        (
            '<a href="tg://user?id=7">a</a>',
            "a",
            [entity("text_mention", 0, 1, user={"id": 7, "is_bot": False, "first_name": "User 7"})],
        ),
        ("<pre>a</pre><code>b</code>", "ab", [entity("pre", 0, 1), entity("code", 1, 1)]),
        ('<pre><code class="language-py">a</code></pre>', "a", [entity("pre", 0, 1, language="py")]),
        (
            "<blockquote>a</blockquote><blockquote expandable>b</blockquote>",
            "ab",
            [entity("blockquote", 0, 1), entity("expandable_blockquote", 1, 1)],
        ),
        ('<tg-emoji emoji-id="5">👍</tg-emoji>', "👍", [entity("custom_emoji", 0, 2, custom_emoji_id="5")]),
        ("&lt;&gt;&amp;&quot;&#225;&#xE1;", '<>&"áá', []),
        ("<b></b>a", "a", []),  # nothing to make bold
        ("<b>a</>", "a", [entity("bold", 0, 1)]),
    ],
)
def test_html_is_read_as_telegram_reads_it(source: str, text: str, entities: list[Any]) -> None:
    assert read_html(source) == (text, entities, [])


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("<b>a", 'Can\'t find end tag corresponding to start tag "b"'),
        ("a</b>", "Unexpected end tag at byte offset 1"),
        ("á<b>a</i>", 'Unmatched end tag at byte offset 6, expected "</b>", found "</i>"'),
        ("<h1>a</h1>", 'Unsupported start tag "h1" at byte offset 0'),
        ("1 < 2", 'Unsupported start tag "" at byte offset 2'),
        ("a<br/>b", 'Unsupported start tag "br/" at byte offset 1'),
        ("<span>a</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
        ("a <b", "Unclosed start tag at byte offset 2"),
        ("<b>a</b", "Unclosed end tag at byte offset 4"),
        ('<a href="x', "Unclosed start tag at byte offset 0"),
        ("<a href>a</a>", 'Expected equal sign in declaration of an attribute of the tag "a" at byte offset 0'),
        ('<a ="x">a</a>', 'Empty attribute name in the tag "a" at byte offset 0'),
        ("<a href=x/y>a</a>", "Unexpected end of name token at byte offset 8"),
        ("<tg-emoji>a</tg-emoji>", "Invalid custom emoji identifier specified"),
    ],
)
def test_what_cannot_be_parsed_is_refused_in_telegrams_words(source: str, said: str) -> None:
    with pytest.raises(ApiError) as refused:
        read_html(source)
    assert refused.value.description == f"Bad Request: can't parse entities: {said}"


@pytest.mark.parametrize(
    ("source", "text", "noted"),
    [
        ("a & b", "a & b", "a bare & at byte offset 2"),
        ("a&nbsp;b", "a&nbsp;b", "unknown entity &nbsp; at byte offset 1"),
        ("á > b", "á > b", "a bare > at byte offset 3"),
        ('<a href="không">a</a>', "a", "the link 'không' is invalid (Wrong HTTP URL): Telegram shows plain text"),
        (
            "<blockquote>a<blockquote>b</blockquote></blockquote>",
            "ab",
            "blockquote at 1 cannot stand within blockquote",
        ),
        ("<code>a<b>b</b></code>", "ab", "bold at 1 cannot stand within code"),
        ("<b>a<pre>b</pre></b>", "ab", "pre at 1 cannot stand within bold"),
        ('<a href="a.vn">a<a href="b.vn">b</a></a>', "ab", "text_link at 1 cannot stand within text_link"),
    ],
)
def test_what_telegram_passes_over_is_noted(source: str, text: str, noted: str) -> None:
    silent: list[str] = []
    assert formatted(source, "html", None, silent, limit=4096)[0] == text
    assert silent == [noted]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (entity("bold", 0, 5), "beginning at UTF-16 offset 0 ends after the end of the text at UTF-16 offset 5"),
        (entity("bold", 4, 5), "entity begins after the end of the text at UTF-16 offset 4"),
        (entity("bold", 1, 2), "in a middle of a UTF-16 symbol"),
        (entity("bold", -1, 2), "receive an entity with incorrect offset -1"),
        (entity("bold", 0, 0), "receive an entity with incorrect length 0"),
        (entity("bolder", 0, 1), "Unsupported type specified"),
        (entity("text_link", 0, 2), 'Can\'t find field "url"'),
        (entity("text_link", 0, 2, url="x y"), "is invalid: Wrong HTTP URL"),
    ],
)
def test_entities_stand_inside_the_text(given: dict[str, Any], said: str) -> None:
    with pytest.raises(ApiError, match=said):
        formatted("👍ab", None, [given], [], limit=4096)


def test_crossing_entities_are_noted_and_dropped() -> None:
    silent: list[str] = []
    crossing = [entity("bold", 0, 2), entity("italic", 1, 2)]
    assert formatted("abc", None, crossing, silent, limit=4096) == ("abc", [entity("bold", 0, 2)])
    assert silent == ["italic at 1 crosses another entity"]


@pytest.mark.parametrize(
    ("text", "mode", "what", "refused"),
    [
        ("x" * 4096, None, "text", None),
        ("x" * 4097, None, "text", "message is too long"),
        ("<b>" + "x" * 4096 + "</b>", "HTML", "text", None),  # counted after parsing
        ("&amp;" * 4096, "HTML", "text", None),
        ("👍" * 4096, None, "text", None),
        ("x" * 1025, None, "caption", "message caption is too long"),
        ("&#38;" * (RAW_LIMIT // 5 + 1), "HTML", "text", "text is too long"),  # bytes before parsing
        ("x", "Rich", "text", "unsupported parse_mode"),
    ],
)
def test_lengths(text: str, mode: str | None, what: str, refused: str | None) -> None:
    limit = 1024 if what == "caption" else 4096
    if refused is None:
        assert formatted(text, mode, None, [], limit=limit, what=what)
    else:
        with pytest.raises(ApiError, match=refused):
            formatted(text, mode, None, [], limit=limit, what=what)


def test_white_space_around_goes_and_entities_move() -> None:
    assert formatted("\n <b> a</b>\n", "HTML", None, [], limit=9) == ("a", [entity("bold", 0, 1)])


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("/start xin", [entity("bot_command", 0, 6)]),
        ("/hoi@chidao_strict_bot gì", [entity("bot_command", 0, 22)]),
        ("/3482 về việc gì", [entity("bot_command", 0, 5)]),
        ("nghị định 30/2020/NĐ-CP", []),
        ("ok @ai_do nhé", [entity("mention", 3, 6)]),
        ("xem https://haiphong.gov.vn/a?b=1.", [entity("url", 4, 29)]),
        ("a@b.vn", [entity("email", 0, 6)]),
        ("👍 #phí", [entity("hashtag", 3, 4)]),
    ],
)
def test_what_telegram_finds_by_itself(text: str, found: list[Any]) -> None:
    assert find_entities(text, []) == found


@pytest.mark.parametrize(
    ("url", "kept"),
    [
        ("https://a.vn", "https://a.vn/"),
        ("a.vn/b", "http://a.vn/b"),
        ("tg://resolve?domain=x", "tg://resolve?domain=x"),
    ],
)
def test_addresses(url: str, kept: str) -> None:
    assert checked_url(url) == kept


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("javascript:alert(1)", "Wrong HTTP URL"),
        ("ftp://a.vn", "Unsupported URL protocol"),
        ("https://a b.vn", "Wrong HTTP URL"),
        ("chợ", "Wrong HTTP URL"),
        ("http://localhost/", "Wrong HTTP URL"),
        ("https://a.vn:x/", "Wrong HTTP URL"),
        ("", "URL host is empty"),
    ],
)
def test_what_is_no_address(url: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        checked_url(url)
