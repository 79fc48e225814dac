"""The citation law at the border: a quote that cannot be pointed to is shown to nobody."""

from dataclasses import replace

import pytest

from bot.answering.models import Citation, Decision, UnprovenError, cite, prove
from corpus.models import Article
from tests.factories import article

ONE = article("Chợ Sắt mở cửa lúc 5 giờ. Chợ Ga đóng cửa.")
CITED = cite(1, ONE, 0, 25)


def known(article_id: str) -> Article | None:
    return ONE if article_id == ONE.id else None


def test_quotes_that_stand_where_they_say_pass():
    prove([CITED, cite(2, ONE, 26, len(ONE.text))], known)
    prove([], known)


@pytest.mark.parametrize(
    "bad",
    [
        replace(CITED, quote="Chợ Sắt mở cửa lúc 6 giờ."),  # other words
        replace(CITED, start=1),  # another place
        replace(CITED, start=CITED.start - len(ONE.text), end=CITED.end - len(ONE.text)),  # counted from the end
        replace(CITED, end=10_000),  # beyond the end
        replace(CITED, start=3, end=3, quote=""),  # no words
        replace(CITED, article_id="0" * 16),  # no such article
        replace(CITED, answer=(20, 26)),  # the answer marked lies beyond the quote
    ],
)
def test_any_other_is_refused_by_article_and_place_without_its_words(bad: Citation):
    with pytest.raises(UnprovenError, match=rf"article {bad.article_id} .*{bad.start}-{bad.end}") as refused:
        prove([CITED, bad], known)
    assert "Chợ" not in str(refused.value)


def test_the_terms_of_a_decision_add_up_to_its_support():
    assert Decision("a:0-5", {"words": 3.0, "fit": 0.5}, enough=3.4).support == 3.5
