"""The admin's golden questions: read strictly, asked of a generation, judged by the quote."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from bot.answering.golden import GoldenQuestion, read_golden, replay_of
from config.errors import InputError
from corpus.generation import Home
from corpus.store import ArticleStore
from retrieval.build import reload
from retrieval.encoding import Coder
from retrieval.gate import Gate, Outcome
from retrieval.retriever import Fusion
from retrieval.serving import Generation, open_live
from tests.factories import article, text_file
from tests.fakes import HashEncoder

ENCODER, FUSION = HashEncoder(), Fusion(0.5)
MARKET = '{"_id": "cho", "text": "Chợ Sắt mở cửa lúc mấy giờ?", "answer": "5 giờ sáng"}'
GOLD = '{"_id": "vang", "text": "Giá vàng hôm nay bao nhiêu?", "not_found": true}'
BRIDGE = '{"_id": "cau", "text": "Cầu Rào được xây năm nào?", "answer": "1980"}'


def questions(*lines: str) -> list[GoldenQuestion]:
    return [GoldenQuestion.model_validate_json(line) for line in lines]


# ---------------------------------------------------------------------------------------------------------- reading


def test_every_line_is_a_question(tmp_path: Path) -> None:
    path = text_file(tmp_path, "golden.jsonl", f"\ufeff{MARKET}\r\n\n  \n{GOLD}\n")
    [market, gold] = read_golden(path)
    assert (market.id, market.answer, market.not_found) == ("cho", "5 giờ sáng", False)
    assert (gold.id, gold.answer, gold.not_found) == ("vang", None, True)


def test_without_a_file_there_are_no_questions(tmp_path: Path) -> None:
    assert read_golden(tmp_path / "golden.jsonl") == []
    assert read_golden(text_file(tmp_path, text="")) == []


def test_what_an_admin_notes_beside_a_question_is_passed_over(tmp_path: Path) -> None:
    path = text_file(tmp_path, text=MARKET[:-1] + ', "note": "hỏi nhiều"}')
    assert [each.id for each in read_golden(path)] == ["cho"]


@pytest.mark.parametrize(
    "line",
    [
        "not json",
        "[]",
        "{}",
        '{"_id": "1", "text": "?"}',  # nothing has to come
        '{"_id": "1", "text": "?", "answer": "a", "not_found": true}',  # two things have to
        '{"_id": "1", "text": "?", "answer": ""}',
        '{"_id": "1", "text": "?", "answer": " "}',  # would stand in every quote
        '{"_id": "1", "text": "", "answer": "a"}',
        '{"_id": null, "text": "?", "answer": "a"}',
        '{"text": "?", "answer": "a"}',
        MARKET,  # the id comes twice
        "[" * 100_000,
    ],
)
def test_a_line_that_is_no_question_is_named_by_its_number(tmp_path: Path, line: str) -> None:
    path = text_file(tmp_path, "golden.jsonl", f"{MARKET}\n\n{line}\n")
    with pytest.raises(InputError, match=r"golden\.jsonl, line 3: no golden question, or an _id used before") as bad:
        read_golden(path)
    assert f"{path}, dòng 3: không phải câu hỏi chuẩn hoặc _id bị trùng" in bad.value.vi


def test_only_a_new_line_ends_a_line(tmp_path: Path) -> None:
    """What Word leaves in a text (a line separator, a form feed) may stand inside a JSON string."""
    path = text_file(tmp_path, text=MARKET.replace("Chợ Sắt mở", "Chợ Sắt\u2028mở"))
    assert [each.text for each in read_golden(path)] == ["Chợ Sắt\u2028mở cửa lúc mấy giờ?"]


@pytest.mark.parametrize("what", ["folder", "bytes"])
def test_a_file_that_cannot_be_read_is_told(tmp_path: Path, what: str) -> None:
    path = tmp_path if what == "folder" else text_file(tmp_path, text=b"\xff\xfe\xff")
    with pytest.raises(InputError, match=r"cannot read the golden questions .*; the file must be JSONL in UTF-8"):
        read_golden(path)


# ---------------------------------------------------------------------------------------------------------- judging


@pytest.mark.parametrize(
    ("quotes", "met"),
    [
        (["Chợ Sắt mở cửa lúc 5 giờ sáng."], True),
        (["Mở lúc  5 GIỜ\n sáng."], True),  # capitals and spacing
        (["Mo\u031b\u0309 lúc 5 gio\u031b\u0300 sáng."], True),  # decomposed letters
        (["Không rõ.", "5 giờ sáng"], True),  # any of the quotes
        (["Chợ mở lúc 15 giờ."], False),
        (["5 gio sang"], False),  # marks count
        ([], False),
    ],
)
def test_an_answer_must_stand_in_a_quote(quotes: list[str], met: bool) -> None:
    [market] = questions(MARKET)
    assert market.is_met_by(quotes) is met


def test_where_nothing_must_be_found_any_quote_is_wrong() -> None:
    [gold] = questions(GOLD)
    assert gold.is_met_by([])
    assert not gold.is_met_by(["Giá vàng tăng."])


# ----------------------------------------------------------------------------------------------------------- asking


def add(home: Home, text: str) -> None:
    with ArticleStore(home.store) as store:
        store.add(article(text, title=text.split(" mở", maxsplit=1)[0]), text)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    made = Home(tmp_path / "home")
    add(made, "Chợ Sắt mở cửa lúc 5 giờ sáng mỗi ngày.")
    reload(made, Coder(ENCODER, ENCODER.identity))
    return made


@pytest.fixture
def generation(home: Home) -> Iterator[Generation]:
    with closing(open_live(home)) as opened:
        yield opened


def test_every_question_is_asked_and_judged(generation: Generation) -> None:
    replay = replay_of(questions(MARKET, GOLD, BRIDGE), ENCODER, FUSION, "Hải Phòng")
    assert [(each.id, each.right) for each in replay(generation)] == [("cho", True), ("vang", True), ("cau", False)]
    assert replay(generation)[0] == Outcome(id="cho", text="Chợ Sắt mở cửa lúc mấy giờ?", right=True)


@pytest.mark.parametrize(("rest", "right"), [('"not_found": true', True), ('"answer": "Chợ"', False)])
def test_what_is_no_question_finds_nothing(generation: Generation, rest: str, right: bool) -> None:
    asked = questions('{"_id": "1", "text": "?!", ' + rest + "}")
    assert [each.right for each in replay_of(asked, ENCODER, FUSION, "")(generation)] == [right]


def test_no_questions_have_no_outcomes(generation: Generation) -> None:
    assert replay_of([], ENCODER, FUSION, "")(generation) == ()


def test_a_reload_that_loses_the_answer_is_blocked_by_its_question(home: Home) -> None:
    gate = Gate(replay_of(questions(MARKET), ENCODER, FUSION, ""))
    with ArticleStore(home.store) as store:
        [market] = store.all()
        store.remove(market.id)
    add(home, "Cầu Rào mở cho xe qua lúc 6 giờ.")
    report = reload(home, Coder(ENCODER, ENCODER.identity), gate)
    assert report.blocked
    assert report.gate is not None
    assert [each.id for each in report.gate.lost] == ["cho"]
    with closing(open_live(home)) as served:
        assert replay_of(questions(MARKET), ENCODER, FUSION, "")(served)[0].right
