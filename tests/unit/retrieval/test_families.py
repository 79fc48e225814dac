"""What models want of a text, told by their names and folders."""

import json
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from config.errors import ModelError
from retrieval.encoder import identify
from retrieval.families import Family, by_role, family_of, own_prompts, segmenter

E5 = {"query": "query: ", "document": "passage: "}
MODELS = [
    ("intfloat/multilingual-e5-small", E5, False),
    ("intfloat/multilingual-e5-base", E5, False),
    ("/models/multilingual-e5-large", E5, False),  # a folder
    ("/models/vi-e5-small-start", E5, False),
    (".cache/hub/models--intfloat--multilingual-e5-base/snapshots/0a1b2c", E5, False),  # where the hub puts it
    ("BAAI/bge-m3", {}, False),
    ("AITeamVN/Vietnamese_Embedding", {}, False),
    ("AITeamVN/Vietnamese_Embedding_v2", {}, False),
    ("bkai-foundation-models/vietnamese-bi-encoder", {}, True),
    ("VoVanPhuc/sup-SimCSE-VietNamese-phobert-base", {}, True),
    ("some/model", {}, False),
    ("some/large5-model", {}, False),  # no E5
    ("models--x/snapshots", {}, False),
]


@pytest.mark.parametrize(("model", "prompts", "segmented"), MODELS)
def test_a_family_is_known_by_the_last_part_of_the_name(model, prompts, segmented):
    assert family_of(model) == Family(prompts, segmented)


def test_an_instructed_e5_has_a_task_before_questions_and_nothing_before_passages():
    prompts = family_of("intfloat/multilingual-e5-large-instruct").prompts
    assert prompts.keys() == {"query"}
    assert prompts["query"].startswith("Instruct: ")
    assert prompts["query"].endswith("\nQuery: ")


def test_a_folder_with_a_tokenizer_of_phobert_wants_words_segmented_whatever_its_name(tmp_path):
    assert not family_of(str(tmp_path)).segmented
    (tmp_path / "tokenizer_config.json").write_text(json.dumps({"tokenizer_class": "PhobertTokenizer"}))
    assert family_of(str(tmp_path)).segmented


PROMPTS = [
    ({"query": "q: ", "document": "d: "}, {"query": "q: ", "document": "d: "}),
    ({"query": "q: ", "passage": "p: ", "document": ""}, {"query": "q: ", "document": "p: "}),
    ({"query": None, "document": ""}, {}),
    ({"query": "q: ", "classification": "c: "}, {"query": "q: "}),
    ({}, {}),
]


@pytest.mark.parametrize(("saved", "expected"), PROMPTS)
def test_prompts_that_a_folder_brings_are_told_by_role(tmp_path, saved, expected):
    (tmp_path / "config_sentence_transformers.json").write_text(json.dumps({"prompts": saved}))
    assert by_role(saved) == own_prompts(str(tmp_path)) == expected


@pytest.mark.parametrize("content", ["", "[]", '{"prompts": null}', "\udcff"])
def test_a_folder_whose_settings_cannot_be_read_brings_none(tmp_path, content):
    (tmp_path / "config_sentence_transformers.json").write_text(content, "utf-8", errors="surrogateescape")
    assert own_prompts(str(tmp_path)) == {}


# ---------------------------------------------------------------------------------------------------- the fingerprint
def folder(place: Path, name: str, prompts: dict[str, str]) -> str:
    made = place / name
    made.mkdir(parents=True, exist_ok=True)
    (made / "config_sentence_transformers.json").write_text(json.dumps({"prompts": prompts}))
    return str(made)


def test_another_family_s_prompts_make_another_model_of_the_same_files(tmp_path):
    e5, other = (identify(folder(tmp_path, name, {}), {}) for name in ("e5-small", "small"))
    assert e5.fingerprint != other.fingerprint
    assert identify(folder(tmp_path, "small", {}), {**E5}).fingerprint == e5.fingerprint  # type: ignore[dict-item]


def test_a_model_with_prompts_of_its_own_is_the_same_under_any_name(tmp_path):
    one, other = (identify(folder(tmp_path, name, {"query": "q: "}), {}) for name in ("e5-small", "small"))
    assert one.fingerprint == other.fingerprint


def test_joined_words_make_another_model(tmp_path):
    joined, plain = (identify(folder(tmp_path, name, {}), {}) for name in ("vietnamese-bi-encoder", "small"))
    assert joined.fingerprint != plain.fingerprint


# ------------------------------------------------------------------------------------------------------- segmentation
def test_words_are_joined_by_pyvi(monkeypatch):
    """Its model is 8 MB more, so that a stand-in does here."""
    words = SimpleNamespace(tokenize=lambda text: text.replace("thủ tục", "thủ_tục"))
    monkeypatch.setitem(sys.modules, "pyvi", SimpleNamespace(ViTokenizer=words))
    assert segmenter("model")("thủ tục cấp phép") == "thủ_tục cấp phép"


def test_without_pyvi_the_error_names_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "pyvi", None)
    with pytest.raises(ModelError, match=r"pyvi is not installed; run: pip install 'chidao\[segmentation\]'") as caught:
        segmenter("bkai-foundation-models/vietnamese-bi-encoder")
    assert "«bkai-foundation-models/vietnamese-bi-encoder» wants words segmented" in caught.value.en
    assert "pip install 'chidao[segmentation]'" in caught.value.vi
