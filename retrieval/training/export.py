"""The serving form of a sentence-transformers folder: one int8 ONNX graph with pooling and normalisation inside.

    python -m retrieval.training.export SENTENCE_TRANSFORMERS_FOLDER OUT

Writes model.onnx, tokenizer.json and encoder.json (name, prompts, length limit). Weights are quantised per channel to
int8, activations at run time, which is what a CPU without bf16 runs fastest.
"""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path

import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from tokenizers import Tokenizer
from transformers import BertModel

from retrieval.onnx import CARD, GRAPH, TOKENIZER
from retrieval.training.examples import PROMPTS

NAME = "chidao vi-e5-small 2"
MAX_TOKENS = 512
OPSET = 18


class SentenceVectors(torch.nn.Module):
    """Mean of the token vectors under the attention mask, at unit length."""

    def __init__(self, bert: BertModel) -> None:
        super().__init__()
        self.bert = bert

    def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> torch.Tensor:
        """One unit vector a text."""
        tokens = self.bert(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state
        mask = attention_mask.unsqueeze(-1).to(tokens.dtype)
        return torch.nn.functional.normalize((tokens * mask).sum(1) / mask.sum(1), dim=-1)


def export(source: Path, out: Path) -> None:
    """Writes the int8 graph and what is needed to run it to `out`."""
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        full = Path(folder) / "full.onnx"
        write_graph(source, full)
        quantize_dynamic(full, out / GRAPH, weight_type=QuantType.QInt8, per_channel=True)
    tokenizer = Tokenizer.from_file(str(source / "tokenizer.json"))
    tokenizer.no_truncation()  # what training set; the card's limit counts
    tokenizer.no_padding()
    tokenizer.save(str(out / TOKENIZER))
    settings = {"name": NAME, "prompts": PROMPTS, "max_tokens": MAX_TOKENS}
    (out / CARD).write_text(json.dumps(settings, indent=2) + "\n", encoding="utf-8")


def write_graph(source: Path, file: Path) -> None:
    """The graph with the weights as they are, before quantising."""
    bert = BertModel.from_pretrained(source, dtype=torch.float32, attn_implementation="eager").eval()
    ids = torch.tensor([[0, 10, 20, 2], [0, 30, 2, 1]])
    mask = torch.tensor([[1, 1, 1, 1], [1, 1, 1, 0]])
    axes = {0: "batch", 1: "length"}
    torch.onnx.export(
        SentenceVectors(bert),
        (ids, mask),
        str(file),
        dynamo=False,
        opset_version=OPSET,
        input_names=["input_ids", "attention_mask"],
        output_names=["vectors"],
        dynamic_axes={"input_ids": axes, "attention_mask": axes, "vectors": {0: "batch"}},
    )


if __name__ == "__main__":
    export(Path(sys.argv[1]), Path(sys.argv[2]))
