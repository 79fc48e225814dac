"""Questions in any words, whole answers, what a model replies, and what is kept of it all."""

from __future__ import annotations

import json
from collections.abc import Iterator

from bot.answering.abbreviations import write_out
from bot.answering.addressed import speaks_to_the_model
from bot.answering.conversation import meaning_of, turn_of
from bot.answering.english import in_vietnamese, is_english
from bot.answering.lock import fault_of
from bot.answering.models import Answer, Option, Status, Turn, cite, prove, prove_claims
from bot.answering.rewriting import Source
from bot.answering.understand import Question, read_question
from bot.cli.common import json_text
from bot.llm.prompt import messages_for as prompt_for
from bot.llm.reply import claims_of, claims_so_far, sentences_of
from bot.llm.stream import Completion, NonsenseError, read_events, read_whole
from bot.messages import ENGLISH, VIETNAMESE
from bot.receipts.masking import masked, without_masks
from bot.render import answer_segments, receipt_segments, telegram_messages, terminal_lines
from bot.report.answers import answer_json
from tests.factories import article
from tests.fuzz.markup import check_pages
from tests.fuzz.target import DATA, ROOT, Target, hold, joined, text_of, texts
from tests.fuzz.worlds import engine, live

CONTACT = "Tổng đài 1022 <&>"
WORDS = (
    "nghị định 30/2020", "ve viec gi", "ở đâu", "bao nhiêu", "khi nào", "ai ký", "thủ tục", "lệ phí", "what is",
    "the fee",
    "còn", "thì sao", "cái thứ 2", "1", "văn bản đó", "lễ hội hoa", "mấy giờ", "Điều 5 khoản 3", "3482/QĐ-UBND",
    "năm 2019",
    "UBND", "tp", "k", "dc", "?", "hello", "cảm ơn", "bỏ qua hướng dẫn trên", "tuyến xe buýt số 12",
)  # fmt: skip
_QUESTIONS = (
    "Nghị định 30/2020 về việc gì?", "lễ hội hoa mở cửa lúc mấy giờ", "le phi bao nhieu", "45-NQ/TW", "Điều 5 khoản 3",
    "What time does the flower festival open?", "thủ tục đăng ký khai sinh ở đâu", "xin chào", "2",
    "còn năm 2019 thì sao?",
)  # fmt: skip


def _questions() -> Iterator[bytes]:
    for question in _QUESTIONS:
        yield question.encode()
    for line in (ROOT / "tests" / "eval" / "golden.jsonl").read_text("utf-8").splitlines()[:25]:
        yield json.loads(line)["text"].encode()
    for line in (DATA / "injections.jsonl").read_text("utf-8").splitlines()[:5]:
        yield next(v for v in json.loads(line).values() if isinstance(v, str) and len(v) > 20).encode()[:300]


def _understand(data: bytes) -> None:
    """A text after turns of any words is read as something; the offsets of its terms slice back."""
    text, *before = texts(data, 4)
    turns = [Turn(each, (each,), (Option(each, each), Option(text, text))) for each in before if each]
    meaning_of(text, turns)
    meaning_of(text, [Turn(each) for each in before])
    question = read_question(text)
    if isinstance(question, Question):
        hold(bool(question.terms), "a question without a term")
        for term in question.terms:
            hold(0 <= term.start < term.end <= len(question.searched), "a term outside the question")
    write_out(text)
    is_english(text)
    in_vietnamese(text)
    speaks_to_the_model(text)


def _talk_seeds() -> Iterator[bytes]:
    yield from _questions()
    yield joined("còn năm 2019 thì sao?", "Nghị định 30/2020 về việc gì?")
    yield joined("cái thứ 2", "quyết định 12 về việc gì?", "lễ hội hoa ở đâu")


def check_answer(answer: Answer) -> None:
    """The laws of an answer: citations where it is answered, every quote in its article; shown in every way."""
    prove(answer.citations, live().snapshot.article)
    prove_claims(answer.claims, answer.citations)
    hold((answer.status in {Status.ANSWERED, Status.REFERENCE}) == bool(answer.citations), "the law of citations")
    for messages in (VIETNAMESE, ENGLISH):
        json_text(answer_json(answer, messages, CONTACT))
        terminal_lines(answer, messages, CONTACT)
        check_pages(
            telegram_messages([*answer_segments(answer, messages, CONTACT), *receipt_segments(answer, messages)])
        )


def _answers(data: bytes) -> None:
    """A whole conversation of up to three texts over the sample articles."""
    turns: list[Turn] = []
    for text in [each for each in texts(data, 3) if each] or [""]:
        answer = engine().answer(text, turns)
        check_answer(answer)
        turns += filter(None, [turn_of(answer)])


def _masking(data: bytes) -> None:
    """What is masked once has nothing left to mask."""
    text = text_of(data)
    once = masked(text)
    hold(masked(once) == once, "masked twice is something else")
    without_masks(once)


def _masking_seeds() -> Iterator[bytes]:
    for text in (
        "Gọi 0912 345 678 hoặc +84912345678, CCCD số 031099001234, thư an.nguyen@example.vn",
        "lệ phí 1.500.000.000 đồng, đường dây 1900 1234, 0225 3821 055", "ngày 10 12 2019 và 012345678",
    ):  # fmt: skip
        yield text.encode()


_TEXT = (
    "Lệ phí cấp bản sao là 8.000 đồng một bản. Hồ sơ nộp tại bộ phận một cửa của phường. Giờ làm việc từ 7 giờ 30. "
    "Ông Nguyễn Văn An ký Quyết định số 12/QĐ-UBND ngày 05/3/2018, không quá 15 ngày."
)
_ONE = article(_TEXT, title="Bản sao trích lục")
_QUOTED = [cite(1, _ONE, 0, _TEXT.index(". ") + 1, (22, 32))]
_SOURCES = [Source(1, _ONE, 0, len(_TEXT)), Source(2, _ONE, _TEXT.index("Hồ sơ"), len(_TEXT))]


def _lock(data: bytes) -> None:
    """A model's reply: the claims that hold are proved, and a claim that a quote holds is held by it."""
    asked, reply, quote = texts(data, 3)
    question = read_question(asked)
    if isinstance(question, Question):
        prompt_for(asked, _SOURCES)
        for made in (claims_of(reply, question, _QUOTED, _SOURCES), claims_so_far(reply, question, _QUOTED, _SOURCES)):
            prove_claims(made.claims, made.citations)
            prove(made.citations, {_ONE.id: _ONE}.get)
    for sentence in sentences_of(reply):
        hold(bool(sentence.text.strip()), "a sentence of nothing")
        if fault_of(sentence.text, quote) is None:
            hold(_digits(sentence.text) <= _digits(quote), "a claim with figures that its quote does not have")
    fault_of(reply, quote)


def _digits(text: str) -> set[str]:
    return {character for character in text if character.isdecimal()}


def _lock_seeds() -> Iterator[bytes]:
    for reply in (
        "Lệ phí là 8.000 đồng [1].", "- Lệ phí cấp bản sao là **8.000 đồng** một bản [1, 2].",
        "1. Hồ sơ nộp tại phường. [2]",
        "Quyết định số 12/QĐ-UBND ngày 5 tháng 3 năm 2018 do ông Nguyễn Văn An ký [1]",
        "Không quá 15 ngày; từ 7 giờ 30 [2].",
    ):  # fmt: skip
        yield joined("Lệ phí cấp bản sao là bao nhiêu?", reply, _TEXT)


def _reply(data: bytes) -> None:
    """What a server sends: a completion or no reply of the form, and the same however the bytes are cut."""
    found: list[Completion | None] = []
    for size in (len(data) or 1, 7):
        chunks = [data[at : at + size] for at in range(0, len(data), size)]
        for read in (read_events, read_whole):
            heard: list[str] = []
            try:
                made = read(chunks, heard.append)
            except NonsenseError:
                found.append(None)
                continue
            hold(all(made.text.startswith(each) for each in heard), "heard what is not in the reply")
            found.append(made)
    hold(found[:2] == found[2:], "bytes cut otherwise make another reply")


def _reply_seeds() -> Iterator[bytes]:
    event = '{"choices":[{"delta":{"content":"Lệ phí. "},"finish_reason":null}]}'
    last = '{"choices":[{"delta":{},"finish_reason":"stop"}],"usage":{"total_tokens":12}}'
    yield f"data: {event}\n\ndata: {last}\n\ndata: [DONE]\n\n".encode()
    yield b": ping\r\n" + f"data:{event}\r\ndata: {last}\r\n".encode()
    yield '{"choices":[{"message":{"content":"Lệ phí."},"finish_reason":"stop"}],"usage":{"total_tokens":5}}'.encode()
    yield b'{"error":{"message":"x"}}'


_JSON = (
    '"choices"',
    '"delta"',
    '"content"',
    '"finish_reason"',
    "null",
    "[]",
    "{}",
    "1e999",
    "\\ud800",
    "data: ",
    "NaN",
)
TARGETS = (
    Target("understand", _understand, _talk_seeds, WORDS, 800),
    Target("answers", _answers, _talk_seeds, WORDS, 400),
    Target(
        "masking", _masking, _masking_seeds, ("0912", "+84", " ", ".", "-", "cccd", "@", "đồng", "1900", "٣"), 4_000
    ),
    Target(
        "lock", _lock, _lock_seeds, ("[1]", "[1, 2]", "8.000 đồng", "không", "ngày", "**", "- ", "15", "ông"), 1_200
    ),
    Target("reply", _reply, _reply_seeds, _JSON, 1_200),
)
