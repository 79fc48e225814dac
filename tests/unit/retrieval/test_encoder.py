"""Which encoder a setting names, and the one that comes along."""

import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from config.errors import ModelError
from retrieval.encoder import DEFAULT_MODEL, SentenceEncoder, identify, make_encoder
from retrieval.hits import Encoder, Role
from retrieval.onnx import CARD, GRAPH, OnnxEncoder, is_onnx_folder

ROOT = Path(__file__).parents[3]
TEXTS = ["Thủ tục cấp giấy phép xây dựng", "thu tuc", "Lễ hội " * 60, "", "3482/QĐ-UBND", "🙂"]


# ------------------------------------------------------------------------------------------------------- identity
@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A model folder, as far as its identity goes."""
    model = tmp_path / "model"
    (model / "1_Pooling").mkdir(parents=True)
    (model / "model.safetensors").write_bytes(b"weights")
    (model / "1_Pooling" / "config.json").write_text("{}")
    (model / "README.md").write_text("about")
    return model


def test_a_model_is_named_by_its_folder_and_known_by_its_content(folder, tmp_path):
    copy = shutil.copytree(folder, tmp_path / "elsewhere" / "model")
    assert identify(str(folder), {}) == identify(str(copy), {})
    assert identify(str(folder), {}).name == "model"


CHANGES = [
    ("model.safetensors", b"other weights"),
    ("1_Pooling/config.json", b'{"pooling": "cls"}'),  # a file in a folder below
    ("tokenizer.json", b"{}"),  # a file more
]


@pytest.mark.parametrize(("file", "content"), CHANGES)
def test_another_file_makes_another_model(folder, file, content):
    before = identify(str(folder), {})
    (folder / file).write_bytes(content)
    assert identify(str(folder), {}).fingerprint != before.fingerprint


def test_a_renamed_file_makes_another_model(folder):
    before = identify(str(folder), {})
    (folder / "model.safetensors").rename(folder / "other.safetensors")
    assert identify(str(folder), {}).fingerprint != before.fingerprint


def test_what_no_vector_depends_on_makes_no_other_model(folder):
    before = identify(str(folder), {})
    (folder / "README.md").write_text("said better")
    assert identify(str(folder), {}) == before


def test_prompts_are_part_of_the_identity_their_order_is_not(folder):
    prompts: list[dict[Role, str]] = [{}, {"query": "q: "}, {"document": "q: "}, {"query": "q: ", "document": "d: "}]
    assert len({identify(str(folder), one).fingerprint for one in prompts}) == len(prompts)
    assert identify(str(folder), {"document": "d: ", "query": "q: "}) == identify(str(folder), prompts[-1])


def test_a_hub_name_is_known_by_its_name():
    one, other = identify("some/model", {}), identify("some/other", {})
    assert one.name == "some/model"
    assert one.fingerprint != other.fingerprint


# --------------------------------------------------------------------------------------------------- which encoder
def test_a_folder_with_a_graph_and_a_card_needs_no_torch(folder):
    assert is_onnx_folder(DEFAULT_MODEL)
    assert isinstance(make_encoder(str(DEFAULT_MODEL), {}), OnnxEncoder)
    assert isinstance(make_encoder(str(folder), {}), SentenceEncoder)
    assert isinstance(make_encoder("some/model", {}), SentenceEncoder)


@pytest.mark.parametrize("name", ["/nowhere/model", "./nowhere/model", "../nowhere"])
def test_a_missing_folder_is_named_with_what_to_do(name):
    encoder = make_encoder(name, {})  # nothing is loaded yet, so nothing is wrong yet
    with pytest.raises(ModelError, match="there is no such folder; set CHIDAO_ENCODER__MODEL to a") as caught:
        encoder.encode(["câu hỏi"], "query")
    assert f"«{name}»" in str(caught.value)
    assert f"«{name}»" in caught.value.vi


@pytest.mark.parametrize("file", [CARD, GRAPH, "tokenizer.json"])
def test_a_damaged_model_folder_is_named_with_what_to_do(tmp_path, file):
    model = shutil.copytree(DEFAULT_MODEL, tmp_path / "vi-damaged", copy_function=_link)
    (model / file).unlink()
    (model / file).write_bytes(b"{not what it was")
    with pytest.raises(ModelError, match=r"cannot load the model in vi-damaged: .*; copy the model folder again"):
        make_encoder(str(model), {}).encode(["câu hỏi"], "query")


def _link(source: str, target: str) -> None:
    Path(target).symlink_to(source)


# --------------------------------------------------------------------------------------- the one that comes along
@pytest.fixture(scope="module")
def encoder() -> Encoder:
    return make_encoder(str(DEFAULT_MODEL), {})


def test_vectors_are_unit_float32_one_row_a_text(encoder):
    vectors = encoder.encode(TEXTS, "document")
    assert vectors.shape == (len(TEXTS), 384)
    assert vectors.dtype == np.float32
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(1, abs=1e-5)


def test_a_vector_does_not_depend_on_its_neighbours(encoder):
    """Int8 scales over a whole batch would make it so; reloads could not take vectors over."""
    together = encoder.encode(TEXTS, "document")
    assert np.array_equal(encoder.encode(TEXTS[::-1], "document")[::-1], together)
    for text, vector in zip(TEXTS, together, strict=True):
        assert np.array_equal(encoder.encode([text], "document")[0], vector)


def test_another_load_gives_the_same_vectors(encoder):
    again = make_encoder(str(DEFAULT_MODEL), {})
    assert np.array_equal(again.encode(TEXTS, "query"), encoder.encode(TEXTS, "query"))


def test_questions_and_passages_have_prompts_of_their_own(encoder):
    assert not np.allclose(encoder.encode(["học phí"], "query"), encoder.encode(["học phí"], "document"))


def test_given_prompts_override_those_of_the_model(encoder):
    bare = make_encoder(str(DEFAULT_MODEL), {"query": ""})
    assert np.array_equal(bare.encode(["query: học phí"], "query"), encoder.encode(["học phí"], "query"))
    assert np.array_equal(bare.encode(["học phí"], "document"), encoder.encode(["học phí"], "document"))


def test_what_is_longer_than_the_model_reads_is_cut(encoder):
    """512 tokens; the second ending is beyond them."""
    long = "thủ tục hành chính " * 200
    assert np.array_equal(encoder.encode([long + "một"], "document"), encoder.encode([long + "hai"], "document"))


def test_near_in_meaning_is_near(encoder):
    question = encoder.encode(["Xin giấy phép xây nhà ở đâu?"], "query")[0]
    near, far = encoder.encode(["Thủ tục cấp phép xây dựng nhà ở", "Lịch thi đấu bóng đá hôm nay"], "document")
    assert question @ near > question @ far


def test_the_default_model_encodes_without_torch():
    """Their import takes seconds and 400 MB, before every answer in a terminal."""
    program = """
import sys
from retrieval.encoder import DEFAULT_MODEL, identify, make_encoder
identify(str(DEFAULT_MODEL), {})
make_encoder(str(DEFAULT_MODEL), {}).encode(["câu hỏi"], "query")
print(sorted({"torch", "sentence_transformers", "transformers"} & set(sys.modules)))
"""
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
