"""Two processes answer questions while a third reloads: each answer comes whole from one generation, and none fails."""

import itertools
import multiprocessing
import threading
import time
from concurrent.futures import Future, ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import ExitStack, closing
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pytest

from bot.answering.engine import AnswerEngine
from corpus.generation import Home
from corpus.models import Article
from corpus.store import ArticleStore
from retrieval.backends.backend import HomeBackend
from retrieval.retriever import Fusion, Retriever
from retrieval.serving import open_live
from retrieval.vectors import write_vectors
from tests.contract.bot_api_server import TelegramServer, available
from tests.contract.test_telegram import running_bot
from tests.factories import article
from tests.fakes import HashEncoder
from tests.homes import run_chidao
from tests.unit.retrieval.homes import ARTICLES, add, forget, run_reload

TURNS = 12
KEEP = 3
HOUR = "Chợ Sắt mở cửa lúc mấy giờ?"
BOOTH = "Gian hàng mới của chợ Sắt mang số mấy?"


@dataclass(frozen=True)
class Seen:
    """One answer: its question, the generation it came from, and what it cites of which article."""

    question: str
    generation: str
    cited: tuple[tuple[str, int, int, str], ...]


def hours(turn: int) -> Article:
    """Of each turn's generation alone."""
    return article(f"Chợ Sắt mở cửa lúc {turn} giờ sáng mỗi ngày.", title="Chợ Sắt", source=f"hours-{turn}")


def booth(turn: int) -> Article:
    """Longer at each turn, so that offsets differ from one generation to the next."""
    lead = "Ban quản lý thông báo việc sắp xếp lại các gian hàng. " * turn
    return article(f"{lead}Gian hàng mới của chợ Sắt mang số {turn}.", title="Gian hàng", source=f"booth-{turn}")


def turn_to(turn: int, home: Home) -> None:
    """The articles of this turn in place of those of the one before, at other rows."""
    for before in (hours(turn - 1), booth(turn - 1)):
        with ArticleStore(home.store) as store:
            known = store.get(before.id)
        if known:
            forget(home, before)
    add(home, booth(turn), hours(turn))


def answer_until(home: Path, stop: Path) -> list[Seen]:
    """What a process that serves answers until the file `stop` is there; the last questions after that."""
    seen = []
    with closing(AnswerEngine(HomeBackend(Home(home)), HashEncoder(), HashEncoder().identity, Fusion(0.5))) as engine:
        while True:
            last = stop.exists()
            for question in (HOUR, BOOTH):
                answer = engine.answer(question)
                cited = tuple((each.article_id, each.start, each.end, each.quote) for each in answer.citations)
                seen.append(Seen(question, answer.generation, cited))
            if last:
                return seen


def check(seen: Seen, turn: int) -> None:
    """The answer is the one of its generation's turn, to the letter."""
    of = hours(turn) if seen.question == HOUR else booth(turn)
    assert of.id in {article_id for article_id, *_ in seen.cited}
    for article_id, start, end, quote in seen.cited:
        held = {each.id: each for each in (hours(turn), booth(turn), *ARTICLES)}
        assert held[article_id].text[start:end] == quote


def test_two_processes_answer_while_a_third_reloads(tmp_path):
    home, stop = Home(tmp_path / "data"), tmp_path / "stop"
    add(home, *ARTICLES)
    turn_to(1, home)
    turns = {run_reload(home, keep=KEEP).generation: 1}
    with ProcessPoolExecutor(2, multiprocessing.get_context("spawn")) as pool:
        readers: list[Future[list[Seen]]] = [pool.submit(answer_until, home.path, stop) for _ in range(2)]
        try:
            time.sleep(2)  # they import what they need
            for turn in range(2, TURNS + 1):
                turn_to(turn, home)
                turns[run_reload(home, keep=KEEP).generation] = turn
        finally:
            stop.touch()
        answers = [reader.result(timeout=60) for reader in readers]
    assert home.names() == sorted(name for name in turns if name)[-KEEP:]
    for seen in answers:
        for each in seen:
            check(each, turns[each.generation])
        order = [each.generation for each in seen]
        assert order == sorted(order)
        assert order[-1] == home.current()
        assert len(set(order)) > TURNS // 3


def test_a_generation_that_is_open_is_read_on_after_it_was_pruned(tmp_path):
    home, encoder = Home(tmp_path / "data"), HashEncoder()
    with ExitStack() as opened:
        turn_to(1, home)
        run_reload(home, keep=KEEP)
        held = opened.enter_context(closing(open_live(home)))
        for turn in range(2, KEEP + 3):
            turn_to(turn, home)
            run_reload(home, keep=KEEP)
        assert held.name not in home.names()
        assert not home.folder(held.name).exists()
        retriever = Retriever(held.snapshot, held.lexical, held.vectors, encoder, Fusion(0.5))
        found = {hit.passage.article_id for hit in retriever.search(HOUR, 10)}
        assert found == {hours(1).id, booth(1).id}
        assert held.snapshot.article(booth(1).id) == booth(1)


@pytest.mark.parametrize("flat_up_to", [0, 10_000])
def test_sixteen_threads_answer_as_one_does_while_reloads_swap_generations(tmp_path, monkeypatch, flat_up_to):
    """What the questions ask for stays the same from one generation to the next."""
    monkeypatch.setattr("retrieval.build.write_vectors", partial(write_vectors, flat_up_to=flat_up_to))
    home, done = Home(tmp_path / "data"), threading.Event()
    turn_to(1, home)
    add(home, *ARTICLES)
    run_reload(home)
    with closing(AnswerEngine(HomeBackend(home), HashEncoder(), HashEncoder().identity, Fusion(0.5))) as engine:
        asked = [HOUR, BOOTH, "Lễ hội Hoa Phượng Đỏ khai mạc khi nào?", "Nộp hồ sơ đăng ký đất đai ở đâu?"]

        def answer(question: str) -> tuple[str, str, object]:
            given = engine.answer(question)
            return question, given.status, given.citations

        alone = {*map(answer, asked)}

        def keep_asking() -> set[tuple[str, str, object]]:
            seen: set[tuple[str, str, object]] = set()
            while not done.is_set():
                seen.update(map(answer, asked))
            return seen

        with ThreadPoolExecutor(16) as pool:
            readers = [pool.submit(keep_asking) for _ in range(16)]
            try:
                for number in range(6):
                    add(home, article(f"Tin số {number}: trời nắng.", title=f"Thời tiết {number}"))
                    run_reload(home, keep=KEEP)
            finally:
                done.set()
            assert all(reader.result(timeout=60) == alone for reader in readers)
        assert engine.answer(HOUR).generation == home.current()


@pytest.mark.skipif(bool(reason := available()), reason=reason or "")
@pytest.mark.timeout(300)
def test_a_running_bot_answers_every_question_sent_during_reloads(tmp_path):
    """With the real model and commands; the same question from a new chat each time."""
    home, pages, turns = tmp_path / "data", tmp_path / "pages", 3
    pages.mkdir()
    chats = itertools.count(100)

    def turn(number: int) -> None:
        (pages / f"{number}.txt").write_text(f"Cầu số {number}\n\nCầu số {number} xây năm {1980 + number}.", "utf-8")
        assert run_chidao(home, "add", str(pages)).returncode == 0
        assert run_chidao(home, "reload").returncode == 0

    (pages / "market.txt").write_text("Chợ Sắt\n\nChợ Sắt mở cửa lúc 5 giờ sáng mỗi ngày.", "utf-8")
    turn(0)
    with TelegramServer() as server, running_bot(server, home, tmp_path / "log"), ThreadPoolExecutor(1) as pool:
        server.send_text(HOUR, chat_id=next(chats))
        server.wait_for(1, chat_id=100, timeout=60)
        reloads = pool.submit(lambda: list(map(turn, range(1, turns + 1))))
        while not reloads.done():
            server.send_text(HOUR, chat_id=next(chats))
            time.sleep(0.1)
        assert reloads.result()
        for chat in range(100, asked := next(chats)):
            [answer] = server.wait_for(1, chat_id=chat, timeout=60)
            assert "Chợ Sắt mở cửa lúc <b>5 giờ</b> sáng mỗi ngày." in answer["text"]
        assert asked > 110
        server.send_text(f"Cầu số {turns} xây năm nào?", chat_id=asked)
        assert f"{1980 + turns}" in server.wait_for(1, chat_id=asked, timeout=60)[0]["text"]
