"""The admin's golden questions, asked of a generation: what the gate of a reload replays."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from bot.answering.engine import compose_from
from bot.answering.fixed import Unusable
from bot.answering.understand import read_question
from config.errors import InputError
from corpus.clean import normalise
from retrieval.gate import Outcome, Replay
from retrieval.hits import Encoder
from retrieval.retriever import Fusion
from retrieval.serving import Generation


class GoldenQuestion(BaseModel):
    """A question and what has to come: a quote that holds `answer`, or with `not_found` no answer at all."""

    model_config = ConfigDict(frozen=True, extra="ignore", populate_by_name=True)
    id: str = Field(alias="_id")
    text: str = Field(min_length=1)
    answer: str | None = None
    not_found: bool = False

    @model_validator(mode="after")
    def _says_what_has_to_come(self) -> GoldenQuestion:
        if bool(self.answer and self.answer.strip()) == self.not_found:
            raise ValueError('one of "answer": "…" and "not_found": true')
        return self

    def is_met_by(self, quotes: Iterable[str]) -> bool:
        """Whether these quotes are what has to come; capitals and spacing do not count."""
        shown = [_plain(quote) for quote in quotes]
        if self.answer is None:
            return not shown
        return any(_plain(self.answer) in quote for quote in shown)


def read_golden(path: Path) -> list[GoldenQuestion]:
    """The questions of a JSONL file, one a line; none where there is no file.

    Raises:
        InputError: a line is not a golden question, or an id comes twice; names the line.
    """
    try:
        lines = path.read_text(encoding="utf-8-sig").split("\n")
    except FileNotFoundError:
        return []
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(
            f"không đọc được tệp câu hỏi chuẩn {path} ({error}); tệp phải là JSONL, mã UTF-8",
            f"cannot read the golden questions {path} ({error}); the file must be JSONL in UTF-8",
        ) from error
    return list(_questions(path, lines))


def _questions(path: Path, lines: Iterable[str]) -> Iterator[GoldenQuestion]:
    seen: set[str] = set()
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            question = GoldenQuestion.model_validate_json(line)
        except ValidationError:
            raise _bad_line(path, number) from None
        if question.id in seen:
            raise _bad_line(path, number)
        seen.add(question.id)
        yield question


def _bad_line(path: Path, number: int) -> InputError:
    form = '{"_id": "1", "text": "…?", "answer": "…"} / {"_id": "2", "text": "…?", "not_found": true}'
    return InputError(
        f"{path}, dòng {number}: không phải câu hỏi chuẩn hoặc _id bị trùng; mỗi dòng có dạng {form}",
        f"{path}, line {number}: no golden question, or an _id used before; each line is of the form {form}",
    )


def replay_of(questions: Iterable[GoldenQuestion], encoder: Encoder, fusion: Fusion, city: str) -> Replay:
    """A function that asks a generation all the questions."""
    asked = tuple(questions)

    def replay(generation: Generation) -> tuple[Outcome, ...]:
        return tuple(
            Outcome(id=each.id, text=each.text, right=each.is_met_by(quotes(each.text, generation))) for each in asked
        )

    def quotes(text: str, generation: Generation) -> list[str]:
        question = read_question(text)
        if isinstance(question, Unusable):
            return []
        composed = compose_from(generation, question, encoder, fusion, city)
        return [citation.quote for citation in composed.citations]

    return replay


def _plain(text: str) -> str:
    return " ".join(normalise(text).casefold().split())
