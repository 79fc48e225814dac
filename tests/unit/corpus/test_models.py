import dataclasses

import pytest

from corpus.models import ID_LENGTH
from tests.factories import article, passage


def test_the_same_content_gets_the_same_id_whatever_file_it_came_from():
    assert article(source="a.txt").id == article(source="b.txt").id


@pytest.mark.parametrize("change", [{"text": "khác"}, {"title": "khác"}, {"published": None}])
def test_other_content_gets_another_id(change):
    assert article(**change).id != article().id


def test_an_id_is_the_beginning_of_the_digest():
    made = article()
    assert made.id == made.digest[:ID_LENGTH]


def test_a_passage_is_named_by_article_and_span():
    made = article()
    assert passage(made, 5, 9).id == f"{made.id}:5-9"


def test_what_crosses_package_borders_is_frozen():
    with pytest.raises(dataclasses.FrozenInstanceError):
        article().title = "khác"  # type: ignore[misc]
