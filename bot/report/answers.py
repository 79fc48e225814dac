"""Answers as the JSON other programs rely on (the command line contract)."""

from __future__ import annotations

from typing import Any

from bot.answering.models import Answer, Citation
from bot.messages import Messages, explanation, finding, messages_for

Json = dict[str, Any]


def answer_json(answer: Answer, messages: Messages, contact: str) -> Json:
    """An answer; where there is none, `text` says so in the interface's words and whom to ask, `citations` is empty.

    `nearest` are the titles of articles on a near subject, then. `asked` is the question that was answered where the
    text was not taken as typed; `options` are the questions of which one must be chosen. `claims` are a model's
    sentences in LLM mode (`mode`: "llm"), each with the numbers of the citations that hold it.
    """
    messages = messages_for(answer, messages)
    return {
        "question": answer.question,
        "status": answer.status.value,
        "text": _text(answer, messages, contact),
        "citations": [_citation_json(citation) for citation in answer.citations],
        "nearest": list(answer.nearest),
        "generation": answer.generation,
        "receipt": answer.receipt,
        "elapsed_ms": round(answer.elapsed_ms, 1),
        "differing": answer.differing,
        "asked": answer.asked,
        "options": [{"label": option.label, "question": option.question} for option in answer.options],
        "mode": "llm" if answer.claims else "quote",
        "claims": [{"text": claim.text, "citations": list(claim.citations)} for claim in answer.claims],
    }


def _text(answer: Answer, messages: Messages, contact: str) -> str:
    """The quotes or a model's claims, with what the register finds before them; where there are none, why."""
    if not answer.citations:
        return explanation(answer, messages, contact)
    return "\n".join(filter(None, [finding(answer, messages), answer.text]))


def unavailable_json(question: str, messages: Messages, contact: str) -> Json:
    """The same form where no answer could be looked for: no generation, a damaged home, a missing model."""
    return {
        "question": question,
        "status": "unavailable",
        "text": messages.unavailable.format(contact=contact),
        "citations": [],
        "nearest": [],
        "generation": None,
        "receipt": None,
        "elapsed_ms": 0.0,
        "differing": False,
        "asked": None,
        "options": [],
        "mode": "quote",
        "claims": [],
    }


def _citation_json(citation: Citation) -> Json:
    return {
        "n": citation.n,
        "article_id": citation.article_id,
        "title": citation.title,
        "source": citation.source,
        "published": citation.published.isoformat() if citation.published else None,
        "start": citation.start,
        "end": citation.end,
        "quote": citation.quote,
        "answer": dict(zip(("start", "end"), citation.answer, strict=True)) if citation.answer else None,
    }
