"""The reranker with a real cross-encoder of sentence-transformers, tiny and untrained, from a folder on disk."""

import pytest
from tokenizers import Tokenizer
from tokenizers.models import WordLevel
from tokenizers.pre_tokenizers import WhitespaceSplit

from config.errors import ModelError
from retrieval.reranker import CrossEncoderReranker

QUESTION, TEXTS = "ai ký quyết định", ["chủ tịch ký quyết định", "trời hôm nay mưa", "quyết định có hiệu lực"]


def cross_encoder(folder, labels: int):
    transformers = pytest.importorskip("transformers")
    words = {word: i for i, word in enumerate(["<pad>", *sorted({w for t in (QUESTION, *TEXTS) for w in t.split()})])}
    tokenizer = Tokenizer(WordLevel(words, unk_token="<pad>"))
    tokenizer.pre_tokenizer = WhitespaceSplit()
    transformers.PreTrainedTokenizerFast(tokenizer_object=tokenizer, pad_token="<pad>").save_pretrained(folder)
    transformers.set_seed(1)
    config = transformers.BertConfig(
        initializer_range=1.0, vocab_size=len(words), hidden_size=16, num_hidden_layers=1, num_attention_heads=2,
        intermediate_size=16, num_labels=labels,
    )  # fmt: skip
    transformers.BertForSequenceClassification(config).save_pretrained(folder)
    return str(folder)


def test_scores_come_from_the_model_one_for_each_text(tmp_path):
    reranker = CrossEncoderReranker(cross_encoder(tmp_path / "model", 1), top=20)
    scores = reranker.scores(QUESTION, TEXTS)
    assert len(set(scores)) == len(TEXTS)
    assert scores == pytest.approx(reranker.scores(QUESTION, TEXTS))
    assert reranker.scores(QUESTION, TEXTS[::-1]) == pytest.approx(scores[::-1], abs=1e-5)


def test_a_model_with_several_scores_is_refused(tmp_path):
    reranker = CrossEncoderReranker(cross_encoder(tmp_path / "model", 3), top=20)
    with pytest.raises(ModelError, match="CHIDAO_RERANKER__MODEL"):
        reranker.scores(QUESTION, TEXTS)


def test_a_folder_that_is_not_there_is_named(tmp_path):
    with pytest.raises(ModelError, match="no such folder"):
        CrossEncoderReranker(str(tmp_path / "nothing"), top=20).scores(QUESTION, TEXTS)
