"""Homes with a few articles, reloaded with an encoder that needs no model."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager

from corpus.generation import Home
from corpus.models import Article
from corpus.store import ArticleStore
from retrieval.build import ReloadReport, reload
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


def add(home: Home, *articles: Article) -> None:
    with ArticleStore(home.store) as store:
        for one in articles:
            store.add(one)


def forget(home: Home, article: Article) -> None:
    """Takes an article out of the store, which has no command for it yet."""
    with closing(sqlite3.connect(home.store)) as store, store:
        store.execute("DELETE FROM added WHERE article_id = ?", (article.id,))
        store.execute("DELETE FROM articles WHERE id = ?", (article.id,))


def run_reload(home: Home, encoder: HashEncoder | None = None) -> ReloadReport:
    encoder = encoder or HashEncoder()
    return reload(home, encoder, encoder.identity, lambda done, total: None)


@contextmanager
def live(home: Home) -> Iterator[Generation]:
    """What is served now; closed at the end."""
    generation = open_live(home)
    try:
        yield generation
    finally:
        generation.close()
