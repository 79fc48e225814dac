"""The machine and the home folder: disk, rights, generations, the model, golden questions, OCR."""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from bot.answering.golden import read_golden
from bot.doctor.models import Finding, failed, good, warning
from config.errors import ChidaoError, HomeError, ModelError, NoGenerationError
from corpus.generation import Home
from corpus.parse.ocr import INSTALL, require_tesseract
from corpus.store import ArticleStore
from retrieval.encoder import ModelIdentity, SentenceEncoder, check_dimension
from retrieval.gate import difference
from retrieval.hits import Encoder, Vectors
from retrieval.service import ServiceEncoder
from retrieval.serving import Generation, check_model, open_live

LEAST_FREE = 500_000_000  # bytes of disk below which a reload may not fit
TIMES_INDEX = 3  # a reload builds a second index beside the live one, and keeps some


def look_at_machine(home: Home) -> Iterator[Finding]:
    """Findings on the home folder and the machine. Changes nothing."""
    yield _rights(home)
    yield _temporary_folder()
    yield _disk(home)
    yield _ocr()


def look_at_generations(
    home: Home, identity: ModelIdentity, vectors: Vectors | None, golden: Path
) -> Iterator[Finding]:
    """Findings on what the home serves and what waits to be reloaded; `vectors` are of the model. Changes nothing."""
    yield from _served(home, identity, vectors)
    yield _golden(golden)


def _rights(home: Home) -> Finding:
    what = "home"
    if not home.path.is_dir():
        return failed(
            what,
            (f"chưa có thư mục {home.path}", f"there is no folder {home.path}"),
            ("đặt CHIDAO_HOME, rồi: chidao add …, chidao reload", "set CHIDAO_HOME, then: chidao add …, chidao reload"),
        )
    if not os.access(home.path, os.W_OK | os.X_OK):
        return warning(
            what,
            (f"không ghi được vào {home.path}", f"{home.path} cannot be written"),
            (
                "không thêm, nạp được; xem quyền ghi",
                "it can answer, and not reload; see the rights",
            ),
        )
    return good(what, str(home.path), str(home.path))


def _temporary_folder() -> Finding:
    try:
        with tempfile.TemporaryDirectory():
            return good("temporary folder", tempfile.gettempdir(), tempfile.gettempdir())
    except OSError as error:
        return failed(
            "temporary folder",
            (f"không ghi được ({error.strerror})", f"cannot be written ({error.strerror})"),
            ("giải phóng đĩa, hoặc đặt TMPDIR", "free some disk, or set TMPDIR"),
        )


def _served(home: Home, identity: ModelIdentity, vectors: Vectors | None) -> Iterator[Finding]:
    try:
        live = open_live(home)
    except NoGenerationError as error:
        yield failed("generation", (error.vi, error.en))
        return
    except HomeError as error:
        yield failed("generation", (error.vi, error.en), ("chạy: chidao reload", "run: chidao reload"))
        return
    with closing(live):
        size = f"{live.name}: {live.manifest.articles} / {live.manifest.passages}"
        yield good("generation", f"{size} bài/đoạn", f"{size} articles/passages")
        yield _index(live, identity, vectors)
        yield _pending(home, live)


def look_at_model(encoder: Encoder, identity: ModelIdentity) -> tuple[Finding, Vectors | None]:
    """How well the encoder is, and what it made of a question, which a service is sent with the key."""
    what = "embedding service" if isinstance(encoder, ServiceEncoder) else "model"
    began = time.perf_counter()
    try:
        vectors = encoder.encode(["câu hỏi"], "query")
    except ChidaoError as error:
        return failed(what, (error.vi, error.en)), None
    if isinstance(encoder, ServiceEncoder):
        place = f"{1000 * (time.perf_counter() - began):.0f} ms"
    else:
        place = encoder.device if isinstance(encoder, SentenceEncoder) else "cpu"
    seen, dimension = f"{identity.name} ({place})", vectors.shape[1]
    return good(what, f"{seen}, {dimension} chiều", f"{seen}, {dimension} dimensions"), vectors


def _index(live: Generation, identity: ModelIdentity, vectors: Vectors | None) -> Finding:
    try:
        check_model(live, identity)
    except ModelError as error:
        return failed("index", (error.vi, error.en), ("chạy: chidao reload", "run: chidao reload"))
    try:
        if vectors is not None:
            check_dimension(vectors, live.manifest.dimension)
    except ModelError as error:
        return failed("index", (error.vi, error.en))
    return good("index", "do mô hình này dựng", "built by this model")


def _pending(home: Home, live: Generation) -> Finding:
    what = "reload"
    if not home.store.exists():
        return good(what, "không có gì chờ nạp", "nothing waits")
    try:
        with ArticleStore(home.store) as store:
            waits = difference(live, list(store.listed()), store.current_of())
    except HomeError as error:
        return failed(what, (error.vi, error.en))
    count = len(waits.added) + len(waits.changed) + len(waits.removed)
    if not count:
        return good(what, "không có gì chờ nạp", "nothing waits")
    return warning(
        what,
        (f"{count} thay đổi chưa nạp", f"{count} changes are not reloaded"),
        ("chạy: chidao reload", "run: chidao reload"),
    )


def _disk(home: Home) -> Finding:
    what = "disk"
    there = next(each for each in (home.path, *home.path.resolve().parents) if each.exists())
    free = shutil.disk_usage(there).free
    index = _size(home.folder(current)) if (current := home.current()) else 0
    needed = max(LEAST_FREE, TIMES_INDEX * index)
    seen = f"{free / 1e9:.1f} GB"
    if free < needed:
        return warning(
            what,
            (f"còn {seen}, nên có {needed / 1e9:.1f} GB", f"{seen} free; {needed / 1e9:.1f} GB should be"),
            ("giải phóng đĩa, hoặc giảm CHIDAO_INDEX__KEEP", "free some disk, or lower CHIDAO_INDEX__KEEP"),
        )
    return good(what, f"còn {seen}", f"{seen} free")


def _size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def _golden(path: Path) -> Finding:
    what = "golden questions"
    try:
        count = len(read_golden(path))
    except ChidaoError as error:
        return failed(what, (error.vi, error.en), ("sửa dòng đó", "mend that line"))
    if count:
        return good(what, f"{count} câu", f"{count} questions")
    return warning(
        what,
        ("chưa có; bản nạp kém hơn sẽ không bị chặn", "none; a reload that is worse is not blocked"),
        (f"ghi vài câu hỏi và câu trả lời vào {path}", f"write some questions with their answers into {path}"),
    )


def _ocr() -> Finding:
    try:
        require_tesseract([1], 1)
    except ChidaoError:
        return warning(
            "OCR",
            ("chưa có Tesseract tiếng Việt: trang quét không đọc được", "no Vietnamese Tesseract: scans are not read"),
            (INSTALL, INSTALL),
        )
    return good("OCR", "Tesseract, vie", "Tesseract, vie")
