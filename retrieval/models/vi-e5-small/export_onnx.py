"""The serving form of a sentence-transformers folder: one int8 ONNX graph with pooling and normalisation inside.

    pip install onnx onnxruntime        # beside chidao's own environment; needed here only
    python export_onnx.py SENTENCE_TRANSFORMERS_FOLDER OUT_FOLDER

Writes model.onnx, tokenizer.json and encoder.json (prompts, length limit). Weights are quantised per channel to
int8, activations at run time, which is what a CPU without bf16 runs fastest.
"""
import json
import shutil
import sys
import tempfile
from pathlib import Path

import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from transformers import BertModel

PROMPTS = {"query": "query: ", "document": "passage: "}  # E5's, as its authors trained it
MAX_TOKENS = 512
OPSET = 18


class SentenceVectors(torch.nn.Module):
    """Mean of the token vectors under the attention mask, at unit length."""

    def __init__(self, bert: BertModel) -> None:
        super().__init__()
        self.bert = bert

    def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> torch.Tensor:
        tokens = self.bert(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state
        mask = attention_mask.unsqueeze(-1).to(tokens.dtype)
        return torch.nn.functional.normalize((tokens * mask).sum(1) / mask.sum(1), dim=-1)


def export(source: Path, out: Path) -> None:
    """Writes the int8 graph and what is needed to run it to `out`."""
    out.mkdir(parents=True, exist_ok=True)
    bert = BertModel.from_pretrained(source, dtype=torch.float32, attn_implementation="eager").eval()
    ids = torch.tensor([[0, 10, 20, 2], [0, 30, 2, 1]])
    mask = torch.tensor([[1, 1, 1, 1], [1, 1, 1, 0]])
    with tempfile.TemporaryDirectory() as folder:
        full = Path(folder) / "full.onnx"
        axes = {0: "batch", 1: "length"}
        torch.onnx.export(
            SentenceVectors(bert), (ids, mask), str(full), dynamo=False, opset_version=OPSET,
            input_names=["input_ids", "attention_mask"], output_names=["vectors"],
            dynamic_axes={"input_ids": axes, "attention_mask": axes, "vectors": {0: "batch"}},
        )
        quantize_dynamic(full, out / "model.onnx", weight_type=QuantType.QInt8, per_channel=True)
    shutil.copy(source / "tokenizer.json", out)
    settings = {"name": out.name, "prompts": PROMPTS, "max_tokens": MAX_TOKENS}
    (out / "encoder.json").write_text(json.dumps(settings, indent=2) + "\n")


if __name__ == "__main__":
    export(Path(sys.argv[1]), Path(sys.argv[2]))
