"""Whatever is sent, the server answers: it takes the call or refuses it, and never breaks."""

from contextlib import suppress
from typing import Any

from hypothesis import example, given
from hypothesis import strategies as st

from tests.botapi.errors import ApiError
from tests.botapi.markup import read_html
from tests.botapi.parameters import METHODS as DECLARED
from tests.botapi.parameters import read_request
from tests.botapi.people import People
from tests.botapi.server import METHODS
from tests.botapi.text import utf16_length
from tests.botapi.world import World

CHAT = 42
AT_ONCE = sorted(METHODS.keys() - {"getUpdates", "setWebhook", "deleteWebhook"})  # the others want a running loop
WORDS = st.sampled_from(
    "inline_keyboard keyboard force_reply text url callback_data web_app login_url copy_text type offset length "
    "message_id quote command description id title input_message_content message_text chat user_id article bold "
    "text_link is_disabled start_parameter".split()
)
JSON: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.text(max_size=5) | WORDS | st.just(CHAT),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=3),
    max_leaves=12,
)


@st.composite
def calls(draw: st.DrawFn) -> tuple[str, dict[str, Any]]:
    method = draw(st.sampled_from(AT_ONCE))
    parameters = {name: draw(JSON) for name in DECLARED[method] if draw(st.booleans())}
    if "chat_id" in DECLARED[method]:
        parameters["chat_id"] = CHAT
    return method, parameters


@given(calls())
@example(
    (
        "sendMessage",
        {"chat_id": CHAT, "text": "x", "reply_markup": {"inline_keyboard": [[{"text": "x", "web_app": 1}]]}},
    )
)
@example(("answerInlineQuery", {"inline_query_id": "1", "results": [], "button": {"text": 1}}))
def test_no_call_breaks_the_server(call: tuple[str, dict[str, Any]]) -> None:
    method, parameters = call
    world = World("1:x")
    People(world).send(content={"text": "hỏi"}, chat_id=CHAT)
    query_id = People(world).inline_query(text="x", user_id=CHAT)["query_id"]
    if "inline_query_id" in parameters:
        parameters["inline_query_id"] = query_id
    with suppress(ApiError):
        METHODS[method](world, read_request(method, parameters, {}))


@given(st.text(alphabet="ab <>/&;='\"#x1👍é\n-", max_size=60) | st.text(max_size=40))
@example("<b>a</b>")
@example('<a href="&quot;&#x110000;">x</a>')
def test_no_text_breaks_the_reader_and_entities_lie_inside(source: str) -> None:
    try:
        text, entities, _ = read_html(source)
    except ApiError:
        return
    for entity in entities:
        assert entity["length"] > 0
        assert 0 <= entity["offset"] < entity["offset"] + entity["length"] <= utf16_length(text)
