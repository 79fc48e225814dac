"""Homes with a few articles, reloaded with an encoder that needs no model."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from corpus.generation import Home
from corpus.models import Article
from corpus.store import ArticleStore
from retrieval.build import Options, ReloadReport, reload
from retrieval.encoding import Coder
from retrieval.gate import OPEN_GATE, Gate, Outcome
from retrieval.serving import Generation, open_live
from tests.factories import article
from tests.fakes import HashEncoder

TEXTS = {
    "Giấy phép": "Thủ tục cấp giấy phép xây dựng nhà ở. Hồ sơ nộp tại bộ phận một cửa.",
    "Phân công": "Quyết định số 3482/QĐ-UBND ngày 27/12/2018 phân công nhiệm vụ. Quyết định có hiệu lực ngay.",
    "Lễ hội": "Lễ hội Hoa Phượng Đỏ khai mạc tối mai. Người dân vào cửa tự do.",
    "Y tế": "Sở Y tế tổ chức tiêm vắc xin sởi. Trẻ dưới năm tuổi được tiêm miễn phí.",
    "Đất đai": "Hồ sơ đăng ký đất đai nộp tại bộ phận một cửa. Thủ tục cấp giấy chứng nhận mất mười ngày.",
}
ARTICLES = [article(text, title=title) for title, text in TEXTS.items()]
PAGE = "https://haiphong.gov.vn/tin/gia-ve"
TICKET, CORRECTED = (
    article(f"Giá vé tham quan Đảo Dấu là {price} đồng mỗi người.", title="Giá vé", source=PAGE)
    for price in ("20.000", "30.000")
)  # two states of one page: the second supersedes the first


def add(home: Home, *articles: Article) -> None:
    with ArticleStore(home.store) as store:
        for one in articles:
            store.add(one, one.source)


def forget(home: Home, article: Article) -> None:
    with ArticleStore(home.store) as store:
        store.remove(article.id)


def run_reload(
    home: Home, encoder: HashEncoder | None = None, *, gate: Gate = OPEN_GATE, **options: Any
) -> ReloadReport:
    """A reload with an encoder that needs no model; `options` are those of `Options`."""
    encoder = encoder or HashEncoder()
    return reload(home, Coder(encoder, encoder.identity), gate, Options(**options))


def next_generation(home: Home) -> str:
    """Reloads; returns the name of what is served then."""
    name = run_reload(home).generation
    assert name
    return name


@dataclass
class TitleQuestions:
    """A replay: of every title asked for, whether an article of that title is served. `asked` counts generations."""

    titles: list[str]
    asked: list[str] = field(default_factory=list)

    def __call__(self, generation: Generation) -> tuple[Outcome, ...]:
        self.asked.append(generation.name)
        served = set(generation.snapshot.titles().values())
        return tuple(Outcome(id=title, text=f"{title}?", right=title in served) for title in self.titles)


def title_gate(*titles: str, tolerance: float = 0.0) -> Gate:
    """A gate that wants articles of these titles."""
    return Gate(TitleQuestions(list(titles)), tolerance)


def files_of(home: Home) -> dict[str, bytes]:
    """CURRENT and everything in generations/."""
    kept = [home.path / "CURRENT", *home.generations.rglob("*")]
    return {str(path): path.read_bytes() if path.is_file() else b"" for path in kept if path.exists()}


@contextmanager
def live(home: Home) -> Iterator[Generation]:
    """What is served now; closed at the end."""
    generation = open_live(home)
    try:
        yield generation
    finally:
        generation.close()
