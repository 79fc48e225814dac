"""The training loop on a model of two layers and material of a few texts."""

import json
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

from retrieval.encoder import DEFAULT_MODEL, make_encoder
from retrieval.training.examples import PROMPTS
from retrieval.training.lessons import QUESTIONS

ABSENT = [package for package in ("datasets", "accelerate", "onnx") if not find_spec(package)]


@pytest.fixture
def start(tmp_path: Path) -> Path:
    """A sentence-transformers folder: BERT of two layers, random weights, the tokenizer that comes along."""
    from sentence_transformers import SentenceTransformer  # noqa: PLC0415  seconds; only this test needs it
    from sentence_transformers.sentence_transformer.modules import Pooling, Transformer  # noqa: PLC0415
    from transformers import BertConfig, BertModel, PreTrainedTokenizerFast, set_seed  # noqa: PLC0415

    set_seed(0)
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_file=str(DEFAULT_MODEL / "tokenizer.json"), pad_token="<pad>", unk_token="<unk>", model_max_length=512
    )
    tokenizer.save_pretrained(tmp_path / "bert")
    BertModel(
        BertConfig(
            vocab_size=len(tokenizer), hidden_size=32, num_hidden_layers=2, num_attention_heads=2, intermediate_size=64
        )
    ).save_pretrained(tmp_path / "bert")
    body = Transformer(str(tmp_path / "bert"))
    SentenceTransformer(modules=[body, Pooling(32)]).save(str(tmp_path / "start"), create_model_card=False)
    return tmp_path / "start"


@pytest.mark.skipif(bool(ABSENT), reason=f"{ABSENT} absent: the extra 'training', see retrieval/training/README.md")
@pytest.mark.filterwarnings("ignore")  # those of the trainer's packages are not ours to mend
def test_one_command_leaves_a_model_that_serves_and_reads_unmarked_text(start, material, tmp_path):
    from retrieval.training.train import main  # noqa: PLC0415  its packages may be absent

    main([str(start), str(tmp_path / "out"), "--material", str(material), "--steps", "8"])
    from sentence_transformers import SentenceTransformer  # noqa: PLC0415  as above

    kept = SentenceTransformer(str(tmp_path / "out" / "sentence-transformers"))
    assert (kept.max_seq_length, kept.prompts) == (512, PROMPTS)  # not the shorter limit of training
    folder = tmp_path / "out" / "onnx"
    assert sorted(path.name for path in folder.iterdir()) == ["encoder.json", "model.onnx", "tokenizer.json"]
    assert json.loads((folder / "encoder.json").read_bytes())["prompts"] == PROMPTS
    asked = json.loads((material / QUESTIONS[0]).read_text(encoding="utf-8").splitlines()[0])["text"]
    taught = make_encoder(str(start), PROMPTS).encode([asked], "query")[0]
    (learned,) = make_encoder(str(folder), {}).encode([asked], "query")
    assert np.linalg.norm(learned) == pytest.approx(1, abs=1e-5)
    assert float(taught / np.linalg.norm(taught) @ learned) > 0.8
