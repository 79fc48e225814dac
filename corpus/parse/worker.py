"""The reading process behind corpus/parse/isolation.py: one file after the other, within limits the kernel holds.

A request is a line of JSON (`kind`, `size`, and what `Raw` tells of the file), then `size` bytes; the reply is one line
of JSON: the parts of an article, or the two texts of a refusal. A file that hangs ends this process by SIGALRM, also
inside a C library, where no Python code could stop it.
"""

import json
import os
import resource
import signal
import sys
from collections.abc import Callable, Mapping
from typing import Any, BinaryIO

from config.errors import InputError
from corpus.models import Article, Raw
from corpus.parse.docx import parse_docx
from corpus.parse.html import parse_html
from corpus.parse.isolation import EXIT_MEMORY, JOB_SECONDS, MEMORY_BYTES
from corpus.parse.pdf import parse_pdf

Reader = Callable[[Raw], Article]
MAX_CHARACTERS = 10_000_000  # of an article's text, as for text files; a small file can unfold to more


def main() -> None:
    """Serves every format that is not plain text, until standard input ends."""
    serve({"PDF": lambda raw: parse_pdf(raw, more_time=_wind_clock), "DOCX": parse_docx, "HTML": parse_html})


def serve(readers: Mapping[str, Reader]) -> None:
    """Answers requests on standard input until it ends."""
    _confine()
    requests, replies = _private_pipes()
    while line := requests.readline():
        about = json.loads(line)
        kind = about.pop("kind")
        raw = Raw(requests.read(about.pop("size")), **about)
        _wind_clock()
        reply = json.dumps(_reply(readers[kind], kind, raw)).encode()
        signal.alarm(0)
        replies.write(reply + b"\n")
        replies.flush()


def _confine() -> None:
    if sys.platform == "linux":  # macOS accepts the limit and does not hold it
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGALRM})  # a parent's mask is inherited


def _private_pipes() -> tuple[BinaryIO, BinaryIO]:
    """The pipes to the parent, out of reach of a library that prints to standard output."""
    replies = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    return sys.stdin.buffer, replies


def _wind_clock() -> None:
    signal.alarm(JOB_SECONDS)


def _reply(reader: Reader, kind: str, raw: Raw) -> dict[str, Any]:
    try:
        return _parts(reader(raw))
    except InputError as refused:
        return {"vi": refused.vi, "en": refused.en}
    except MemoryError:
        os._exit(EXIT_MEMORY)  # what is left may lack parts; the next file gets a new process
    except Exception as error:  # noqa: BLE001  libraries raise anything over a damaged file
        return {
            "vi": f"tệp {kind} hỏng ({type(error).__name__}); hãy mở bằng phần mềm gốc và lưu lại rồi thêm lại",
            "en": f"damaged {kind} file ({type(error).__name__}); open it in its program, save it again and add that",
        }


def _parts(article: Article) -> dict[str, Any]:
    if len(article.text) > MAX_CHARACTERS:
        raise InputError(
            f"bài dài {len(article.text) / 1e6:.0f} triệu ký tự, nhiều nhất {MAX_CHARACTERS // 10**6}; hãy tách ra",
            f"{len(article.text) / 1e6:.0f} million characters, at most {MAX_CHARACTERS // 10**6}; split the document",
        )
    return {
        "title": article.title,
        "published": article.published.isoformat() if article.published else None,
        "source": article.source,
        "text": article.text,
        "issuer": article.issuer,
        "attachments": [(attachment.name, attachment.url) for attachment in article.attachments],
    }
