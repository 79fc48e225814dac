import pytest

from retrieval.encoder import ModelIdentity
from retrieval.encoding import Coder
from retrieval.training import judged
from retrieval.training.judged import read_pairs
from tests.fakes import HashEncoder
from tests.unit.retrieval.evaluation.beir import DOCUMENTS, beir_folder


@pytest.fixture
def coder() -> Coder:
    return Coder(HashEncoder(), ModelIdentity("hash", "0"))


def test_a_question_comes_with_what_answers_it_and_what_only_looks_like_it(tmp_path, coder, monkeypatch):
    monkeypatch.setattr(judged, "JUDGED", ("small",))
    beir_folder(tmp_path / "data" / "small")
    pairs = {pair.question: pair for pair in read_pairs(tmp_path, tmp_path / "homes", coder)}
    assert set(pairs) == {"Chợ Sắt mở cửa lúc mấy giờ?", "Nộp hồ sơ giấy phép xây dựng ở đâu?"}
    market = pairs["Chợ Sắt mở cửa lúc mấy giờ?"]
    assert DOCUMENTS["cho"] in market.answer
    assert market.lookalikes
    assert not any(DOCUMENTS["cho"] in passage for passage in market.lookalikes)


def test_a_question_without_anything_to_stay_away_from_teaches_nothing(tmp_path, coder, monkeypatch):
    monkeypatch.setattr(judged, "JUDGED", ("small",))
    beir_folder(tmp_path / "data" / "small", {"cho": DOCUMENTS["cho"]}, {"q": "Chợ Sắt?"}, {"q": {"cho": 1}})
    assert read_pairs(tmp_path, tmp_path / "homes", coder) == []
