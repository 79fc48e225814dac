"""Documents of a set in a home of their own: each counts by itself, and none is encoded twice."""

from contextlib import closing
from dataclasses import replace
from pathlib import Path

from corpus.generation import Home
from retrieval.encoding import Coder
from retrieval.evaluation.index import article_of, documents_of, index_documents
from retrieval.evaluation.sets import Document
from retrieval.serving import open_live
from tests.fakes import HashEncoder

LONG = " ".join(f"Câu số {number} của một bài dài kể chuyện chợ búa ven sông." for number in range(60))
MARKET = Document("cho", "Chợ Sắt", "Chợ Sắt mở cửa lúc năm giờ sáng.")
# Ingestion would take the second and third for the first, again and corrected.
ALIKE = (MARKET, replace(MARKET, id="cho2"), replace(MARKET, id="cho3", text=MARKET.text.replace("năm", "sáu")))


def indexed(folder: Path, *documents: Document, encoder: HashEncoder | None = None) -> Home:
    encoder = encoder or HashEncoder()
    return index_documents(folder, documents, Coder(encoder, encoder.identity))


def held(home: Home) -> list[str]:
    with closing(open_live(home)) as live:
        return sorted(documents_of(live).values())


def test_documents_that_look_like_versions_of_one_stay_apart(tmp_path: Path) -> None:
    assert held(indexed(tmp_path, *ALIKE)) == ["cho", "cho2", "cho3"]


def test_a_long_document_is_cut_as_articles_are_and_a_blank_one_is_there(tmp_path: Path) -> None:
    home = indexed(tmp_path, Document("long", "", LONG), Document("blank", "", " \n"))
    assert held(home) == ["blank", "long"]
    with closing(open_live(home)) as live:
        assert live.manifest.passages > 3


def test_a_second_run_encodes_nothing(tmp_path: Path) -> None:
    encoder = HashEncoder()
    first = indexed(tmp_path, *ALIKE, encoder=encoder)
    assert encoder.encoded
    encoder.encoded.clear()
    assert indexed(tmp_path, *ALIKE, encoder=encoder).path == first.path
    assert encoder.encoded == []


def test_another_model_indexes_the_same_home_anew(tmp_path: Path) -> None:
    first = indexed(tmp_path, MARKET)
    again = indexed(tmp_path, MARKET, encoder=HashEncoder("other"))
    assert again.path == first.path
    with closing(open_live(again)) as live:
        assert live.manifest.model == "hashother"


def test_other_documents_have_a_home_of_their_own(tmp_path: Path) -> None:
    homes = {indexed(tmp_path, each).path for each in (MARKET, replace(MARKET, title=""), replace(MARKET, text="Bài."))}
    assert len(homes) == 3


def test_a_title_alone_is_a_text() -> None:
    assert article_of(Document("a", " Chợ\nSắt ", "")).text == "Chợ Sắt"
    assert article_of(MARKET).source == "cho"
